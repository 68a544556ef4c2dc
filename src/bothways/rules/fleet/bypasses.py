"""Bypasses that reach further, or stay longer, than anybody meant."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from pydantic import Field

from bothways.diagnosis.findings import Severity
from bothways.rules.bypass_classes import unbound_classes
from bothways.rules.bypass_overdue import overdue
from bothways.rules.fleet.bypass_lists import bypasses
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters, of_finding
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ConfigLine, ServicePolicy


class _Width(Parameters):
    """What counts as one subnet."""

    shortest_prefix: int = Field(default=16, ge=0, le=32)


class BypassTooWide(FleetRule):
    """A state bypass for more than two subnets, or for one wider than a subnet is."""

    id = "bypass-too-wide"
    platforms = ("cisco_asa",)
    reads = (ServicePolicy, AclEntry)
    parameters = _Width

    def judge(self, ground: Ground, device: DeviceState, chosen: _Width) -> Iterator[Judgement]:
        """One for each class."""
        for one in bypasses(device):
            rules = one.rules(device) if one.acl else []
            nets = {side for rule in rules for side in (rule.source, rule.destination) if side is not None}
            wide = [net for net in nets if net.prefixlen < chosen.shortest_prefix]
            if one.acl and not wide and len(_apart(nets)) <= 2:
                continue
            what = f"more than two subnets ({len(_apart(nets))})" if one.acl and not wide else "everybody"
            what = (
                f"{', '.join(map(str, sorted(wide)))}"
                if wide and IPv4Network("0.0.0.0/0") not in wide
                else what
            )
            yield Judgement(
                sentence=f"class {one.policy.class_map} of {device.name} bypasses the TCP state of {what}",
                evidence=(device.evidence(one.policy), *(device.evidence(rule) for rule in rules[:3])),
                subject=one.policy.class_map,
            )


def _apart(nets: set[IPv4Network]) -> list[IPv4Network]:
    """Those that lie in no other."""
    return [net for net in nets if not any(net != other and net.subnet_of(other) for other in nets)]


class BypassWithoutIdleTimeout(FleetRule):
    """A state bypass whose connections stay as long as ordinary ones: nothing but time removes them."""

    id = "bypass-without-idle-timeout"
    platforms = ("cisco_asa",)
    reads = (ServicePolicy,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each class."""
        for one in bypasses(device):
            if not one.idle:
                yield Judgement(
                    sentence=(
                        f"class {one.policy.class_map} of {device.name} has no idle time of its own: no FIN "
                        f"and no RST ends its connections"
                    ),
                    evidence=(device.evidence(one.policy),),
                    subject=one.policy.class_map,
                )


class OverdueBypass(FleetRule):
    """A bypass that was to be gone by now."""

    id = "bypass-overdue"
    platforms = ("cisco_asa",)
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each list whose remark names a day that is over."""
        for acl, finding in overdue(device, ground.snapshot.taken_at.date()):
            yield of_finding(finding, acl)


class UnboundBypass(FleetRule):
    """A policy-map with a bypass that is in service nowhere."""

    id = "second-policy-map"
    platforms = ("cisco_asa",)
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each policy-map."""
        for header, row in unbound_classes(device):
            yield Judgement(
                sentence=(
                    f"class {row.class_map} of policy-map {row.policy_map} bypasses TCP state, and "
                    f"{device.name} has that policy-map in service nowhere"
                ),
                evidence=(device.evidence(header),),
                subject=row.policy_map,
                severity=Severity.WARNING,
            )
