"""Translation of addresses and ports on the ASA: which rule, in which direction, and what comes of it.

Documented: manual rules come first, in the order of their lines, then those of objects (static before
dynamic, fewer real addresses first, then the lower address, then the object's name), then the manual rules
behind `after-auto`; the first that fits is taken. A manual rule ties source and destination together, and
none behind it is asked; of the rules of objects one may translate the source and another one the destination.
A destination that a rule translates, be it to itself, decides the way out before any route does, unless the
rule is an identity with `route-lookup`; access lists and classes see real addresses and ports. A connection
that a rule would translate in one direction and not in the other is refused. Believed: that the destination
is settled before the source also where the two rules are of different kinds; that a connection to a static
address stands although a later static rule would show the same host by another one; that sizes which differ
are counted modulo the smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.frames import Packet

ANY = "any"
INTERFACE = "interface"
OF_OBJECTS = 2
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """Addresses in a row, the last one included.

    Attributes:
        first, last: as numbers.
        text: as the device prints them behind `Origin:`.
    """

    first: int
    last: int
    text: str = field(compare=False)

    @classmethod
    def of(cls, network: IPv4Network) -> Block:
        """A subnet, or a host as one of 32 bits."""
        return cls(int(network.network_address), int(network.broadcast_address), str(network))

    @classmethod
    def between(cls, first: str, last: str) -> Block:
        """A range."""
        return cls(int(IPv4Address(first)), int(IPv4Address(last)), f"{first}-{last}")

    @property
    def size(self) -> int:
        """How many addresses."""
        return self.last - self.first + 1

    @property
    def address(self) -> IPv4Address:
        """The first one."""
        return IPv4Address(self.first)

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= int(address) <= self.last

    def moved(self, address: IPv4Address, to: Block) -> IPv4Address:
        """The address at the same place of another block."""
        return IPv4Address(to.first + (int(address) - self.first) % to.size)


EVERYTHING = Block.of(IPv4Network("0.0.0.0/0"))


@dataclass(frozen=True, slots=True)
class View:
    """What one side of a rule sees of a connection, the rule's own host as its source.

    Attributes:
        interface: nameif, `any` for all.
        source: None for the address of whatever interface the packet leaves by.
        destination: None for a rule that says nothing of it.
        protocol: of the ports; None without.
        sport, dport: None for all.
    """

    interface: str
    source: Block | None
    destination: Block | None = None
    protocol: int | None = None
    sport: Span | None = None
    dport: Span | None = None

    def at(self, nameif: str) -> bool:
        """Whether that interface is on this side."""
        return self.interface in (nameif, ANY)

    def sends(self, nameif: str, packet: Packet) -> bool:
        """Whether a packet comes in here from the source."""
        return self._fits(nameif, packet, (packet.source, packet.sport), (packet.destination, packet.dport))

    def takes(self, nameif: str, packet: Packet) -> bool:
        """Whether a packet comes in here for the source."""
        return self._fits(nameif, packet, (packet.destination, packet.dport), (packet.source, packet.sport))

    def _fits(
        self,
        nameif: str,
        packet: Packet,
        source: tuple[IPv4Address, int],
        destination: tuple[IPv4Address, int],
    ) -> bool:
        return (
            self.at(nameif)
            and self.source is not None
            and source[0] in self.source
            and (self.destination is None or destination[0] in self.destination)
            and self.protocol in (None, packet.protocol)
            and (self.sport is None or self.sport[0] <= source[1] <= self.sport[1])
            and (self.dport is None or self.dport[0] <= destination[1] <= self.dport[1])
        )


@dataclass(frozen=True, slots=True)
class NatRule:
    """One rule.

    Attributes:
        text: its line.
        section: 1 to 3.
        name: of the object it stands in, "" for a manual one.
        static: works in both directions; a dynamic one only for what the real side opens.
        near, far: what the real and the mapped side see.
        both_ways: without `unidirectional`.
        proxy_arp: without `no-proxy-arp`.
        by_route: with `route-lookup`.
    """

    text: str
    section: int
    name: str
    static: bool
    near: View
    far: View
    both_ways: bool = True
    proxy_arp: bool = True
    by_route: bool = False

    @property
    def manual(self) -> bool:
        """Whether it ties source and destination together."""
        return self.section != OF_OBJECTS

    def shows(self, nameif: str, address: IPv4Address) -> bool:
        """Whether it has an address stand for somebody on that interface: proxy ARP answers there."""
        there = self.far.at(nameif) and self.far.source is not None and address in self.far.source
        asked = self.near.destination
        return self.proxy_arp and (there or (self.near.at(nameif) and asked is not None and address in asked))

    def unmaps(self, nameif: str, packet: Packet) -> bool:
        """Whether it gives the packet its destination as its mapped side's caller."""
        return self.static and self.both_ways and self.far.takes(nameif, packet)


