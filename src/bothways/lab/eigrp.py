"""EIGRP between routers on one segment: hellos, updates, hold time; real packets, a small honest subset.

Every router tells a new neighbour its whole table, to its own address, and all of them what changes, and an
infinite delay for what is gone. There is no acknowledgement and no query: the wires lose nothing, and a
neighbour that falls silent is gone after its hold time. What routers tell each other in a circle ends at the
hop limit that is the default on real ones. The metric is the vendor's classic one with K1=K3=1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.eigrp_packets import (
    HELLO,
    INFINITE,
    UPDATE,
    Advertised,
    hello_body,
    pack,
    read_routes,
    unpack,
    update_body,
)
from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import EIGRP, Packet
from bothways.lab.rib import Route

GROUP = IPv4Address("224.0.0.10")
GROUP_MAC = bytes.fromhex("01005e00000a")
HELLO_S = 5.0
HOLD_S = 15.0
MOST_HOPS = 100
INTERNAL_DISTANCE, EXTERNAL_DISTANCE = 90, 170


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
        self._lose(
            neighbour
            for neighbour in self.neighbours.values()
            if neighbour.interface not in fresh or fresh[neighbour.interface].passive
        )
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
        if link is None or link.passive:
            return
        opcode, number, body = unpack(packet.data)
        if number != self.number or packet.source not in link.network:
            return
        neighbour = self.neighbours.get(packet.source)
        if neighbour is None:
            if opcode != HELLO:
                return
            neighbour = Neighbour(packet.source, interface, self.events.now, self.events.now)
            self.neighbours[packet.source] = neighbour
            self._hello(link)
            self._tell(link, list(self._table(link).values()), neighbour.address)
        neighbour.heard_s = self.events.now
        if opcode == UPDATE:
            self._learn(neighbour, read_routes(body))

    def _learn(self, neighbour: Neighbour, routes: Iterable[Advertised]) -> None:
        before = dict(neighbour.told)
        for route in routes:
            known = neighbour.told.get(route.network)
            if route.delay == INFINITE or route.hops >= MOST_HOPS:
                neighbour.told.pop(route.network, None)
            elif known is None or known[0] != route:
                neighbour.told[route.network] = (route, self.events.now)
        if neighbour.told != before:
            self.changed()
            self._tell_changes()

    def _tick(self) -> None:
        self._timer = None
        now = self.events.now
        self._lose(one for one in self.neighbours.values() if now - one.heard_s > HOLD_S)
        for link in self.links.values():
            if not link.passive:
                self._hello(link)
        if self.number:
            self._timer = self.events.after(HELLO_S, self._tick)

    def _lose(self, silent: Iterable[Neighbour]) -> None:
        """Forget neighbours; all of them before anybody looks at the routes of those that are left."""
        gone = list(silent)
        for neighbour in gone:
            del self.neighbours[neighbour.address]
        if gone:
            self.changed()
            self._tell_changes()

    def _table(self, link: Link) -> dict[IPv4Network, Advertised]:
        """What is told out of a link: the route in use for each network, unless it was learnt there."""
        best: dict[IPv4Network, tuple[str, Advertised]] = {}
        for neighbour in self.neighbours.values():
            through = self.links[neighbour.interface]
            for told, _ in neighbour.told.values():
                seen = told.across(through.delay, through.bandwidth)
                known = best.get(seen.network)
                if known is None or (seen.external, seen.metric) < (known[1].external, known[1].metric):
                    best[seen.network] = (through.name, seen)
        best |= {route.network: ("", route) for route in self.external}
        for own in self.links.values():
            best[own.network] = (own.name, Advertised(own.network, own.delay, own.bandwidth))
        return {network: route for network, (name, route) in best.items() if name != link.name}

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
            self._send(link, UPDATE, update_body(routes), listener)

    def _hello(self, link: Link) -> None:
        self._send(link, HELLO, hello_body(HOLD_S))

    def _send(self, link: Link, opcode: int, body: bytes, listener: IPv4Address = GROUP) -> None:
        data = pack(opcode, self.number, body)
        link.send(Packet(link.address, listener, EIGRP, ttl=2, data=data))
