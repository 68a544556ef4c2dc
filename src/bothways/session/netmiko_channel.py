"""An asyncssh shell in the shape that Netmiko's own loops expect."""

from __future__ import annotations

import codecs

from netmiko.channel import Channel
from netmiko.exceptions import ReadException, WriteException

from bothways.session.channel import ChannelClosed, SshChannel


class NetmikoChannel(Channel):
    """Netmiko's channel: reads what is there and never waits; `wait` waits."""

    def __init__(self, shell: SshChannel, encoding: str) -> None:
        self.shell = shell
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read_buffer(self) -> str:
        """Like `read_channel`: there is one buffer."""
        return self.read_channel()

    def read_channel(self) -> str:
        """What has arrived, decoded with replacement.

        Raises:
            ReadException: the session has ended and everything was read.
        """
        try:
            return self._decoder.decode(self.shell.read(0))
        except ChannelClosed as closed:
            raise ReadException(f"Channel stream closed by remote device: {closed}") from None

    def write_channel(self, out_data: str) -> None:
        """Send text.

        Raises:
            WriteException: the session has ended.
        """
        try:
            self.shell.write(out_data.encode(self._encoding))
        except ChannelClosed as closed:
            raise WriteException(f"Attempt to write data, but the session has ended: {closed}") from None


class RemoteShell:
    """What Netmiko's and NAPALM's code asks of `remote_conn`: whether it lives, and to close it."""

    def __init__(self, shell: SshChannel) -> None:
        self._shell = shell

    @property
    def transport(self) -> RemoteShell:
        """Itself: asyncssh makes no difference here."""
        return self

    @property
    def closed(self) -> bool:
        """Whether the session has ended."""
        return not self._shell.alive

    def is_active(self) -> bool:
        """Whether the session lives; NAPALM's question."""
        return self._shell.alive

    def close(self) -> None:
        """End the session."""
        self._shell.close()
