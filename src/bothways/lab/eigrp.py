"""EIGRP between routers on one segment: hellos, updates, hold time; real packets, a small honest subset.

Every router tells a new neighbour its whole table, to its own address, and all of them what changes, and an
infinite delay for what is gone. There is no acknowledgement and no query: the wires lose nothing, and a
neighbour that falls silent is gone after its hold time. The metric is the vendor's classic one with K1=K3=1.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import EIGRP, Packet
from bothways.lab.rib import Route

GROUP = IPv4Address("224.0.0.10")
GROUP_MAC = bytes.fromhex("01005e00000a")
HELLO_S = 5.0
HOLD_S = 15.0
INFINITE = 0xFFFFFFFF
INTERNAL_DISTANCE, EXTERNAL_DISTANCE = 90, 170
_UPDATE, _HELLO = 1, 5
_HEADER = struct.Struct("!BBHIIII")
_PARAMETER, _INTERNAL, _EXTERNAL = 0x0001, 0x0102, 0x0103


@dataclass(frozen=True, slots=True)
class Advertised:
    """A route as it is told.

    Attributes:
        network: where it leads.
        delay: sum of delays in tens of microseconds; INFINITE when it is gone.
        bandwidth: the lowest on the way, kbit/s.
        external: whether it came from outside this routing process.
    """

    network: IPv4Network
    delay: int
    bandwidth: int
    external: bool = False

    @property
    def metric(self) -> int:
        """The classic composite metric."""
        return INFINITE if self.delay == INFINITE else 256 * (10_000_000 // self.bandwidth + self.delay)

    def across(self, delay: int, bandwidth: int) -> Advertised:
        """The route as seen through an interface."""
        if self.delay == INFINITE:
            return self
        return replace(self, delay=self.delay + delay, bandwidth=min(self.bandwidth, bandwidth))


@dataclass(frozen=True, slots=True)
class Link:
    """An interface on which EIGRP speaks.

    Attributes:
        name: of the interface.
        address: our own.
        network: its subnet.
        delay: tens of microseconds.
        bandwidth: kbit/s.
        passive: its network is told, but nobody is spoken to.
        send: puts a packet on its wire.
    """

    name: str
    address: IPv4Address
    network: IPv4Network
    delay: int
    bandwidth: int
    passive: bool
    send: Callable[[Packet], None]


@dataclass
class Neighbour:
    """A router that we hear.

    Attributes:
        address: its own.
        interface: where we hear it.
        since_s: when it appeared.
        heard_s: when we last heard it.
        told: what it told us.
    """

    address: IPv4Address
    interface: str
    since_s: float
    heard_s: float
    told: dict[IPv4Network, tuple[Advertised, float]] = field(default_factory=dict)


@dataclass
class Eigrp:
    """A routing process.

    Attributes:
        changed: told when the routes it learnt change.
        neighbours: by address.
    """

    events: EventQueue
    changed: Callable[[], None]
    number: int = 0
    links: dict[str, Link] = field(default_factory=dict)
    neighbours: dict[IPv4Address, Neighbour] = field(default_factory=dict)
    external: tuple[Advertised, ...] = ()
    _timer: Event | None = None
    _told: dict[str, dict[IPv4Network, Advertised]] = field(default_factory=dict)

    def configure(self, number: int, links: Iterable[Link], external: Iterable[Advertised]) -> None:
        """Take the settings; number 0 ends the process."""
        fresh = {link.name: link for link in links} if number else {}
        self.external = tuple(external) if number else ()
        if number != self.number or not fresh:
            self.neighbours.clear()
            self._told.clear()
        self.number = number
        newcomers = [link for name, link in fresh.items() if name not in self.links and not link.passive]
        self.links = fresh
        for neighbour in list(self.neighbours.values()):
            link = fresh.get(neighbour.interface)
            if link is None or link.passive:
                self._lose(neighbour)
        if number and self._timer is None:
            self._timer = self.events.after(0, self._tick)
        else:
            for link in newcomers:
                self._hello(link)
        self._tell_changes()

    def stop(self) -> None:
        """Fall silent, as a device that goes down does."""
        if self._timer:
            self._timer.cancel()
        self._timer = None
        self.neighbours.clear()
        self._told.clear()
        self.links = {}
        self.number = 0

    def routes(self) -> list[Route]:
        """What was learnt."""
        found: list[Route] = []
        for neighbour in self.neighbours.values():
            link = self.links[neighbour.interface]
            for told, since_s in neighbour.told.values():
                seen = told.across(link.delay, link.bandwidth)
                source, distance = (
                    ("eigrp-external", EXTERNAL_DISTANCE) if told.external else ("eigrp", INTERNAL_DISTANCE)
                )
                found.append(
                    Route(
                        told.network,
                        neighbour.address,
                        neighbour.interface,
                        source,
                        distance,
                        seen.metric,
                        since_s,
                    )
                )
        return found

    def receive(self, interface: str, packet: Packet) -> None:
        """Take a packet of another router."""
        link = self.links.get(interface)
        if link is None or link.passive or len(packet.data) < _HEADER.size:
            return
        _, opcode, _, _, _, _, number = _HEADER.unpack_from(packet.data)
        if number != self.number or packet.source not in link.network:
            return
        neighbour = self.neighbours.get(packet.source)
        if neighbour is None:
            if opcode != _HELLO:
                return
            neighbour = Neighbour(packet.source, interface, self.events.now, self.events.now)
            self.neighbours[packet.source] = neighbour
            self._hello(link)
            self._tell(link, list(self._table(link).values()), neighbour.address)
        neighbour.heard_s = self.events.now
        if opcode == _UPDATE:
            self._learn(neighbour, read_routes(packet.data[_HEADER.size :]))

    def _learn(self, neighbour: Neighbour, routes: Iterable[Advertised]) -> None:
        before = dict(neighbour.told)
        for route in routes:
            known = neighbour.told.get(route.network)
            if route.delay == INFINITE:
                neighbour.told.pop(route.network, None)
            elif known is None or known[0] != route:
                neighbour.told[route.network] = (route, self.events.now)
        if neighbour.told != before:
            self.changed()
            self._tell_changes()

    def _tick(self) -> None:
        self._timer = None
        for neighbour in list(self.neighbours.values()):
            if self.events.now - neighbour.heard_s > HOLD_S:
                self._lose(neighbour)
        for link in self.links.values():
            if not link.passive:
                self._hello(link)
        if self.number:
            self._timer = self.events.after(HELLO_S, self._tick)

    def _lose(self, neighbour: Neighbour) -> None:
        del self.neighbours[neighbour.address]
        self.changed()
        self._tell_changes()

    def _table(self, link: Link) -> dict[IPv4Network, Advertised]:
        """What is told out of a link: nothing that was learnt on it."""
        table = {
            other.network: Advertised(other.network, other.delay, other.bandwidth)
            for other in self.links.values()
            if other.name != link.name
        }
        table |= {route.network: route for route in self.external}
        for neighbour in self.neighbours.values():
            if neighbour.interface == link.name:
                continue
            through = self.links[neighbour.interface]
            for told, _ in neighbour.told.values():
                table.setdefault(told.network, told.across(through.delay, through.bandwidth))
        return table

    def _tell_changes(self) -> None:
        for link in self.links.values():
            table = self._table(link)
            before = self._told.get(link.name, {})
            if link.passive or not any(one.interface == link.name for one in self.neighbours.values()):
                continue
            news = [route for network, route in table.items() if before.get(network) != route]
            news += [replace(before[gone], delay=INFINITE) for gone in before if gone not in table]
            if news:
                self._tell(link, news)

    def _tell(self, link: Link, routes: list[Advertised], listener: IPv4Address = GROUP) -> None:
        self._told[link.name] = self._table(link)
        if routes:
            body = b"".join(_route_bytes(route) for route in routes)
            self._send(link, _UPDATE, body, listener)

    def _hello(self, link: Link) -> None:
        self._send(link, _HELLO, struct.pack("!HHBBBBBBH", _PARAMETER, 12, 1, 0, 1, 0, 0, 0, int(HOLD_S)))

    def _send(self, link: Link, opcode: int, body: bytes, listener: IPv4Address = GROUP) -> None:
        header = _HEADER.pack(2, opcode, 0, 0, 0, 0, self.number)
        checksum = _checksum(header + body)
        header = _HEADER.pack(2, opcode, checksum, 0, 0, 0, self.number)
        link.send(Packet(link.address, listener, EIGRP, ttl=2, data=header + body))


def read_routes(body: bytes) -> list[Advertised]:
    """The routes of an update."""
    found = []
    while len(body) >= 4:
        kind, length = struct.unpack_from("!HH", body)
        if kind in (_INTERNAL, _EXTERNAL) and length >= 28:
            at = 8 if kind == _INTERNAL else 28
            delay, bandwidth = struct.unpack_from("!II", body, at)
            prefix = body[at + 16]
            packed = body[at + 17 : length].ljust(4, b"\0")[:4]
            network = IPv4Network((int.from_bytes(packed, "big"), prefix))
            if delay != INFINITE:
                delay //= 256
            found.append(Advertised(network, delay, 10_000_000 * 256 // bandwidth, kind == _EXTERNAL))
        body = body[max(length, 4) :]
    return found


def _route_bytes(route: Advertised) -> bytes:
    delay = route.delay if route.delay == INFINITE else route.delay * 256
    metric = struct.pack("!II", delay, 10_000_000 * 256 // route.bandwidth)
    metric += (1500).to_bytes(3, "big") + bytes([0, 255, 1, 0, 0])
    prefix = route.network.prefixlen
    destination = bytes([prefix]) + route.network.network_address.packed[: (prefix + 7) // 8]
    if route.external:
        origin = bytes(4) + struct.pack("!IIIHBB", 0, 0, 0, 0, 3, 0)
        return (
            struct.pack("!HH", _EXTERNAL, 8 + 20 + 16 + len(destination) - 4)
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
