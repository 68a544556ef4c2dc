"""Packets that a policy route was meant for, and that a deny of its own leaves to the routing table."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.acl import judge
from bothways.diagnosis.legs import Hop
from bothways.diagnosis.policy_route import matching_entry
from bothways.diagnosis.remarks import one_way_devices
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.rules.policy_fault import Fault
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, RouteMapEntry
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row


def missed_firewalls(snapshot: Snapshot, trace: Trace) -> tuple[str, ...]:
    """Stateful devices that one direction of the flow passes and the other does not."""
    names = one_way_devices(trace.flow, trace.legs)
    return tuple(name for name in names if snapshot.devices[name].platform == "cisco_asa")


def hops_past(trace: Trace, device: DeviceState, firewalls: tuple[str, ...]) -> list[Hop]:
    """The visits of the device by packets that go past one of these firewalls: those the policy is for."""
    legs = (leg for leg in trace.legs if set(firewalls) - {hop.device for hop in leg.hops})
    return [hop for leg in legs for hop in leg.hops if hop.device == device.name]


def left_out(
    snapshot: Snapshot, device: DeviceState, trace: Trace, bindings: dict[str, tuple[str, Row]]
) -> Iterator[Fault]:
    """A deny sequence, or a deny rule, takes the very packet that was to be moved."""
    sight = Sight(snapshot)
    for hop in hops_past(trace, device, missed_firewalls(snapshot, trace)):
        bound = next((told for name, told in bindings.items() if name == hop.ingress), None)
        entry, matched = matching_entry(sight, device, bound[0], hop.arrived) if bound else (None, ())
        if bound and entry is not None and entry.action == "deny":
            yield Fault(
                about=bound[0],
                sentence=(
                    f"route-map {bound[0]} sequence {entry.sequence} is a deny and takes {hop.arrived} of "
                    f"the flow: it is routed normally"
                ),
                evidence=(device.evidence(bound[1]), *(device.evidence(row) for row in matched)),
            )
        elif bound and entry is None:
            yield from _denied_by_rule(device, bound, hop)


def _denied_by_rule(device: DeviceState, bound: tuple[str, Row], hop: Hop) -> Iterator[Fault]:
    if not device.sees(AclEntry):
        return
    for entry in device.table(RouteMapEntry).where(route_map=bound[0]):
        for acl in entry.acls:
            judgement = judge(device.table(AclEntry), acl, hop.arrived)
            rule = judgement.entry
            if rule is not None and not judgement.permits and not judgement.contested:
                yield Fault(
                    about=bound[0],
                    sentence=(
                        f"access list {acl} of route-map {bound[0]} denies {hop.arrived} of the flow: it is "
                        f"routed normally"
                    ),
                    evidence=(device.evidence(bound[1]), *(device.evidence(row) for row in (entry, rule))),
                )
