"""The next hop of a packet has no hardware address."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.drop import death, dropper
from bothways.rules.observations import counted
from bothways.state.snapshot import Snapshot


class NoAdjacency(Rule):
    """An incomplete ARP entry: the device asked for the next hop and nobody answered."""

    id = "no-adjacency"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the device that asks in vain."""
        device, died = dropper(snapshot, trace), death(trace)
        if trace.fate is not Fate.NO_ADJACENCY or device is None or died is None:
            return
        leg, drop = died
        yield Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=device.name,
            sentence=f"{leg.sent} of {trace.flow} has no next hop: {drop.reason}",
            evidence=(*trace.evidence, *counted(device, ("no-adjacency",))),
            confidence=trace.confidence,
            raises=(f"the entry on {device.name} stays incomplete while the flow is tried again",),
            refutes=(f"a complete ARP entry for that address on {device.name}",),
        )
