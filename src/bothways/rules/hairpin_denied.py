"""A firewall must send a flow back out of the interface it came in on, and may not."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.drop import death, dropper
from bothways.rules.observations import counted, logged
from bothways.state.snapshot import Snapshot

_CODES = ("106014", "106001", "106006", "106010")


class HairpinDenied(Rule):
    """Ingress equals egress and `same-security-traffic permit intra-interface` is missing."""

    id = "hairpin-denied"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the ASA that drops packet 1."""
        asa, died = dropper(snapshot, trace), death(trace)
        if trace.fate is not Fate.INTRA_INTERFACE_DENIED or asa is None or died is None:
            return
        hop = died[0].hops[-1]
        seen = tuple(logged(asa, trace.flow, _CODES))
        yield Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=asa.name,
            sentence=(
                f"{asa.name} routes {trace.flow.client} to {trace.flow.server} out of {hop.egress}, where it "
                f"came in (hairpin), and same-security-traffic permit intra-interface is not configured"
            ),
            evidence=(*trace.evidence, *seen, *counted(asa, ("acl-drop",))),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(
                f"acl-drop in show asp drop of {asa.name} rises with each try, before any packet-tracer",
                f"packet-tracer input {hop.ingress} for this flow ends with (acl-drop) at an implicit rule",
            ),
            refutes=(f"show running-config same-security-traffic of {asa.name} lists intra-interface",),
        )
