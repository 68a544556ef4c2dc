"""A translation hides the server from those who call it by its real address."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.calls import calls
from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.legs import Hop
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.nat_rows import NatSide
from bothways.state.snapshot import Snapshot


class OneWayNat(Rule):
    """The answer's source is translated, the call's destination is not: the real address was called."""

    id = "one-way-nat"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the device that rewrites the SYN/ACK."""
        if trace.fate is not Fate.WRONG_SOURCE:
            return
        for hop in (hop for leg in trace.legs if leg.refusal for hop in leg.hops):
            if hop.left is not None and hop.left.source != hop.arrived.source:
                yield self._finding(snapshot, trace, hop)

    def _finding(self, snapshot: Snapshot, trace: Trace, hop: Hop) -> Finding:
        assert hop.left is not None
        flow = trace.flow
        real, alias = hop.arrived.source, hop.left.source
        to, call = ("inside", "goes out") if _is_outside(snapshot, hop) else ("outside", "comes in")
        return Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=hop.device,
            sentence=(
                f"{hop.device} gives what {real} sends {to} the source {alias} always, and what {call} "
                f"its real destination only when {alias} was called; {flow.client} calls {flow.server}, "
                f"so the SYN passes as it is and its answer does not. {_matrix(snapshot, trace)}"
            ),
            evidence=trace.evidence,
            confidence=trace.confidence,
            raises=(
                f"a capture beside {flow.client}: SYN to {flow.server}, SYN/ACK from {alias}",
                f"a capture beyond {hop.device}: SYN, SYN/ACK and RST all between {flow.client} and {real}",
                f"firewalls beyond {hop.device} are innocent: they see one pair of addresses and permit it",
            ),
            refutes=(f"a capture beside {flow.client}: SYN/ACK from {flow.server}, its ack not SYN+1",),
        )


def _is_outside(snapshot: Snapshot, hop: Hop) -> bool:
    """Whether the host that is shown by another address is an outside one."""
    device = snapshot.devices[hop.device]
    for row in device.table(NatSide) if device.sees(NatSide) else ():
        if row.interface == hop.ingress:
            return row.side == "outside"
    return True


def _matrix(snapshot: Snapshot, before: Trace) -> str:
    """The calls there are between the two, each with its fate."""
    walked = calls(snapshot, before, silence_s=before.silence_s)
    fates = (f"{one.flow.client} to {one.flow.server} {one.fate}" for one in walked)
    return "Calls: " + "; ".join(fates)
