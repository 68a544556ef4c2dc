"""How IOS routes a packet: list in, inward translation, policy, own addresses, route, outward one, list out.

Documented: policy routing is for packets that come in, before the routing table, and also catches packets
to the switch's own addresses when its list permits them; what matches no sequence is routed normally; a
next hop that is not resolved leaves the packet to normal routing; a list's deny entry sends the packet to
the CPU, which routes it normally. The hardware does not count matches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.lab.acl import first_match
from bothways.lab.frames import Packet
from bothways.lab.ios.nat import FullTranslations, inward, outward, sender
from bothways.lab.ios.settings import IosSettings, Svi
from bothways.lab.ios.translations import Translations
from bothways.lab.ledger import Why
from bothways.lab.leg import Leg
from bothways.lab.rib import Rib


@dataclass(frozen=True, slots=True)
class Way:
    """Where a packet goes.

    Attributes:
        why: None unless it is dropped.
        local: whether it is for the switch itself.
        interface: the SVI it leaves by.
        next_hop: the neighbour it goes to.
        policy: whether a route map decided.
        packet: as it leaves, when it was translated.
    """

    why: Why | None = None
    local: bool = False
    interface: str = ""
    next_hop: IPv4Address | None = None
    policy: bool = False
    packet: Packet | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What a router has learnt: routes of the table, neighbours of its legs, translations."""

    rib: Rib
    legs: dict[str, Leg]
    full: FullTranslations
    made: Translations


def find_way(settings: IosSettings, known: Known, svi: Svi, packet: Packet) -> Way:
    """Decide about a packet that came in by an SVI."""
    if svi.acl_in and not permitted(settings, svi.acl_in, packet):
        return Way(Why.ACL)
    if svi.nat == "outside":
        translated = known.made.inward(packet, inward(settings.nat, known.full, packet))
        way = _decide(settings, known, svi, translated)
        if translated != packet and _side(settings, way) == "inside":
            return _out(settings, replace(way, packet=translated), translated)
    way = _decide(settings, known, svi, packet)
    if svi.nat == "inside" and _side(settings, way) == "outside":
        left = _translated(settings, known, packet)
        if left is None:
            return Way(Why.NAT_EXHAUSTED)
        packet, way = left, replace(way, packet=left)
    return _out(settings, way, packet)


def _translated(settings: IosSettings, known: Known, packet: Packet) -> Packet | None:
    """A packet of the inside as it goes out; a static entry for its sender comes before all others."""
    left = outward(settings.nat, known.full, packet)
    if sender(settings.nat, packet) is not None:
        return left
    return known.made.outward(packet, left, lambda name: permitted(settings, name, packet))


def _decide(settings: IosSettings, known: Known, svi: Svi, packet: Packet) -> Way:
    hop = policy_next_hop(settings, known.rib, known.legs, svi, packet)
    if hop is not None:
        route = known.rib.lookup(hop)
        assert route is not None
        return Way(interface=route.interface, next_hop=hop, policy=True)
    if is_own(settings, packet.destination, svi.vrf):
        return Way(local=True)
    return routed(settings, known.rib, packet.destination)


def _side(settings: IosSettings, way: Way) -> str:
    """On which side of a translation a packet leaves."""
    svi = settings.svis.get(way.interface)
    return svi.nat if svi else ""


def routed(settings: IosSettings, rib: Rib, destination: IPv4Address) -> Way:
    """By the routing table."""
    if not settings.routing:
        return Way(Why.NO_ROUTE)
    route = rib.lookup(destination)
    hop = destination
    for _ in range(4):  # a static route names a next hop whose own route names the interface
        if route is None or route.interface:
            break
        assert route.next_hop is not None
        hop = route.next_hop
        route = rib.lookup(hop)
    if route is None or not route.interface:
        return Way(Why.NO_ROUTE)
    return Way(interface=route.interface, next_hop=route.next_hop or hop)


def policy_next_hop(
    settings: IosSettings, rib: Rib, legs: dict[str, Leg], svi: Svi, packet: Packet
) -> IPv4Address | None:
    """The next hop that a route map sets, when it is a neighbour whose MAC address is known."""
    for entry in settings.route_maps.get(svi.policy, ()):
        if entry.acls and not any(permitted(settings, name, packet) for name in entry.acls):
            continue
        if not entry.permit:
            return None
        for hop in entry.next_hops:
            route = rib.lookup(hop)
            if route is None or route.next_hop is not None:
                continue
            arp = legs[route.interface].arp
            if arp.known(hop) is not None:
                return hop
            arp.ask(hop)
        return None
    return None


def hops_to_ask(settings: IosSettings, rib: Rib) -> Iterator[tuple[str, IPv4Address]]:
    """SVI and address of every neighbour that a policy in use sends packets to."""
    for svi in settings.svis.values():
        for entry in settings.route_maps.get(svi.policy, ()):
            for hop in entry.next_hops:
                route = rib.lookup(hop)
                if route is not None and route.next_hop is None:
                    yield route.interface, hop


def permitted(settings: IosSettings, name: str, packet: Packet) -> bool:
    """Whether a list permits; one that does not exist or is empty permits everything (believed)."""
    acl = settings.acls.get(name)
    if acl is None or not acl.entries:
        return True
    ace = first_match(acl.aces, packet)
    return ace is not None and ace.permit


def is_own(settings: IosSettings, address: IPv4Address, vrf: str = "") -> bool:
    """Whether an address is the switch's own, in one routing table."""
    return any(
        one is not None and one.ip == address
        for svi in settings.svis.values()
        if not svi.shutdown and svi.vrf == vrf
        for one in (svi.address, *svi.secondary)
    )


def aliased(settings: IosSettings, side: str, address: IPv4Address) -> bool:
    """Whether an address on one side of a translation stands for somebody on the other."""
    if side == "outside":
        pools = [one.pool for one in settings.nat_sources if one.pool is not None]
        static = (one.global_address for one in settings.nat if not one.outside)
        return address in static or any(address in pool for pool in pools)
    return side == "inside" and any(one.outside and one.local_address == address for one in settings.nat)


def _out(settings: IosSettings, way: Way, packet: Packet) -> Way:
    svi = settings.svis.get(way.interface)
    if way.why is None and svi is not None and svi.acl_out and not permitted(settings, svi.acl_out, packet):
        return Way(Why.ACL)
    return way
