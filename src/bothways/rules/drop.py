"""What the rules about a single drop have in common: who dropped it, and its lines."""

from __future__ import annotations

from bothways.diagnosis.legs import Drop, Hop, Leg
from bothways.diagnosis.trace import Trace
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot


def death(trace: Trace) -> tuple[Leg, Drop] | None:
    """The packet that dies first and why; None for a flow that lives or a host that refuses."""
    for leg in trace.legs:
        if leg.drop is not None and not leg.hypothetical:
            return leg, leg.drop
    return None


def deadly_hop(leg: Leg) -> Hop | None:
    """The device visit that ended a packet."""
    return leg.hops[-1] if leg.hops and leg.hops[-1].drop else None


def dropper(snapshot: Snapshot, trace: Trace) -> DeviceState | None:
    """The device the verdict names, if it names one."""
    return snapshot.devices.get(trace.at.device)


def lines(trace: Trace, device: str) -> tuple[Evidence, ...]:
    """The lines of one device that the trace rests on."""
    return tuple(line for line in trace.evidence if line.device == device)
