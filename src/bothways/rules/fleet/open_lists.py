"""Lists that permit everything where every packet they take is moved, or is let through unchecked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from bothways.rules.fleet.bypass_lists import bypasses
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, PolicyBinding, RouteMapEntry, ServicePolicy
from bothways.state.tables import Row

_ANY = "any"
_MATCHES = ("length ", "ip address ")
"""How the clauses of a sequence begin that match by something else than a list."""


class OpenList(FleetRule):
    """`permit ip any any` in a list that policy routing or a state bypass goes by."""

    id = "any-any-acl"
    reads = (AclEntry,)
    also: ClassVar[Mapping[str, tuple[type[Row], ...]]] = {
        "cisco_asa": (ServicePolicy,),
        "cisco_ios": (RouteMapEntry, PolicyBinding),
    }

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each list; a sequence or a class that matches `any` is such a list without a name."""
        users = dict(_of_policy_routes(device) if device.platform == "cisco_ios" else _of_bypasses(device))
        for acl, (row, does) in users.items():
            if acl == _ANY:
                evidence = (device.evidence(row),)
                yield Judgement(sentence=f"{device.name} {does} every packet", evidence=evidence, subject=acl)
            open_rules = _open_rules(device, acl)
            dark = [] if open_rules else _dark_rules(device, acl)
            for rule in dark[:1]:
                yield Judgement(
                    sentence=f"whom access list {acl} of {device.name} means is not known; it {does} as many",
                    evidence=(device.evidence(rule), device.evidence(row)),
                    outcome=Outcome.COULD_NOT_SEE,
                    subject=acl,
                )
            for rule in open_rules[:1]:
                every = "packet" if rule.protocol == "ip" else f"{rule.protocol} packet"
                yield Judgement(
                    sentence=f"access list {acl} of {device.name} permits {rule.protocol} any any, and so it "
                    f"{does} every {every}",
                    evidence=(device.evidence(rule), device.evidence(row)),
                    subject=acl,
                )


def _open_rules(device: DeviceState, acl: str) -> list[AclEntry]:
    """From anybody to anybody, whatever the port of the one who sends."""
    return [
        rule
        for rule in device.table(AclEntry).where(acl=acl, action="permit")
        if rule.active
        and rule.destination_ports is None
        and all(side is not None and side.prefixlen == 0 for side in (rule.source, rule.destination))
    ]


def _dark_rules(device: DeviceState, acl: str) -> list[AclEntry]:
    """Which may permit everything, for all that is known of them."""
    return [
        rule
        for rule in device.table(AclEntry).where(acl=acl)
        if rule.active
        and rule.action != "deny"
        and not rule.understood
        and rule.destination_ports is None
        and all(side is None or side.prefixlen == 0 for side in (rule.source, rule.destination))
    ]


def _of_policy_routes(device: DeviceState) -> Iterator[tuple[str, tuple[Row, str]]]:
    """The lists of route-maps that are bound to an interface."""
    bound = {row.route_map for row in device.table(PolicyBinding) if row.interface != "local"}
    for entry in device.table(RouteMapEntry):
        if entry.route_map in bound and (entry.next_hops or entry.down) and entry.action == "permit":
            matches = tuple(clause for clause in entry.other if clause.startswith(_MATCHES))
            for acl in entry.acls or (() if matches else (_ANY,)):
                yield acl, (entry, "moves")


def _of_bypasses(device: DeviceState) -> Iterator[tuple[str, tuple[Row, str]]]:
    for one in bypasses(device):
        if one.acl or one.policy.match.split()[:1] == [_ANY]:
            yield one.acl or _ANY, (one.policy, "takes the checks of TCP state off")
