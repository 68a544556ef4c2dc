"""A shell on a device: bytes in, bytes out, and waiting that wakes at once."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from typing import TYPE_CHECKING

import asyncssh

from bothways.session.loop import SshLoop

if TYPE_CHECKING:
    from asyncssh.channel import SSHClientChannel

# How much may wait unread before the device is asked to hold; one SSH window more can follow.
_ENOUGH_UNREAD = 4 * 2**20


class ChannelClosed(ConnectionError):
    """The device or the network ended the session; the text says why, as far as known."""


class OutOfTime(ChannelClosed):
    """We ended it: the moment has come by which all was to be over."""


class SshChannel:
    """One shell, used by one thread, fed by the loop's.

    Everything that came before the end can still be read after it.
    """

    def __init__(
        self, loop: SshLoop, connection: asyncssh.SSHClientConnection, until_s: float = math.inf
    ) -> None:
        self._loop = loop
        self._until_s = until_s
        self._connection = connection
        self._shell: SSHClientChannel[bytes] | None = None
        self._arrived = threading.Condition()
        self._unread = bytearray()
        self._paused = False
        self._announcing = False
        self._closed = ""
        loop.owns(self)

    def __repr__(self) -> str:
        return f"<SshChannel {'alive' if self.alive else 'closed'}>"

    @property
    def alive(self) -> bool:
        """Whether bytes can still be sent; known at once when the device aborts."""
        return not self._closed

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte; b"" after `timeout_s` of silence.

        Raises:
            ChannelClosed: the session has ended and everything was read.
            OutOfTime: the moment of its end has come, whatever is still coming.
        """
        moment_s = time.monotonic() + timeout_s
        with self._arrived:
            while True:
                now_s = time.monotonic()
                if now_s >= self._until_s:
                    self.abort()
                    raise OutOfTime("out of time")
                if self._unread:
                    break
                if self._closed:
                    raise ChannelClosed(self._closed)
                if now_s >= moment_s:
                    return b""
                self._arrived.wait(min(moment_s, self._until_s) - now_s)
            data, self._unread = bytes(self._unread), bytearray()
            resume, self._paused = self._paused, False
        if resume and self._shell is not None:
            self._loop.post(self._shell.resume_reading)
        return data

    def wait(self, timeout_s: float) -> None:
        """Return when there is something to read, when the session has ended, or after that time."""
        with self._arrived:
            limit_s = min(timeout_s, self._until_s - time.monotonic())
            self._arrived.wait_for(lambda: self._unread or self._closed, max(limit_s, 0.0))

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            ChannelClosed: the session has ended.
        """
        if self._closed:
            raise ChannelClosed(self._closed)
        self._loop.post(self._write, data)

    def close(self) -> None:
        """End the session and the connection; again is harmless."""
        self.ended("closed by us")
        self._loop.post(self._connection.close)

    def abort(self) -> None:
        """End it without a farewell: the far end is not reading."""
        self.ended("closed by us")
        self._loop.post(self._connection.abort)

    def wait_closed(self, timeout_s: float) -> None:
        """Wait until the connection is gone, at most so long."""
        try:
            self._loop.run(self._connection.wait_closed(), timeout_s)
        except TimeoutError:
            self.abort()

    # Called on the loop's thread.

    def started(self, shell: SSHClientChannel[bytes]) -> None:
        """The device opened the shell."""
        self._shell = shell

    def took(self, data: bytes) -> None:
        """Bytes came. The reader is woken once per segment: echoes come in packets of one letter."""
        if not self._announcing:
            self._announcing = True
            asyncio.get_running_loop().call_soon(self._announce)
        with self._arrived:
            self._unread += data
            if len(self._unread) > _ENOUGH_UNREAD and not self._paused and self._shell is not None:
                self._paused = True
                self._shell.pause_reading()

    def ended(self, reason: str) -> None:
        """The session is over; the first reason stays."""
        with self._arrived:
            self._closed = self._closed or reason
            self._arrived.notify_all()

    def lost(self, reason: str) -> None:
        """The shell is gone; the connection it was alone on goes with it, or it would stay until we end."""
        self.ended(reason)
        self._connection.close()

    def _announce(self) -> None:
        self._announcing = False
        with self._arrived:
            self._arrived.notify()

    def _write(self, data: bytes) -> None:
        if self._shell is not None and not self._shell.is_closing():
            self._shell.write(data)


class Shell(asyncssh.SSHClientSession[bytes]):
    """asyncssh's view of the same shell."""

    def __init__(self, channel: SshChannel) -> None:
        self._channel = channel

    def connection_made(self, chan: SSHClientChannel[bytes]) -> None:
        """The channel is open."""
        self._channel.started(chan)

    def data_received(self, data: bytes, datatype: int | None) -> None:  # noqa: ARG002 - asyncssh's signature
        """Bytes from the device; what it calls standard error is shown in place too."""
        self._channel.took(data)

    def eof_received(self) -> bool:
        """The device will say no more."""
        self._channel.ended("the device ended the session")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Closed, reset or aborted."""
        self._channel.lost(str(exc) if exc else "the device ended the session")
