"""One packet from host to host: device after device, until it arrives or dies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.asa import through_asa
from bothways.diagnosis.connections import ConnectionTable
from bothways.diagnosis.ios import through_ios
from bothways.diagnosis.legs import Drop, Hop, Leg
from bothways.diagnosis.location import Location
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate

_MOST_HOPS = 32


class Walker:
    """Walks the packets of one flow; the connections they open on the way are kept between walks."""

    def __init__(self, sight: Sight, topology: Topology, ends: Mapping[IPv4Address, Location]) -> None:
        self._sight = sight
        self._topology = topology
        self._ends = ends
        self._connections = ConnectionTable()

    @property
    def sight(self) -> Sight:
        """What the walk sees."""
        return self._sight

    def walk(self, packet: Packet, *, consequence: bool = False) -> Leg:
        """Walk a packet that is really sent."""
        return self._walk(packet, consequence=consequence, hypothetical=False)

    def suppose(self, packet: Packet) -> Leg:
        """Where a packet would go, were it sent: firewalls are asked for their routes only."""
        return self._walk(packet, consequence=False, hypothetical=True)

    def _walk(self, packet: Packet, *, consequence: bool, hypothetical: bool) -> Leg:
        hops: list[Hop] = []

        def leg(arrived: Packet | None, lost: Drop | None = None) -> Leg:
            return Leg(
                sent=packet,
                hops=tuple(hops),
                arrived=arrived,
                lost=lost,
                consequence=consequence,
                hypothetical=hypothetical,
            )

        origin = self._ends[packet.source]
        if origin.beside(packet.destination):
            return leg(packet)
        where = origin.entry
        if where is None:
            return leg(None, _nowhere(origin))
        current = packet
        while len(hops) < _MOST_HOPS:
            if not (where.interface.admin_up and where.interface.line_up):
                return leg(None, Drop(Fate.LINK_DOWN, f"{where} is down", label="link down"))
            hops.append(self._hop(where, current, hypothetical=hypothetical))
            left = hops[-1].left
            if left is None:
                return leg(None)
            current = left
            following = self._following(hops[-1])
            if not isinstance(following, Attachment):
                return leg(current if following is None else None, following)
            where = following
        reason = f"the route towards {packet.destination} goes in a circle"
        return leg(None, Drop(Fate.NO_ROUTE, reason, label="routing loop"))

    def _hop(self, where: Attachment, packet: Packet, *, hypothetical: bool) -> Hop:
        device = self._sight.snapshot.devices[where.device]
        visit = Visit(self._sight, self._topology, device, where.interface.name, packet)
        if device.platform != "cisco_asa":
            return through_ios(visit)
        if not hypothetical:
            return through_asa(visit, self._connections)
        drop = visit.route()
        return visit.dropped(drop) if drop else visit.forwarded()

    def _following(self, hop: Hop) -> Attachment | Drop | None:
        """The next interface the packet comes to; None when it has arrived."""
        assert hop.left is not None
        destination = hop.left.destination
        if hop.next_hop is None:
            return None
        owner = self._topology.answering(self._sight, hop.next_hop, hop.next_hop_mac)
        if owner is not None:
            return owner
        end = self._ends.get(destination)
        if end is not None and not end.segment:
            self._sight.miss(f"beyond {hop.next_hop}: the rest of the way to {destination}")
            return None
        reason = f"{hop.device} sends it to {hop.next_hop}, which is no device of the snapshot"
        self._sight.miss(f"{hop.next_hop}: where it sends {destination}", deadly=True)
        return Drop(Fate.UNKNOWN, reason, label="next hop not read")


def _nowhere(origin: Location) -> Drop:
    if origin.device:
        reason = f"{origin.address} is an address of {origin.device} itself; that is not walked"
    else:
        reason = f"the gateway of {origin.address} is not known"
    return Drop(Fate.UNKNOWN, reason, label="not seen")


def refused(leg: Leg, why: str) -> Leg:
    """The leg, with the receiver's reason for not taking the packet."""
    return replace(leg, refusal=why)
