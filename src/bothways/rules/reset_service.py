"""A firewall answers in somebody else's name for a connection that it does not know."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.drop import death
from bothways.rules.observations import counted, logged_for
from bothways.state.snapshot import Snapshot


class ResetService(Rule):
    """`service resetoutbound`, on by default, resets one end of a lost connection; the other one hangs."""

    id = "reset-service"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the firewall that forges the RST."""
        asa, died = snapshot.devices.get(trace.at.device), death(trace)
        if trace.fate is not Fate.RESET_BY_DEVICE or asa is None or died is None:
            return
        leg, _ = died
        sender, other = leg.sent.source, leg.sent.destination
        seen = tuple(logged_for(asa, "106015", {str(sender), str(other)}))
        yield Finding(
            id=self.id,
            severity=Severity.WARNING,
            device=asa.name,
            sentence=(
                f"{asa.name} answers the {leg.sent.kind} of {sender}, which belongs to no connection, with a "
                f"RST in the name of {other}; whom that address stood for went with the connection, so the "
                f"other end hears nothing and hangs"
            ),
            evidence=(*trace.evidence, *counted(asa, ("tcp-not-syn",)), *seen),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(
                f"a RST ACK in a capture beside {sender}: TTL 255, the window of the {leg.sent.kind}",
                "no RST in a capture beside the other end, whose socket stays ESTABLISHED",
            ),
            refutes=(f"a RST whose TTL is that of the other packets of {other}: it came from there",),
        )
