"""Lists that permit everything where every packet they take is moved, or is let through unchecked."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.acl import any_any
from bothways.rules.fleet.bypass_lists import bypasses
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, Interface, PolicyBinding, RouteMapEntry
from bothways.state.tables import Row


class OpenList(FleetRule):
    """`permit ip any any` in a list that policy routing or a state bypass goes by."""

    id = "any-any-acl"
    reads = (AclEntry,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each list; a class that matches `any` is such a list without a name."""
        users = dict(_of_policy_routes(device) if device.platform == "cisco_ios" else _of_bypasses(device))
        for acl, (row, does) in users.items():
            if acl == "any":
                evidence = (device.evidence(row),)
                yield Judgement(sentence=f"{device.name} {does} every packet", evidence=evidence, subject=acl)
            for rule in device.table(AclEntry).where(acl=acl, action="permit"):
                if any_any(rule):
                    yield Judgement(
                        sentence=f"access list {acl} of {device.name} permits ip any any, and so it {does} "
                        f"every packet",
                        evidence=(device.evidence(rule), device.evidence(row)),
                        subject=acl,
                    )


def _of_policy_routes(device: DeviceState) -> Iterator[tuple[str, tuple[Row, str]]]:
    """The lists of route-maps that are bound to an interface."""
    bound = {row.route_map for row in device.table(PolicyBinding) if row.interface != "local"}
    if device.sees(Interface):
        bound |= {row.policy for row in device.table(Interface) if row.policy}
    for entry in device.table(RouteMapEntry):
        if entry.route_map in bound and entry.next_hops:
            for acl in entry.acls or ("any",):
                yield acl, (entry, "moves")


def _of_bypasses(device: DeviceState) -> Iterator[tuple[str, tuple[Row, str]]]:
    for one in bypasses(device):
        yield one.acl or "any", (one.policy, "takes the checks of TCP state off")
