"""Where a host is: its segment, the port it hangs on, and the interface its packets enter by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.gateway import gateway
from bothways.diagnosis.nat_sides import find_beyond
from bothways.diagnosis.pools import pooled_at
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.segments import Attachment, Topology, attachment_evidence
from bothways.diagnosis.shown import shown_at, stands_for
from bothways.diagnosis.sight import Sight
from bothways.network import DeclaredHost
from bothways.state.device import Evidence
from bothways.state.rows import Arp, Mac, Route


@dataclass(frozen=True, slots=True)
class Location:
    """A host, as far as the snapshot tells.

    Attributes:
        segment: the device interfaces on its network; empty when it is behind a router not read.
        entry: the interface its packets to elsewhere come in by; None when nothing tells.
        device: set when the address is a device's own.
        port: the switch port it hangs on, with the switch's name; "" when ARP and MAC tables do not tell.
        direct: the router before it was not read and shares a segment with its peer.
    """

    address: IPv4Address
    segment: tuple[Attachment, ...]
    entry: Attachment | None
    device: str = ""
    port: str = ""
    direct: bool = False

    def beside(self, address: IPv4Address) -> bool:
        """Whether its packets reach `address` without any device of the snapshot."""
        return self.direct or bool(self.segment and address in self.segment[0].network)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A route that leads to a router of which nothing was read."""

    length: int
    attachment: Attachment
    router: IPv4Address
    evidence: Evidence


def locate(
    sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address, hosts: Sequence[DeclaredHost]
) -> Location:
    """Find a host that talks to `peer`; what is inferred is said to `sight`."""
    owners = topology.owners(address)
    if owners:
        if _is_router(sight, owners) and not stands_for(sight.snapshot.devices[owners[0].device], owners[0]):
            text = f"{address} is an address of {owners[0].device} itself, which serves what it is called for"
            sight.infer(text, Confidence.LIKELY, attachment_evidence(sight, owners[0]))
        return Location(address, (), None, " or ".join(owner.device for owner in owners))
    if shown_at(sight, topology, address) is not None or pooled_at(topology, address) is not None:
        return Location(address, (), None)  # it sends nothing: who is behind it has another address
    segment, tables = topology.segment(address), topology.tables(address)
    if tables and topology.wire_of(address) is None:
        segment = ()  # on which of several wires, the walk finds out
    elif not segment and not topology.shut_around(address):
        return _far(sight, topology, address, peer)
    if not segment:
        return Location(address, (), None)  # or on a network of ours that is shut down: nobody tells
    if tables and peer in segment[0].network:
        names = " and ".join(map(str, tables))
        sight.miss(f"whether {address} and {peer} are on one wire: {names} have their network", deadly=True)
    sight.evidence.append(attachment_evidence(sight, segment[0]))
    port = _port(sight, segment, address)
    if peer in segment[0].network:
        return Location(address, segment, None, port=port)
    entry = gateway(sight, topology, address, segment, hosts)
    return Location(address, segment, entry, port=port)


def _is_router(sight: Sight, owners: Sequence[Attachment]) -> bool:
    """One router of the snapshot: what it sends and answers itself is walked."""
    return len(owners) == 1 and sight.snapshot.devices[owners[0].device].platform == "cisco_ios"


def _port(sight: Sight, segment: tuple[Attachment, ...], address: IPv4Address) -> str:
    """The switch port a host hangs on, from ARP and the MAC table of the devices on its segment."""
    for name in dict.fromkeys(attachment.device for attachment in segment):
        device = sight.snapshot.devices[name]
        if not (device.sees(Arp) and device.sees(Mac)):
            continue
        for entry in device.table(Arp).where(address=address):
            for row in device.table(Mac).where(mac=entry.mac) if entry.mac else ():
                sight.evidence += [device.evidence(entry), device.evidence(row)]
                # A channel leads to another switch as a rule: behind it is not the same as on it.
                return "" if row.port.startswith("Po") else f"{row.port} of {name}"
    return ""


def _far(sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address) -> Location:
    """A host beyond the snapshot: it is where the best route that leaves our devices leads."""
    found = _leaving(sight, topology, address)
    if not found:
        return Location(address, (), find_beyond(sight, topology, address, peer))
    best = max(found, key=lambda item: item.length)
    if peer in best.attachment.network:
        text = (
            f"{best.router}, which was not read, hands packets of {address} straight to {peer} on its network"
        )
        sight.infer(text, Confidence.POSSIBLE, best.evidence)
        return Location(address, (), None, direct=True)
    known = topology.segment(peer) or topology.owners(peer) or shown_at(sight, topology, peer)
    if not known:
        there = max(_leaving(sight, topology, peer), key=lambda item: item.length, default=None)
        if there is not None and there.router == best.router:
            return _behind_one(sight, address, peer, best, there)
    word = Confidence.LIKELY if len(found) == 1 else Confidence.POSSIBLE
    sight.infer(f"{address} is beyond {best.attachment}, its packets enter there", word, best.evidence)
    return Location(address, (), best.attachment)


def _behind_one(
    sight: Sight, address: IPv4Address, peer: IPv4Address, own: _Leaving, other: _Leaving
) -> Location:
    """Both ends are behind one unread router: it hands them each other's packets itself."""
    one, two = sorted((address, peer))
    text = f"{own.router}, which was not read, routes {one} and {two} to each other"
    sight.infer(text, Confidence.POSSIBLE, own.evidence, other.evidence)
    sight.miss(
        f"{own.router}: whether it routes {one} and {two} to each other; read that router", deadly=True
    )
    return Location(address, (), None, direct=True)


def _leaving(sight: Sight, topology: Topology, address: IPv4Address) -> list[_Leaving]:
    """Where routes for `address` leave the devices of the snapshot."""
    found: list[_Leaving] = []
    for device in topology.devices:
        table = sight.table(device, Route)
        for way in route_index(table).exits(address) if table is not None else ():
            attachment = topology.attachment(device.name, way.interface)
            prefix = way.routes[0].prefix
            if way.next_hop is None or topology.owners(way.next_hop) or attachment is None or prefix is None:
                continue
            evidence = device.evidence(way.routes[0])
            found.append(_Leaving(prefix.prefixlen, attachment, way.next_hop, evidence))
    return found
