"""The ends of a walk: where a sender is, and why nothing reaches a host; each asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import macs_of
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.location import Location, locate
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.stranded import Stranded, stranded
from bothways.flow import Fate
from bothways.network import DeclaredHost
from bothways.state.rows import Arp


class Ends:
    """Who sends and who gets the packets of one flow, under all addresses that they show."""

    def __init__(
        self,
        sight: Sight,
        topology: Topology,
        known: Mapping[IPv4Address, Location],
        hosts: Sequence[DeclaredHost] = (),
    ) -> None:
        self._sight = sight
        self._topology = topology
        self._ends = dict(known)
        self._hosts = hosts
        self._lost: dict[IPv4Address, Stranded | None] = {}

    def at(self, address: IPv4Address, peer: IPv4Address) -> Location:
        """Where a sender is; a translation on the way shows addresses that nobody named before."""
        if self._unsettled(address) or address not in self._ends:
            self._ends[address] = locate(self._sight, self._topology, address, peer, self._hosts)
        return self._ends[address]

    def on_wire(self, egress: Attachment, destination: IPv4Address) -> Drop | None:
        """Which host of an address it is, where several VRFs of one box have its network."""
        if egress not in self._topology.tables(destination):
            return None
        wire = self._topology.wire_of(destination)
        if wire is not None and wire != egress:
            reason = f"it comes to {destination} on the wire of {egress}; the one meant is on that of {wire}"
            return Drop(Fate.UNKNOWN, reason, label="another host")
        self._topology.settle(destination, egress)
        self._ends.pop(destination, None)
        return None

    def heard(self, origin: Location) -> bool:
        """Whether the router a host sends to has it in ARP, and so it that router."""
        if origin.entry is None:
            return True
        device = self._sight.snapshot.devices[origin.entry.device]
        return not device.sees(Arp) or bool(device.table(Arp).where(address=origin.address))

    def on_one_switch(self, lost: Stranded, address: IPv4Address) -> bool:
        """Whether a host is on the very switch that a stranded one hangs on."""
        return bool(lost.macs & set(macs_of(self._sight, self._topology, address)))

    def stranded(self, address: IPv4Address) -> Stranded | None:
        """Why nothing reaches a host, where the switches show that; asked once for each."""
        if address not in self._lost:
            here = Location(address, self._topology.segment(address), None)
            end = self._ends.get(address, here)
            found = stranded(self._sight, self._topology, end, self._hosts) if not end.device else None
            self._lost[address] = found
        return self._lost[address]

    def _unsettled(self, address: IPv4Address) -> bool:
        """Take one of the wires that a sender may be on, where several VRFs of one box have its network."""
        tables = self._topology.tables(address)
        if not tables or self._topology.wire_of(address) is not None or self._topology.owners(address):
            return False
        question = f"on whose wire {address} is: {' and '.join(map(str, tables))} have its network"
        ways = [f"{address} is on the wire of {one}" for one in tables]
        self._topology.settle(address, tables[self._sight.choose(question, ways)])
        return True
