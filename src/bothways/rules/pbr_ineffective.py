"""A switch has policy routing that does not move the packets it was written for."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.policy_fault import Fault
from bothways.rules.policy_faults import faults
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot


class PbrIneffective(Rule):
    """Wrong template, wrong interface, next hop out of reach, deny rules, the switch's own addresses."""

    id = "pbr-ineffective"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding for each fault of each IOS device the flow visits."""
        for name in trace.devices:
            device = snapshot.devices[name]
            if device.platform == "cisco_ios":
                yield from (self._finding(device, trace, fault) for fault in faults(snapshot, device, trace))

    def _finding(self, device: DeviceState, trace: Trace, fault: Fault) -> Finding:
        hurts = fault.stops and trace.fate not in (Fate.COMPLETE, Fate.UNKNOWN)
        return Finding(
            id=self.id,
            severity=Severity.ERROR if hurts else Severity.WARNING,
            device=device.name,
            sentence=f"policy routing on {device.name}: {fault.sentence}",
            evidence=fault.evidence,
            # That it hurts this flow is no surer than the way the flow takes.
            confidence=fault.confidence & trace.confidence if hurts else fault.confidence,
            raises=fault.raises,
            refutes=(
                "a connection of the flow on the firewall with U, I and O; route-map counters say nothing",
            ),
        )
