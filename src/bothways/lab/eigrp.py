"""EIGRP between routers on one segment: hellos, updates, hold time; real packets, a small honest subset.

Every router tells a new neighbour its whole table, to its own address, and all of them what changes, and an
infinite delay for what is gone. Each of these is acknowledged, to the sender's own address. There is no
query: a neighbour that falls silent is gone after its hold time, and one that acknowledges nothing after its
sixteenth chance. What routers tell each other in a circle ends at the hop limit that is the default on real
ones. The metric is the vendor's classic one with K1=K3=1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.eigrp_neighbour import HOLD_S, Neighbour
from bothways.lab.eigrp_packets import (
    HELLO,
    INFINITE,
    INIT,
    UPDATE,
    Advertised,
    Message,
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
class Eigrp:
    """A routing process.

    Attributes:
        changed: told when the routes it learnt change.
        news: told of neighbours that come and go, in the vendor's words.
        neighbours: by address.
    """

    events: EventQueue
    changed: Callable[[], None]
    news: Callable[[Neighbour, str], None]
    number: int = 0
    links: dict[str, Link] = field(default_factory=dict)
    neighbours: dict[IPv4Address, Neighbour] = field(default_factory=dict)
    external: tuple[Advertised, ...] = ()
    _timer: Event | None = None
    _told: dict[str, dict[IPv4Network, Advertised]] = field(default_factory=dict)
    _sequence: int = 0

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
            (neighbour, "interface down")
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
        message = unpack(packet.data)
        if message.number != self.number or packet.source not in link.network:
            return
        neighbour = self.neighbours.get(packet.source)
        if neighbour is None:
            if message.opcode != HELLO or message.acknowledges:
                return
            neighbour = Neighbour(packet.source, interface, self.events.now, self.events.now)
            self.neighbours[packet.source] = neighbour
            self.news(neighbour, "up: new adjacency")
            self._hello(link)
            self._tell_all(link, neighbour, INIT)
        neighbour.heard_s = self.events.now
        neighbour.waiting.pop(message.acknowledges, None)
        if message.opcode == UPDATE:
            self._send(link, Message(HELLO, self.number, acknowledges=message.sequence), neighbour.address)
            self._take_update(link, neighbour, message)

    def _take_update(self, link: Link, neighbour: Neighbour, message: Message) -> None:
        """What a neighbour tells; a second first update means that it had given us up, and knows nothing."""
        restarted = False
        if message.flags & INIT and message.sequence != neighbour.greeted:
            restarted = neighbour.greeted != 0
            neighbour.greeted = message.sequence
        self._learn(neighbour, read_routes(message.body), anew=restarted)
        if restarted:
            self._tell_all(link, neighbour)

    def _learn(self, neighbour: Neighbour, routes: Iterable[Advertised], *, anew: bool) -> None:
        before = dict(neighbour.told)
        if anew:
            neighbour.told.clear()
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
        self._lose((one, why) for one in self.neighbours.values() if (why := one.lost(now)))
        for one in self.neighbours.values():
            for message in one.overdue(now):
                self._send(self.links[one.interface], message, one.address)
        for link in self.links.values():
            if not link.passive:
                self._hello(link)
        if self.number:
            self._timer = self.events.after(HELLO_S, self._tick)

    def _lose(self, lost: Iterable[tuple[Neighbour, str]]) -> None:
        """Forget neighbours; all of them before anybody looks at the routes of those that are left."""
        gone = list(lost)
        for neighbour, why in gone:
            del self.neighbours[neighbour.address]
            self.news(neighbour, f"down: {why}")
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

    def _tell_all(self, link: Link, listener: Neighbour, flags: int = 0) -> None:
        """The whole table, to one neighbour; the first time, even an empty one."""
        self._tell(link, list(self._table(link).values()), listener, flags)

    def _tell(
        self, link: Link, routes: list[Advertised], listener: Neighbour | None = None, flags: int = 0
    ) -> None:
        """Routes, to one neighbour or to all of a link."""
        self._told[link.name] = self._table(link)
        if not routes and not flags:
            return
        self._sequence += 1
        message = Message(UPDATE, self.number, update_body(routes), flags, self._sequence)
        listeners = [one for one in self.neighbours.values() if one.interface == link.name]
        for one in listeners if listener is None else [listener]:
            one.expect(message, self.events.now)
        self._send(link, message, listener.address if listener else GROUP)

    def _hello(self, link: Link) -> None:
        self._send(link, Message(HELLO, self.number, hello_body(HOLD_S)))

    def _send(self, link: Link, message: Message, listener: IPv4Address = GROUP) -> None:
        link.send(Packet(link.address, listener, EIGRP, ttl=2, data=pack(message)))
