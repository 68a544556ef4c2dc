"""One packet at one device: what has been found out so far, and how the visit ends."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.diagnosis.adjacency import adjacency
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.nat_sides import beyond
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.policy_route import connected_interface
from bothways.diagnosis.route_leaks import leaked
from bothways.diagnosis.routes import Exit, route_index
from bothways.diagnosis.segments import Topology, attachment_evidence
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.translation_table import TranslationTable
from bothways.flow import Fate
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Arp, Interface, Route
from bothways.state.tables import Row


class Visit:
    """A packet inside a device, from the interface it came in on to the one it leaves by.

    Attributes:
        egress: set once a route was looked up.
        next_hop: None when the destination is connected.
        packet: as it stands; a translation replaces it.
        translations: those that the flow has left on routers.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - who comes, where, and what is known there
        self,
        sight: Sight,
        topology: Topology,
        device: DeviceState,
        ingress: str,
        packet: Packet,
        translations: TranslationTable,
    ) -> None:
        self.sight = sight
        self.translations = translations
        self.topology = topology
        self.device = device
        self.ingress = ingress
        self.packet = packet
        self._arrived = packet
        self.egress = ""
        self.next_hop: IPv4Address | None = None
        self._mac = ""
        self._evidence: list[Evidence] = []
        self._notes: list[str] = [f"in vrf {device.vrf}"] if device.vrf else []

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device.name

    def cite(self, *facts: Row | Evidence) -> None:
        """Add the lines that a step rests on."""
        self._evidence += [
            fact if isinstance(fact, Evidence) else self.device.evidence(fact) for fact in facts
        ]

    def note(self, text: str) -> None:
        """Add a remark to the hop."""
        self._notes.append(text)

    def exit(self, address: IPv4Address) -> Exit | None:
        """Where the routing table sends `address`; without that table, connected networks must do.

        Of equal exits a device takes one per flow, by a hash nobody prints: all are walked in turn.
        """
        table = self.sight.table(self.device, Route, deadly=True)
        if table is None:
            interface = connected_interface(self.topology, self.name, address)
            found = None if interface else beyond(self.topology, self.device, address, self.packet.source)
            interface = found.attachment.interface.name if found else interface
            return Exit(interface, None, ()) if interface else None
        exits = route_index(table).exits(address)
        if len(exits) < 2:
            return exits[0] if exits else None
        question = f"which of its equal next hops {self.name} takes towards {address}"
        ways = [
            f"{self.name} sends {address} to {way.next_hop or way.interface} ({way.interface})"
            for way in exits
        ]
        return exits[self.sight.choose(question, ways)]

    def route(self) -> Drop | None:
        """Look up the destination."""
        found = self.exit(self.packet.destination)
        if found is None or found.discards or not found.interface:
            return self._unrouted(found)
        self.cite(*found.routes)
        leak = leaked(self.device, found)
        if leak is not None:
            self.cite(*leak.lines)
            return leak.drop
        self.send_to(found.interface, found.next_hop)
        return None

    def send_to(self, interface: str, next_hop: IPv4Address | None) -> None:
        """Settle where the packet goes; a next hop that is the destination is none."""
        self.egress = interface
        self.next_hop = None if next_hop == self.packet.destination else next_hop

    def _unrouted(self, found: Exit | None) -> Drop:
        destination = self.packet.destination
        if not self.device.sees(Route):
            reason = f"{self.name} has no readable routing table"
            return Drop(Fate.UNKNOWN, reason, label="routes not seen")
        if found is not None:
            self.cite(*found.routes)
            leak = leaked(self.device, found)
            if leak is not None:
                self.cite(*leak.lines)
                return leak.drop
            what = "discards" if found.discards else "cannot resolve the next hop of"
            return Drop(
                Fate.NO_ROUTE,
                f"{self.name} {what} its route to {destination}",
                "no-route",
                "no route",
            )
        unnamed = [row for row in self.device.table(Route) if row.prefix is None]
        if unnamed:
            self.sight.miss(f"{self.name}: what {len(unnamed)} routes to named objects cover", deadly=True)
        self.cite(self.device.absence(Route, f"a route to {destination}"))
        return Drop(Fate.NO_ROUTE, f"{self.name} has no route to {destination}", "no-route", "no route")

    def is_own(self) -> bool:
        """Whether the packet is for this device itself."""
        return any(owner.device == self.name for owner in self.topology.owners(self.packet.destination))

    def link(self) -> Drop | None:
        """The egress interface must be up, and lead somewhere."""
        if self.egress.startswith("Loopback"):
            reason = f"{self.name} routes {self.packet.destination} out of {self.egress}, where nobody is"
            return Drop(Fate.NO_ADJACENCY, reason, label="into a loopback")
        for row in self._interface_rows(self.egress):
            if not (row.admin_up and row.line_up):
                self.cite(row)
                state = "line protocol down" if row.admin_up else "shut down"
                reason = f"{self.egress} of {self.name} is {state}"
                return Drop(Fate.LINK_DOWN, reason, "interface-down", "link down")
        return None

    def resolve(self) -> Drop | None:
        """The next hop must have a hardware address. Only an incomplete entry proves that it has none."""
        address = self.next_hop or self.packet.destination
        found = adjacency(self.sight, self.device, self.egress, address)
        if found.entry is not None:
            self.cite(found.entry)
        if found.failed:
            reason = f"nobody answers ARP for {address} on {self.egress} of {self.name}"
            return Drop(Fate.NO_ADJACENCY, reason, "no-adjacency", "no ARP answer")
        shut = self.topology.shut(address)
        if found.resolved and found.entry is not None:
            self._mac = found.entry.mac
        elif shut is not None:
            self.cite(attachment_evidence(self.sight, shut))
            reason = f"{address} is on {shut}, which is shut down: nobody answers ARP for it"
            return Drop(Fate.NO_ADJACENCY, reason, "no-adjacency", "no ARP answer")
        elif found.read and not self.topology.owners(address):
            self.sight.infer(
                f"{address} answers ARP on {self.egress} of {self.name}, though no entry shows it: "
                f"entries age",
                Confidence.LIKELY,
                self.device.absence(Arp, f"{address} on {self.egress}"),
            )
        return None

    def dropped(self, drop: Drop) -> Hop:
        """The visit ends here."""
        return self._hop(None, drop)

    def forwarded(self, packet: Packet | None = None) -> Hop:
        """The packet goes on, perhaps rewritten."""
        return self._hop(packet or self.packet, None)

    def _hop(self, left: Packet | None, drop: Drop | None) -> Hop:
        return Hop(
            device=self.device.box,
            vrf=self.device.vrf,
            ingress=self.ingress,
            egress=self.egress,
            next_hop=self.next_hop,
            arrived=self._arrived,
            left=left,
            drop=drop,
            evidence=tuple(self._evidence),
            notes=tuple(self._notes),
            source_mac=next((row.mac for row in self._interface_rows(self.egress)), ""),
            next_hop_mac=self._mac,
        )

    def _interface_rows(self, name: str) -> list[Interface]:
        if not name or not self.device.sees(Interface):
            return []
        return [row for row in self.device.table(Interface) if row.name == name]
