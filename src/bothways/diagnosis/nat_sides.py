"""Where a router without a readable routing table sends, by its own translation lines: inside or outside."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.policy_route import same_interface
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatSide, StaticNat
from bothways.state.rows import Route


@dataclass(frozen=True, slots=True)
class Beyond:
    """The interface an address is behind.

    Attributes:
        confidence: likely where a line names the address, possible where only its peer is named.
    """

    attachment: Attachment
    side: str
    confidence: Confidence
    line: StaticNat


def beyond(topology: Topology, device: DeviceState, address: IPv4Address, peer: IPv4Address) -> Beyond | None:
    """Where `address` is, seen from a router that translates it or its peer; None where no line tells."""
    if device.sees(Route) or not (device.sees(NatSide) and device.sees(StaticNat)):
        return None
    for known, word in ((address, Confidence.LIKELY), (peer, Confidence.POSSIBLE)):
        entry = next((row for row in device.table(StaticNat) if known in (row.world, row.local)), None)
        if entry is None:
            continue
        other = "inside" if entry.side == "outside" else "outside"
        side = entry.side if known == address else other
        attachment = _only(topology, device, side)
        return Beyond(attachment, side, word, entry) if attachment else None
    return None


def find_beyond(
    sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address
) -> Attachment | None:
    """The same over all routers of the snapshot; what is taken for granted is said to `sight`."""
    for device in topology.devices:
        found = beyond(topology, device, address, peer)
        if found is not None:
            text = f"{address} is {found.side} of {device.name}, by its translation lines, and passes it"
            sight.infer(text, found.confidence, device.evidence(found.line))
            return found.attachment
    return None


def _only(topology: Topology, device: DeviceState, side: str) -> Attachment | None:
    """The one interface of a side; of several nobody knows which."""
    names = [row.interface for row in device.table(NatSide) if row.side == side]
    found = [
        attachment
        for attachment in topology.of_device(device.name)
        if any(same_interface(attachment.interface.name, name) for name in names)
    ]
    return found[0] if len(found) == 1 == len(names) else None