@dataclass(frozen=True, slots=True)
class Divert:
    """A packet's real destination.

    Attributes:
        rule: that says so.
        address, port: of the destination.
        egress: where it leaves, "" where the routes decide.
        outward: whether the packet comes from the rule's real side.
    """

    rule: NatRule
    address: IPv4Address
    port: int
    egress: str
    outward: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """Under what a packet's source goes on.

    Attributes:
        rule: that says so.
        address: None for the address of the interface it leaves by.
        port: as it becomes under a static rule.
        static: a dynamic one chooses its port, and needs a translation that is kept.
    """

    rule: NatRule
    address: IPv4Address | None
    port: int
    static: bool = True


def unmapping(rules: Iterable[NatRule], ingress: str, packet: Packet) -> Divert | None:
    """What gives a packet its real destination."""
    for rule in rules:
        near, far = rule.near, rule.far
        if rule.unmaps(ingress, packet) and far.source and near.source:
            real = far.source.moved(packet.destination, near.source)
            return _diverted(rule, real, _port(packet.dport, far.sport, near.sport), outward=False)
        if near.destination and far.destination and near.sends(ingress, packet):
            real = near.destination.moved(packet.destination, far.destination)
            return _diverted(rule, real, _port(packet.dport, near.dport, far.dport), outward=True)
    return None


def _diverted(rule: NatRule, address: IPv4Address, port: int, *, outward: bool) -> Divert:
    wanted = rule.far.interface if outward else rule.near.interface
    return Divert(rule, address, port, "" if rule.by_route or wanted == ANY else wanted, outward)


def mapping(
    rules: Iterable[NatRule], ingress: str, egress: str, packet: Packet, diverted: Divert | None
) -> Shown | None:
    """What hides the source of a packet; the packet is as it came in."""
    if diverted is not None and diverted.rule.manual:
        return _tied(diverted, packet)
    for rule in rules:
        if rule.near.destination is None and rule.near.sends(ingress, packet) and rule.far.at(egress):
            return _shown(rule, packet)
    return None


def _tied(diverted: Divert, packet: Packet) -> Shown | None:
    rule = diverted.rule
    return _shown(rule, packet) if diverted.outward else _back(rule, packet)


def _shown(rule: NatRule, packet: Packet) -> Shown:
    near, far = rule.near, rule.far
    if rule.static and near.source and far.source:
        return Shown(
            rule, near.source.moved(packet.source, far.source), _port(packet.sport, near.sport, far.sport)
        )
    return Shown(rule, far.source.address if far.source else None, packet.sport, static=False)


def _back(rule: NatRule, packet: Packet) -> Shown | None:
    """How the real side of a rule knows who sends to its mapped side; None where the rule does not say."""
    near, far = rule.near, rule.far
    if not (near.destination and far.destination):
        return None
    address = far.destination.moved(packet.source, near.destination)
    return Shown(rule, address, _port(packet.sport, far.dport, near.dport))


def answering(rules: Iterable[NatRule], ingress: str, egress: str, reply: Packet) -> NatRule | None:
    """The rule that would hide the source of a reply, if the reply were the first packet."""
    for rule in rules:
        if rule.near.sends(ingress, reply) and rule.far.at(egress):
            return rule
        if rule.far.destination is not None and rule.far.takes(ingress, reply) and rule.near.at(egress):
            return rule
    return None


def replying(rules: Iterable[NatRule], ingress: str, egress: str, packet: Packet) -> Shown | None:
    """What hides who answers somebody behind a port translation; no first packet, so `mapping` is not it."""
    for rule in rules:
        if rule.far.destination is not None and rule.far.takes(ingress, packet) and rule.near.at(egress):
            return _back(rule, packet)
    return None


def reserved(rules: Iterable[NatRule], protocol: int, address: IPv4Address, port: int) -> bool:
    """Whether a static rule has a port of an address, so that no port translation may."""
    views = [rule.far for rule in rules if rule.static and rule.far.sport]
    return any(
        one.protocol == protocol
        and one.source is not None
        and address in one.source
        and one.sport is not None
        and one.sport[0] <= port <= one.sport[1]
        for one in views
    )


def _port(port: int, of: Span | None, to: Span | None) -> int:
    return to[0] + (port - of[0]) % (to[1] - to[0] + 1) if of and to else port
