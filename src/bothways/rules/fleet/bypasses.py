"""Bypasses that reach further, or stay longer, than anybody meant."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from pydantic import Field

from bothways.diagnosis.findings import Severity
from bothways.rules.bypass_classes import unbound_classes
from bothways.rules.bypass_overdue import overdue
from bothways.rules.fleet.bypass_lists import Bypass, bypasses
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters, of_finding
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ConfigLine, Route, ServicePolicy

_SUBNETS = 2


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
        """One for each class; what its list says in words that are not understood may be as wide as any."""
        for one in bypasses(device):
            rules = one.rules(device) if one.acl else []
            reach = _reach(device, one, rules, chosen.shortest_prefix)
            evidence = (device.evidence(one.policy), *(device.evidence(rule) for rule in rules[:3]))
            whose = f"class {one.policy.class_map} of {device.name}"
            dark = [rule for rule in rules if rule.source is None or rule.destination is None]
            if reach:
                yield Judgement(
                    sentence=f"{whose} bypasses the TCP state of {reach}",
                    evidence=evidence,
                    subject=one.policy.class_map,
                )
            elif dark:
                yield Judgement(
                    sentence=f"{whose}: whom access list {one.acl} means is not known",
                    evidence=(device.evidence(one.policy), device.evidence(dark[0])),
                    outcome=Outcome.COULD_NOT_SEE,
                    subject=one.policy.class_map,
                )
            else:
                yield Judgement(
                    sentence=f"{whose} bypasses no more than two subnets",
                    evidence=evidence,
                    outcome=Outcome.PASS,
                    subject=one.policy.class_map,
                )


def _reach(device: DeviceState, one: Bypass, rules: list[AclEntry], shortest: int) -> str:
    """How far a bypass reaches when that is too far, "" when it is not."""
    if not one.acl:
        return f"all that is matched by {one.policy.match!r}, whoever sends it"
    nets = {side for rule in rules for side in (rule.source, rule.destination) if side is not None}
    if any(net.prefixlen == 0 for net in nets):
        return "everybody"
    wide = sorted(net for net in nets if net.prefixlen < shortest)
    if wide:
        return ", ".join(map(str, wide))
    apart = sorted(_apart(_subnets(device, nets, shortest)))
    return f"more than two subnets: {', '.join(map(str, apart))}" if len(apart) > _SUBNETS else ""


def _subnets(device: DeviceState, nets: set[IPv4Network], shortest: int) -> set[IPv4Network]:
    """The subnets that they lie in, as far as the firewall has a route to each: hosts of one are no three.

    A route to many subnets at once is shorter than a subnet is.
    """
    rows = device.table(Route) if device.sees(Route) else ()
    routes = {row.prefix for row in rows if row.prefix is not None and row.prefix.prefixlen >= shortest}
    return {
        max(
            (route for route in routes if net.subnet_of(route)),
            key=lambda route: route.prefixlen,
            default=net,
        )
        for net in nets
    }


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
            never = bool(one.idle) and not one.idle.strip("0:")
            why = "keeps its connections for ever" if never else "has no idle time of its own"
            bad = never or not one.idle
            yield Judgement(
                sentence=(
                    f"class {one.policy.class_map} of {device.name} {why}: no FIN and no RST ends them"
                    if bad
                    else f"class {one.policy.class_map} of {device.name} lets go after {one.idle}"
                ),
                evidence=(device.evidence(one.policy),),
                outcome=Outcome.FAIL if bad else Outcome.PASS,
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
