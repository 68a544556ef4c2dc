"""Where a host is: its segment, the port it hangs on, and the interface its packets enter by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.gateway import gateway
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.segments import Attachment, Topology, attachment_evidence
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


def locate(
    sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address, hosts: Sequence[DeclaredHost]
) -> Location:
    """Find a host that talks to `peer`; what is inferred is said to `sight`."""
    owner = topology.owner(address)
    if owner is not None:
        return Location(address, (), None, owner.device)
    segment = topology.segment(address)
    if not segment:
        return _far(sight, topology, address, peer)
    sight.evidence.append(attachment_evidence(sight, segment[0]))
    port = _port(sight, segment, address)
    if peer in segment[0].network:
        return Location(address, segment, None, port=port)
    entry = gateway(sight, topology, address, segment, hosts)
    return Location(address, segment, entry, port=port)


def _port(sight: Sight, segment: tuple[Attachment, ...], address: IPv4Address) -> str:
    """The switch port a host hangs on, from ARP and the MAC table of the devices on its segment."""
    for name in dict.fromkeys(attachment.device for attachment in segment):
        device = sight.snapshot.devices[name]
        if not (device.sees(Arp) and device.sees(Mac)):
            continue
        for entry in device.table(Arp).where(address=address):
            for row in device.table(Mac).where(mac=entry.mac) if entry.mac else ():
                sight.evidence += [device.evidence(entry), device.evidence(row)]
                return f"{row.port} of {name}"
    return ""


def _far(sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address) -> Location:
    """A host beyond the snapshot: it is where the best route that leaves our devices leads."""
    found: list[tuple[int, Attachment, IPv4Address, Evidence]] = []
    for device in sight.snapshot:
        table = sight.table(device, Route)
        leaving = route_index(table).exit(address) if table is not None else None
        if leaving is None or leaving.next_hop is None or topology.owner(leaving.next_hop) is not None:
            continue
        attachment = topology.attachment(device.name, leaving.interface)
        prefix = leaving.routes[0].prefix
        if attachment is not None and prefix is not None:
            evidence = device.evidence(leaving.routes[0])
            found.append((prefix.prefixlen, attachment, leaving.next_hop, evidence))
    if not found:
        return Location(address, (), None)
    _, best, router, evidence = max(found, key=lambda item: item[0])
    if peer in best.network:
        text = f"{router}, which was not read, hands packets of {address} straight to {peer} on its network"
        sight.infer(text, Confidence.POSSIBLE, evidence)
        return Location(address, (), None, direct=True)
    word = Confidence.LIKELY if len(found) == 1 else Confidence.POSSIBLE
    sight.infer(f"{address} is beyond {best}, its packets enter there", word, evidence)
    return Location(address, (), best)
