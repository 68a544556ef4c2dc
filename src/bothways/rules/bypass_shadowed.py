"""A bypass that is configured for a flow, and not what the flow gets: another class stands before it."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.service_policy import BYPASS, CONNECTION, applied
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.rules.bypass_classes import STATE_FATES, Passage, bypass_classes, passages, takes
from bothways.rules.contract import Rule
from bothways.state.rows import ServicePolicy
from bothways.state.snapshot import Snapshot


class BypassShadowed(Rule):
    """A class with tcp-state-bypass that an interface's policy, or an earlier class's timeout, hides."""

    id = "bypass-shadowed"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One for each firewall and class."""
        for passage in passages(snapshot, trace):
            meant = [
                row
                for row in bypass_classes(passage)
                if any(takes(snapshot, passage, row, packet) for packet in passage.packets())
            ]
            got = _applied(snapshot, passage)
            for row in meant:
                if got is None:
                    yield self._hidden(trace, passage, row)
                elif row == got:
                    yield from self._timeout(snapshot, trace, passage, row)

    def _hidden(self, trace: Trace, passage: Passage, row: ServicePolicy) -> Finding:
        """The interface's own policy has bypass classes, none for this flow: the global one is mute."""
        device = passage.device
        others = [one for one in bypass_classes(passage) if one.interface]
        names = " and ".join(dict.fromkeys(f"{one.policy_map} on {one.interface}" for one in others))
        deadly = trace.fate in STATE_FATES and trace.at.device == device.name
        return self._finding(
            trace,
            passage,
            f"class {row.class_map} of the global policy {row.policy_map} bypasses TCP state for this flow "
            f"and is not asked: policy-map {names} has bypass classes of its own, and takes its place",
            (row, *others),
            Severity.ERROR if deadly else Severity.WARNING,
        )

    def _timeout(
        self, snapshot: Snapshot, trace: Trace, passage: Passage, row: ServicePolicy
    ) -> Iterator[Finding]:
        first = applied(Sight(snapshot), passage.device, passage.interfaces, passage.there, CONNECTION)
        ours = [line for line in CONNECTION.carried_by(row) if "timeout" in line]
        if not ours or first is None or first == row:
            return
        theirs = CONNECTION.carried_by(first)
        yield self._finding(
            trace,
            passage,
            f"`{ours[0]}` of class {row.class_map} does not hold: class {first.class_map} of policy-map "
            f"{first.policy_map} comes first with `{theirs[0]}`, and is of the same kind",
            (row, first),
            Severity.WARNING,
        )

    def _finding(
        self,
        trace: Trace,
        passage: Passage,
        sentence: str,
        rows: tuple[ServicePolicy, ...],
        severity: Severity,
    ) -> Finding:
        device = passage.device
        lines = tuple(dict.fromkeys(device.evidence(row) for row in rows))
        flow = trace.flow
        ask = f"show service-policy flow tcp host {flow.client} host {flow.server} eq {flow.port}"
        return Finding(
            id=self.id,
            severity=severity,
            device=device.name,
            sentence=f"on {device.name} {sentence}",
            evidence=lines,
            confidence=Confidence.LIKELY,
            raises=(f"{ask} on {device.name} names another class",),
            refutes=("the device's own answer to that command: where it contradicts, the device is right",),
        )


def _applied(snapshot: Snapshot, passage: Passage) -> ServicePolicy | None:
    """The bypass that either direction of the flow gets."""
    sight = Sight(snapshot)
    found = (
        applied(sight, passage.device, passage.interfaces, packet, BYPASS) for packet in passage.packets()
    )
    return next((row for row in found if row is not None), None)
