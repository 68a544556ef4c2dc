"""TFTP, RFC 1350: the server answers from a port of its own, so that each leg is a UDP flow of its own."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.events import Event
from bothways.lab.frames import Packet
from bothways.lab.host import Host

PORT = 69
BLOCK = 512
_RRQ, _DATA, _ACK = 1, 3, 4
_RETRY_S = 2.0
_TRIES = 5
IMAGE = bytes(range(256)) * 5
"""The file that every server has: three blocks, the last of them short."""


def serve_tftp(host: Host) -> None:
    """Let a host answer read requests."""

    def requested(packet: Packet) -> None:
        if packet.data[:2] == struct.pack("!H", _RRQ):
            _Sending(host, packet.source, packet.sport, host.next_port()).start()

    host.udp[PORT] = requested


@dataclass(eq=False)
class _Sending:
    """One file on its way to one client."""

    host: Host
    client: IPv4Address
    client_port: int
    own_port: int
    block: int = 1
    tries: int = 0
    timer: Event | None = None

    def start(self) -> None:
        self.host.udp[self.own_port] = self._acknowledged
        self._send()

    def _send(self) -> None:
        part = IMAGE[(self.block - 1) * BLOCK : self.block * BLOCK]
        data = struct.pack("!HH", _DATA, self.block) + part
        self.host.send_udp(self.client, self.own_port, self.client_port, data)
        self.timer = self.host.events.after(_RETRY_S, self._again)

    def _again(self) -> None:
        self.tries += 1
        if self.tries < _TRIES:
            self._send()
        else:
            self.host.udp.pop(self.own_port, None)

    def _acknowledged(self, packet: Packet) -> None:
        if packet.data != struct.pack("!HH", _ACK, self.block):
            return
        if self.timer:
            self.timer.cancel()
        self.tries = 0
        if self.block * BLOCK > len(IMAGE):
            self.host.udp.pop(self.own_port, None)
            return
        self.block += 1
        self._send()


@dataclass(eq=False)
class Fetch:
    """A client that reads the file.

    Attributes:
        result: "" while it runs; delivered or timeout.
        server_port: from which the server answered, 0 before.
        received: what came.
    """

    host: Host
    server: IPv4Address
    own_port: int = 0
    result: str = ""
    server_port: int = 0
    received: bytes = b""
    _block: int = 0
    _tries: int = 0
    _timer: Event | None = None

    def start(self) -> None:
        """Ask for the file."""
        self.own_port = self.host.next_port()
        self.host.udp[self.own_port] = self._got
        self._say(self._request)

    def _request(self) -> None:
        request = struct.pack("!H", _RRQ) + b"image\0octet\0"
        self.host.send_udp(self.server, self.own_port, PORT, request)

    def _acknowledge(self) -> None:
        self.host.send_udp(
            self.server, self.own_port, self.server_port, struct.pack("!HH", _ACK, self._block)
        )

    def _say(self, what: Callable[[], None]) -> None:
        what()
        self._timer = self.host.events.after(_RETRY_S, lambda: self._again(what))

    def _again(self, what: Callable[[], None]) -> None:
        self._tries += 1
        if self._tries < _TRIES:
            self._say(what)
        else:
            self._end("timeout")

    def _got(self, packet: Packet) -> None:
        kind, block = struct.unpack_from("!HH", packet.data)
        if kind != _DATA or block != self._block + 1 or self.server_port not in (0, packet.sport):
            return
        self.server_port, self._block, self._tries = packet.sport, block, 0
        self.received += packet.data[4:]
        if self._timer:
            self._timer.cancel()
        if len(packet.data) - 4 < BLOCK:
            self._acknowledge()
            self._end("delivered")
        else:
            self._say(self._acknowledge)

    def _end(self, result: str) -> None:
        self.result = result
        self.host.udp.pop(self.own_port, None)
        self.host.note("udp", self.server, PORT, self.own_port, result)
