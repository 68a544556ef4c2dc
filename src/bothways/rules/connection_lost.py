"""A firewall has lost an established connection before its time."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.doubt import doubts
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.lost_reasons import Reason, reasons
from bothways.rules.observations import counted
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot


class ConnectionLost(Rule):
    """A connection that no timer ended is gone: cleared, failed over, closed by an inspection; ranked."""

    id = "connection-lost"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """An error where the loss was walked; a note where a silence was walked and is no reason for one."""
        if doubts((*trace.opening, *trace.legs)):
            return  # another unit may keep it: the loss that was supposed need not be one
        if trace.scenario is Scenario.CONN_LOST and trace.at.device in snapshot.devices:
            asa = snapshot.devices[trace.at.device]
            what = f"{asa.name} has lost the connection of {trace.flow} before its end"
            yield self._finding(snapshot, asa, trace, what, Severity.ERROR)
        elif trace.scenario is Scenario.AFTER_IDLE and trace.fate is Fate.COMPLETE:
            firewalls = [snapshot.devices[name] for name in trace.devices]
            for asa in [state for state in firewalls if state.platform == "cisco_asa"][-1:]:
                what = f"were {trace.flow} reset all the same, its idle time is not the reason"
                yield self._finding(snapshot, asa, trace, what, Severity.NOTE)

    def _finding(
        self, snapshot: Snapshot, asa: DeviceState, trace: Trace, what: str, severity: Severity
    ) -> Finding:
        found = reasons(snapshot, asa, trace)
        open_ones = [reason for reason in found if not reason.excluded]
        known = bool(open_ones) and open_ones[0].rank == 0
        return Finding(
            id=self.id,
            severity=severity,
            device=asa.name,
            sentence=f"{what}; {_ranked(found)}",
            evidence=(
                *trace.evidence,
                *(line for reason in found for line in reason.evidence),
                *counted(asa, ("tcp-not-syn",)),
            ),
            confidence=Confidence.LIKELY if known else Confidence.POSSIBLE,
            raises=(
                f"302014 of this connection in the log of {asa.name}: its last words name the reason",
                f"111008 or 111010 with clear conn or clear xlate in the log of {asa.name} at that time",
                f"show failover history on {asa.name} with a change at that time",
            ),
            refutes=(
                f"show conn long on {asa.name} still lists the connection while its client hangs",
                "another firewall on the way without it: each may be the one",
            ),
        )


def _ranked(found: tuple[Reason, ...]) -> str:
    open_ones = [reason.text for reason in found if not reason.excluded]
    ruled_out = [reason.text for reason in found if reason.excluded]
    ranked = "; ".join(f"{number}. {text}" for number, text in enumerate(open_ones, start=1))
    return f"likeliest first: {ranked}" + (f"; ruled out: {'; '.join(ruled_out)}" if ruled_out else "")
