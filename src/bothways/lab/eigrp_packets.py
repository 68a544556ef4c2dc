"""EIGRP packets: a header, and one TLV for the hold time or for each route; an acknowledgement has none."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

INFINITE = 0xFFFFFFFF
UPDATE, HELLO = 1, 5
INIT = 0x1
"""The flag of the first update to a neighbour that is new to its sender."""
_HEADER = struct.Struct("!BBHIIII")
_PARAMETER, _INTERNAL, _EXTERNAL = 0x0001, 0x0102, 0x0103
_SHORTEST = {_INTERNAL: 25, _EXTERNAL: 45}
"""Octets of a route TLV whose prefix has no length."""


@dataclass(frozen=True, slots=True)
class Message:
    """A packet of an autonomous system.

    Attributes:
        opcode: UPDATE, HELLO, or 0 for what is no packet.
        number: of the autonomous system.
        body: what follows the header.
        flags: INIT or none.
        sequence: of an update, which wants to be acknowledged; else 0.
        acknowledges: the sequence that it acknowledges, or 0.
    """

    opcode: int
    number: int
    body: bytes = b""
    flags: int = 0
    sequence: int = 0
    acknowledges: int = 0


@dataclass(frozen=True, slots=True)
class Advertised:
    """A route as it is told.

    Attributes:
        network: where it leads.
        delay: sum of delays in tens of microseconds; INFINITE when it is gone.
        bandwidth: the lowest on the way, kbit/s.
        external: whether it came from outside this routing process.
        hops: routers it was handed on by.
    """

    network: IPv4Network
    delay: int
    bandwidth: int
    external: bool = False
    hops: int = 0

    @property
    def metric(self) -> int:
        """The classic composite metric."""
        return INFINITE if self.delay == INFINITE else 256 * (10_000_000 // self.bandwidth + self.delay)

    def across(self, delay: int, bandwidth: int) -> Advertised:
        """The route as seen through an interface."""
        if self.delay == INFINITE:
            return self
        return replace(
            self, delay=self.delay + delay, bandwidth=min(self.bandwidth, bandwidth), hops=self.hops + 1
        )


def pack(message: Message) -> bytes:
    """The bytes of a packet."""
    one = message
    fields = (one.flags, one.sequence, one.acknowledges, one.number)
    checksum = _checksum(_HEADER.pack(2, one.opcode, 0, *fields) + one.body)
    return _HEADER.pack(2, one.opcode, checksum, *fields) + one.body


def unpack(data: bytes) -> Message:
    """The packet of these bytes."""
    if len(data) < _HEADER.size:
        return Message(0, 0)
    _, opcode, _, flags, sequence, acknowledges, number = _HEADER.unpack_from(data)
    return Message(opcode, number, data[_HEADER.size :], flags, sequence, acknowledges)


def hello_body(hold_s: float) -> bytes:
    """K values of the classic metric, and how long a neighbour may be silent."""
    return struct.pack("!HHBBBBBBH", _PARAMETER, 12, 1, 0, 1, 0, 0, 0, int(hold_s))


def update_body(routes: list[Advertised]) -> bytes:
    """The routes of an update."""
    return b"".join(_route_bytes(route) for route in routes)


def read_routes(body: bytes) -> list[Advertised]:
    """The routes of an update."""
    found = []
    while len(body) >= 4:
        kind, length = struct.unpack_from("!HH", body)
        if kind in (_INTERNAL, _EXTERNAL) and length >= _SHORTEST[kind]:
            at = 8 if kind == _INTERNAL else 28
            delay, bandwidth = struct.unpack_from("!II", body, at)
            prefix = body[at + 16]
            packed = body[at + 17 : length].ljust(4, b"\0")[:4]
            network = IPv4Network((int.from_bytes(packed, "big"), prefix))
            if delay != INFINITE:
                delay //= 256
            slowest, hops = 10_000_000 * 256 // bandwidth, body[at + 11]
            found.append(Advertised(network, delay, slowest, kind == _EXTERNAL, hops))
        body = body[max(length, 4) :]
    return found


def _route_bytes(route: Advertised) -> bytes:
    delay = route.delay if route.delay == INFINITE else route.delay * 256
    metric = struct.pack("!II", delay, 10_000_000 * 256 // route.bandwidth)
    metric += (1500).to_bytes(3, "big") + bytes([route.hops, 255, 1, 0, 0])
    prefix = route.network.prefixlen
    destination = bytes([prefix]) + route.network.network_address.packed[: (prefix + 7) // 8]
    if route.external:
        origin = bytes(4) + struct.pack("!IIIHBB", 0, 0, 0, 0, 3, 0)
        return (
            struct.pack("!HH", _EXTERNAL, 8 + 20 + 16 + len(destination))
            + bytes(4)
            + origin
            + metric
            + destination
        )
    return struct.pack("!HH", _INTERNAL, 8 + 16 + len(destination)) + bytes(4) + metric + destination


def _checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b"\0"
    words: tuple[int, ...] = struct.unpack(f"!{len(data) // 2}H", data)
    total = sum(words)
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
