"""One translation rule of an ASA, wherever it stands: whom it is about, and what it makes of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.network_objects import Networks, counterpart
from bothways.diagnosis.packets import EPHEMERAL, Packet, Ports
from bothways.flow import Protocol
from bothways.state.nat_rows import NatRule, ObjectNat


class Match(IntEnum):
    """Whether a rule is about a packet; the least of several answers is the answer to all."""

    NO = 0
    MAYBE = 1
    YES = 2


def on(wanted: str, interface: str) -> Match:
    """Whether a rule for an interface, or for `any`, is for this one."""
    return Match.YES if wanted in (interface, "any") else Match.NO


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of a rule: its addresses and ports on the real side, and as the other side knows them.

    Attributes:
        real, shown: None for unknown ones.
        real_ports, shown_ports: None for every port.
        many: it hides behind `shown`, of which nobody knows which one is next.
    """

    real: Networks | None
    shown: Networks | None
    real_ports: Ports | None = None
    shown_ports: Ports | None = None
    many: bool = False

    @property
    def same(self) -> bool:
        """Neither address nor port changes."""
        return self.real is not None and (self.real, self.real_ports) == (self.shown, self.shown_ports)

    @property
    def moves(self) -> bool:
        """It is known by other addresses, so that nobody else has these."""
        return self.shown is not None and self.real != self.shown

    def is_real(self, address: IPv4Address, ports: Ports) -> Match:
        """Whether it is one of the real addresses and ports."""
        return min(_among(self.real, address), _within(ports, self.real_ports))

    def is_shown(self, address: IPv4Address, ports: Ports) -> Match:
        """Whether it is one of the others."""
        return min(_among(self.shown, address), _within(ports, self.shown_ports))

    def to_real(self, address: IPv4Address, ports: Ports) -> tuple[IPv4Address, Ports] | None:
        """Who is known by this address and port; None where that cannot be told."""
        found = counterpart(address, self.shown, self.real)
        return (found, _moved(ports, self.shown_ports, self.real_ports)) if found else None

    def to_shown(self, address: IPv4Address, ports: Ports) -> tuple[IPv4Address, Ports] | None:
        """As whom the other side will know it."""
        if self.many:
            only = self.shown[0] if self.shown is not None and len(self.shown) == 1 else None
            return (only[0], EPHEMERAL) if only is not None and only.num_addresses == 1 else None
        found = counterpart(address, self.real, self.shown)
        return (found, _moved(ports, self.real_ports, self.shown_ports)) if found else None


ALL = End(real=(IPv4Network("0.0.0.0/0"),), shown=(IPv4Network("0.0.0.0/0"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """A rule.

    Attributes:
        row: the line it was read from.
        name: how a sentence calls it.
        real_interface, mapped_interface: names, or `any`.
        manual: it takes source and destination together, and nothing behind it is asked.
        static: in both directions; a dynamic one only for what the real side opens.
        source: whom it is about.
        peer: whom these talk to, by the line's destination clause; everybody without one.
        clause: it has such a clause.
        protocol: of a rule for one service; "" for all, "?" where the service is not known.
        by_interface: it hides behind the address of an interface.
        by_route: it leaves the way out to the routes.
        one_way: nobody is let in by it.
        proxy_arp: the device answers ARP for the addresses it shows.
        readable: False for a line of which only the interfaces are understood.
    """

    row: NatRule | ObjectNat
    name: str
    real_interface: str = "any"
    mapped_interface: str = "any"
    manual: bool = True
    static: bool = True
    source: End = ALL
    peer: End = ALL
    clause: bool = False
    protocol: str = ""
    by_interface: bool = False
    by_route: bool = False
    one_way: bool = False
    proxy_arp: bool = True
    readable: bool = True

    @property
    def same(self) -> bool:
        """Nothing changes."""
        return self.static and self.source.same and self.peer.same

    def sends(self, packet: Packet, ingress: str, egress: str) -> Match:
        """Whether it changes, or keeps, the source of a packet from its real side."""
        if not self.readable or not on(self.mapped_interface, egress):
            return Match.NO
        return self._outward(packet, ingress)

    def calls(self, packet: Packet, ingress: str, *, outward: bool) -> Match:
        """Whether it says whom a packet calls: outward by its destination clause, inward by its source."""
        if not self.readable or (outward and not self.clause):
            return Match.NO
        if outward:
            return self._outward(packet, ingress)
        if not self.static or self.one_way:
            return Match.NO
        return min(on(self.mapped_interface, ingress), self.comes_back(packet))

    def comes_back(self, packet: Packet) -> Match:
        """Whether the ends are those of an answer to what its source opened."""
        return min(
            self._about(packet),
            self.source.is_shown(packet.destination, packet.destination_ports),
            self.peer.is_real(packet.source, packet.source_ports),
        )

    def _outward(self, packet: Packet, ingress: str) -> Match:
        return min(
            on(self.real_interface, ingress),
            self._about(packet),
            self.source.is_real(packet.source, packet.source_ports),
            self.peer.is_shown(packet.destination, packet.destination_ports),
        )

    def _about(self, packet: Packet) -> Match:
        if self.protocol == "?":
            return Match.MAYBE if packet.protocol is not Protocol.ICMP else Match.NO
        return Match.YES if self.protocol in ("", packet.protocol) else Match.NO


def _among(networks: Networks | None, address: IPv4Address) -> Match:
    if networks is None:
        return Match.MAYBE
    return Match.YES if any(address in net for net in networks) else Match.NO


def _within(ports: Ports, wanted: Ports | None) -> Match:
    if wanted is None or (wanted[0] <= ports[0] and ports[1] <= wanted[1]):
        return Match.YES
    return Match.NO if ports[1] < wanted[0] or wanted[1] < ports[0] else Match.MAYBE


def _moved(ports: Ports, of: Ports | None, to: Ports | None) -> Ports:
    if of is None or to is None:
        return ports
    return (ports[0] - of[0] + to[0], ports[1] - of[0] + to[0])
