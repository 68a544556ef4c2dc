"""A firewall forgets connections sooner than the application speaks again."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.timers import span
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.observations import counted
from bothways.rules.teardowns import torn_down
from bothways.state.snapshot import Snapshot

_REASONS = ("Conn-timeout", "Idle Timeout", "Flow timed out", "Flow timed out with reset")


class IdleTimeoutShort(Rule):
    """The idle time of a connection on an ASA is shorter than the silence of its application."""

    id = "idle-timeout-short"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the firewall that lets go, with both numbers."""
        asa = snapshot.devices.get(trace.at.device)
        dead = trace.fate in (Fate.RESET_BY_DEVICE, Fate.IDLE_TIMEOUT)
        if trace.scenario is not Scenario.AFTER_IDLE or not dead or asa is None or trace.silence_s is None:
            return
        seen = tuple(torn_down(asa, trace, _REASONS))
        silence = span(trace.silence_s)
        yield Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=asa.name,
            sentence=(
                f"{trace.flow} is silent for {silence}, longer than {asa.name} keeps its connection: "
                f"{trace.mechanism.partition(';')[0]}"
            ),
            evidence=(*trace.evidence, *seen, *counted(asa, ("tcp-not-syn",))),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(
                f"302014 of the connection with Conn-timeout in show logging of {asa.name}",
                f"show conn long on {asa.name} counts idle up to timeout, and the row is gone",
            ),
            refutes=(
                f"a capture whose gap before the last packet is shorter than the timer of {asa.name}",
                "keepalives of either end in a capture: the connection is never idle",
            ),
        )
