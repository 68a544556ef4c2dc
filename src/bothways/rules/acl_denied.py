"""A rule, written or implied, denies a packet of the flow."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.drop import death, dropper
from bothways.rules.observations import counted, logged
from bothways.state.snapshot import Snapshot

_CODES = ("106023", "106100", "106001", "106006", "106014")


class AclDenied(Rule):
    """An access list or an implied rule drops a packet, in either direction."""

    id = "acl-denied"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the device that denies."""
        device, died = dropper(snapshot, trace), death(trace)
        if trace.fate is not Fate.ACL_DENIED or device is None or died is None:
            return
        leg, drop = died
        seen = tuple(logged(device, trace.flow, _CODES))
        counters = counted(device, (drop.counter,)) if drop.counter else ()
        yield Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=device.name,
            sentence=f"{leg.sent} of {trace.flow} is denied: {drop.reason}",
            evidence=(*trace.evidence, *seen, *counters),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(f"the rule's hit count on {device.name} rises with each try",),
            refutes=(f"the rule's hit count on {device.name} stays while packets of the flow arrive there",),
        )
