"""A bypass whose class takes one direction of a flow only."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.rules.bypass_classes import STATE_FATES, Passage, bypass_classes, passages, takes
from bothways.rules.contract import Rule
from bothways.state.rows import AclEntry, ServicePolicy
from bothways.state.snapshot import Snapshot


class BypassOneDirection(Rule):
    """tcp-state-bypass for packets one way; whoever speaks first from the other end still needs a state."""

    id = "bypass-one-direction"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One for each firewall, when no class of it takes the other direction."""
        for passage in passages(snapshot, trace):
            ways = [
                [row for row in bypass_classes(passage) if takes(snapshot, passage, row, packet)]
                for packet in passage.packets()
            ]
            if bool(ways[0]) != bool(ways[1]):
                yield self._finding(trace, passage, ways[0] or ways[1], there=bool(ways[0]))

    def _finding(self, trace: Trace, passage: Passage, rows: list[ServicePolicy], *, there: bool) -> Finding:
        device, row = passage.device, rows[0]
        first, other = passage.packets() if there else passage.packets()[::-1]
        lines = [device.evidence(row)]
        words = row.match.split()
        if words[:1] == ["access-list"] and device.sees(AclEntry):
            lines += [device.evidence(entry) for entry in device.table(AclEntry).where(acl=words[1])][:4]
        deadly = trace.fate in STATE_FATES and trace.at.device == device.name
        return Finding(
            id=self.id,
            severity=Severity.ERROR if deadly else Severity.WARNING,
            device=device.name,
            sentence=(
                f"class {row.class_map} of {device.name} bypasses TCP state from {first.source} to "
                f"{first.destination} and not back: a packet from {other.source} that comes first needs a "
                f"connection all the same"
            ),
            evidence=tuple(lines),
            confidence=Confidence.CERTAIN,
            raises=(f"106015 for {other.source} to {other.destination} in show logging of {device.name}",),
            refutes=(f"only {first.source} ever opens a connection, or speaks first after a change of ways",),
        )
