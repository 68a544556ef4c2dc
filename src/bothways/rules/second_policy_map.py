"""A policy-map with a bypass that is in service nowhere: the interface has room for one, and has another."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.rules.bypass_classes import STATE_FATES, Passage, passages, takes, unbound_classes
from bothways.rules.contract import Rule
from bothways.state.rows import ConfigLine, ServicePolicy
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row


class SecondPolicyMap(Rule):
    """A second policy-map for an interface: refused or never bound, so its bypass is for nobody."""

    id = "second-policy-map"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One for each policy-map whose bypass was meant for the flow."""
        for passage in passages(snapshot, trace):
            for header, row in unbound_classes(passage.device):
                if any(takes(snapshot, passage, row, packet) for packet in passage.packets()):
                    yield self._finding(trace, passage, header, row)

    def _finding(self, trace: Trace, passage: Passage, header: ConfigLine, row: ServicePolicy) -> Finding:
        device = passage.device
        bindings = _bindings(passage)
        taken = " and ".join(" ".join(line.text.split()[1:]) for line in bindings)
        why = f"; in service there is {taken}, and each place has room for one" if taken else ""
        deadly = trace.fate in STATE_FATES and trace.at.device == device.name
        rows: tuple[Row, ...] = (header, *bindings)
        return Finding(
            id=self.id,
            severity=Severity.ERROR if deadly else Severity.WARNING,
            device=device.name,
            sentence=(
                f"class {row.class_map} of policy-map {row.policy_map} bypasses TCP state for this flow, but "
                f"{device.name} has that policy-map in service nowhere{why}"
            ),
            evidence=tuple(device.evidence(one) for one in rows),
            confidence=Confidence.CERTAIN,
            raises=(f"show service-policy of {device.name} does not name {row.policy_map}",),
            refutes=(f"a line `service-policy {row.policy_map} …` that was typed since",),
        )


def _bindings(passage: Passage) -> list[ConfigLine]:
    """The policies in service where the flow passes."""
    ends = tuple(f" interface {name}" for name in dict.fromkeys(passage.interfaces) if name)
    lines = passage.device.table(ConfigLine).where(section="")
    bound = [row for row in lines if row.text.startswith("service-policy ")]
    return [row for row in bound if row.text.endswith((*ends, " global"))]
