"""Policy routing that does not do what it was written for, on every switch."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Severity
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.rules.policy_faults import standing_faults
from bothways.state.device import DeviceState
from bothways.state.rows import (
    AclEntry,
    Arp,
    ConfigLine,
    Interface,
    PolicyBinding,
    RouteMapEntry,
    SdmTemplate,
)


class PolicyIneffective(FleetRule):
    """Policy routing on a template without room for it, a next hop out of reach, lists that say nothing."""

    id = "pbr-ineffective"
    platforms = ("cisco_ios",)
    reads = (RouteMapEntry, PolicyBinding, AclEntry, Interface, Arp, ConfigLine)
    where_known = (SdmTemplate,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each fault; an error where packets are not moved at all."""
        for route_map, fault in standing_faults(ground.snapshot, device):
            yield Judgement(
                sentence=f"policy routing on {device.name}: {fault.sentence}",
                evidence=fault.evidence,
                subject=f"{route_map} {fault.about}",
                confidence=fault.confidence,
                severity=Severity.ERROR if fault.stops else Severity.WARNING,
            )
