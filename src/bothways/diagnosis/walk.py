"""One packet from host to host: device after device, until it arrives or dies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.asa import through_asa
from bothways.diagnosis.connections import ConnectionTable
from bothways.diagnosis.ends import Ends
from bothways.diagnosis.ios import from_ios, through_ios
from bothways.diagnosis.legs import Drop, Hop, Leg
from bothways.diagnosis.location import Location
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.pools import lent_to_nobody, pooled_at
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.shown import shown_at, stands_for
from bothways.diagnosis.shown_asa import nobody_there, serves
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.translation_table import TranslationTable
from bothways.diagnosis.unanswered import rule_not_walked, shut_down, shut_rule
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.network import DeclaredHost
from bothways.state.rows import Arp, Interface

_MOST_HOPS = 32


class Walker:
    """Walks the packets of one flow; the connections they open on the way are kept between walks."""

    def __init__(
        self,
        sight: Sight,
        topology: Topology,
        ends: Mapping[IPv4Address, Location],
        hosts: Sequence[DeclaredHost] = (),
    ) -> None:
        self._sight = sight
        self._topology = topology
        self._ends = Ends(sight, topology, ends, hosts)
        self._connections = ConnectionTable()
        self._translations = TranslationTable()

    @property
    def sight(self) -> Sight:
        """What the walk sees."""
        return self._sight

    @property
    def topology(self) -> Topology:
        """Who is on which network."""
        return self._topology

    def origin(self, address: IPv4Address, peer: IPv4Address) -> Location:
        """Where a sender is, as far as the snapshot tells."""
        return self._ends.at(address, peer)

    @property
    def connections(self) -> ConnectionTable:
        """The connections that the walked packets have opened."""
        return self._connections

    @property
    def translations(self) -> TranslationTable:
        """The translations that the walked packets have left on routers."""
        return self._translations

    def walk(self, packet: Packet, *, consequence: bool = False) -> Leg:
        """Walk a packet that is really sent."""
        return self._walk(packet, consequence=consequence, hypothetical=False)

    def suppose(self, packet: Packet) -> Leg:
        """Where a packet would go, were it sent: firewalls are asked for their routes only."""
        return self._walk(packet, consequence=False, hypothetical=True)

    def miss(self, statement: str) -> None:
        """Note what only the receiver of a packet could tell, and what could kill the flow."""
        self._sight.miss(statement, deadly=True)

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

        following = self._enter(packet, hops)
        while len(hops) < _MOST_HOPS:
            current = hops[-1].left if hops else packet
            if current is None:
                return leg(None)
            if not isinstance(following, Attachment):
                return leg(current if following is None else None, following)
            if not (following.interface.admin_up and following.interface.line_up):
                return leg(None, self._down(following, hops))
            hops.append(self._hop(following, current, hypothetical=hypothetical))
            following = self._following(hops[-1])
        reason = f"the route towards {packet.destination} goes in a circle"
        return leg(None, Drop(Fate.NO_ROUTE, reason, label="routing loop"))

    def _down(self, where: Attachment, hops: Sequence[Hop]) -> Drop:
        """What a packet dies of that is sent to an interface that is down.

        A sender with an ARP entry sends in vain until the entry ages; one without asks, and nobody answers.
        """
        last = hops[-1] if hops else None
        if last and not last.next_hop_mac and self._sight.snapshot.devices[last.part].sees(Arp):
            reason = f"{where} is down, and {last.device} has no ARP entry for it"
            return Drop(Fate.NO_ADJACENCY, reason, "no-adjacency", "no ARP answer")
        return Drop(Fate.LINK_DOWN, f"{where} is down", label="link down")

    def _enter(self, packet: Packet, hops: list[Hop]) -> Attachment | Drop | None:
        """The first interface a packet comes to; a router that sends it itself is its first hop."""
        origin = self._ends.at(packet.source, packet.destination)
        lost = self._ends.stranded(packet.source)
        if lost is not None and not self._ends.on_one_switch(lost, packet.destination):
            dead = lost.dead_end(packet)
            if not self._ends.heard(origin):
                self._sight.miss(f"{packet.source}: whether it still has its gateway in ARP")
            hops += [dead] if dead is not None else []
            return lost.drop if dead is None else None
        if origin.beside(packet.destination):
            hiding = (one for one in self._topology.owners(packet.destination) if self._takes(one, packet))
            return next(hiding, None) or self._shown(packet.destination) or self._beside(packet)
        if self._is_ios(origin.device):
            hops.append(from_ios(self._visit(origin.device, "", packet)))
            return self._following(hops[-1])
        return origin.entry or _nowhere(origin)

    def _takes(self, own: Attachment, packet: Packet) -> bool:
        """Whether a device lets somebody behind it go by its own address."""
        address = own.address.ip
        by_connection = any(entry.shown.source == address for entry in self._connections.on(own.device))
        if by_connection or own.device in self._translations.shown_as(address):
            return True
        device = self._sight.snapshot.devices[own.device]
        return stands_for(device, own) or serves(device, own, packet)

    def _is_ios(self, device: str) -> bool:
        # Of an address that several devices share, nobody knows which of them sends.
        known = self._sight.snapshot.devices.get(device)
        return known is not None and known.platform == "cisco_ios"

    def _visit(self, device: str, ingress: str, packet: Packet) -> Visit:
        state = self._sight.snapshot.devices[device]
        return Visit(self._sight, self._topology, state, ingress, packet, self._translations)

    def _hop(self, where: Attachment, packet: Packet, *, hypothetical: bool) -> Hop:
        visit = self._visit(where.device, where.interface.name, packet)
        if visit.device.platform != "cisco_asa":
            return through_ios(visit)
        if not hypothetical:
            return through_asa(visit, self._connections)
        drop = visit.route()
        return visit.dropped(drop) if drop else visit.forwarded()

    def _following(self, hop: Hop) -> Attachment | Drop | None:
        """The next interface the packet comes to; None when it has arrived, or died."""
        if hop.left is None:
            return None
        destination = hop.left.destination
        if hop.next_hop in (None, destination):  # of a translated packet the next hop may be the real end
            return self._at_destination(hop, hop.left)
        egress = self._topology.attachment(hop.part, hop.egress)
        owner = self._topology.answering(self._sight, hop.next_hop, hop.next_hop_mac, egress)
        if owner is not None:
            return owner
        shut = self._topology.shut(hop.next_hop)
        if shut is not None:
            return Drop(Fate.LINK_DOWN, f"{shut} is shut down", label="link down")
        end = self._ends.at(destination, hop.left.source)
        if not end.segment and not end.device:
            # A device of ours that was not read may be that next hop; the networks of others are not ours.
            rest = f"beyond {hop.next_hop}: the rest of the way to {destination}"
            self._sight.miss(rest, deadly=self._sight.blind_to(Interface))
            return None
        reason = f"{hop.device} sends it to {hop.next_hop}, which is no device of the snapshot"
        self._sight.miss(f"{hop.next_hop}: where it sends {destination}", deadly=True)
        return Drop(Fate.UNKNOWN, reason, label="next hop not read")

    def _at_destination(self, hop: Hop, packet: Packet) -> Attachment | Drop | None:
        """The device that owns a connected destination, or stands for it; None for a host."""
        destination = packet.destination
        egress = self._topology.attachment(hop.part, hop.egress)
        others = [own for own in self._topology.owners(destination, egress) if own.device != hop.part]
        if len(others) == 1 and (self._is_ios(others[0].device) or self._takes(others[0], packet)):
            self._topology.say_unproven(self._sight, others[0], egress)
            return others[0]
        shown = self._shown(destination)
        lost = self._ends.stranded(destination)
        if shown is None and lost is not None:
            self._sight.evidence += lost.evidence
            return lost.drop
        if shown is None and egress is not None:
            return self._ends.on_wire(egress, destination)
        if not isinstance(shown, Attachment) or shown.device != hop.part:
            return shown
        return nobody_there(self._sight.snapshot.devices[shown.device], shown, hop)

    def _beside(self, packet: Packet) -> Drop | None:
        """Why a packet does not reach a host on its sender's own network."""
        shut = shut_down(self._sight, self._topology, packet.destination)
        if shut is not None:
            return shut
        lost = self._ends.stranded(packet.destination)
        if lost is None or self._ends.on_one_switch(lost, packet.source):
            return None
        self._sight.evidence += lost.evidence
        self._sight.miss(f"{packet.source}: whether it still has {packet.destination} in ARP")
        return lost.drop

    def _lent(self, address: IPv4Address) -> Attachment | None:
        """The router that shows an end of this flow under an address of one of its networks."""
        for router in self._translations.shown_as(address):
            for own in self._topology.of_device(router):
                if address in own.network:
                    return own
        return None

    def _shown(self, address: IPv4Address) -> Attachment | Drop | None:
        """The device that answers for an address of nobody, or that would if its interface were up."""
        shown = shown_at(self._sight, self._topology, address) or self._lent(address)
        pool = pooled_at(self._topology, address) if shown is None else None
        if pool is not None and not self._topology.owners(address):
            return lent_to_nobody(*pool, address)
        if shown is not None:
            return shown
        owned = self._topology.owners(address)
        unwalked = None if owned else rule_not_walked(self._sight, self._topology, address)
        return unwalked or shut_rule(self._topology, address)


def _nowhere(origin: Location) -> Drop:
    if origin.device:
        reason = f"{origin.address} is an address of {origin.device} itself; that is not walked"
    else:
        reason = f"the gateway of {origin.address} is not known"
    return Drop(Fate.UNKNOWN, reason, label="not seen")


def refused(leg: Leg, why: str) -> Leg:
    """The leg, with the receiver's reason for not taking the packet."""
    return replace(leg, refusal=why)
