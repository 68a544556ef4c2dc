"""What to say about a state bypass before it is typed."""

from __future__ import annotations

from bothways.fixes.bypass_objects import BypassInputs, BypassSide
from bothways.fixes.bypass_shared import shared_policies
from bothways.fixes.steps import Lint
from bothways.state.device import DeviceState
from bothways.state.rows import Failover, ServicePolicy

_CONNECTION = "set connection"


def remarks(state: DeviceState, inputs: BypassInputs, price: str) -> tuple[Lint, ...]:
    """All remarks, the blocking one first."""
    found = [
        *_too_wide(state, inputs),
        Lint(id="security-lowered", severity="warning", device=state.name, text=price),
    ]
    found += [*_joining(state, inputs), *_one_sided(state, inputs), *shared_policies(state, inputs)]
    for policy_map in inputs.policy_maps:
        found += _hidden_by_earlier(state, inputs, policy_map)
    for one in inputs.sides:
        found += _hides_global(state, one)
    found += _failover(state)
    return tuple(found)


def _too_wide(state: DeviceState, inputs: BypassInputs) -> list[Lint]:
    if inputs.users.prefixlen and inputs.lab.prefixlen:
        return []
    text = "the bypass matches any address: the firewall would stop checking TCP state for everybody"
    return [Lint(id="any-any", severity="blocking", device=state.name, text=text)]


def _joining(state: DeviceState, inputs: BypassInputs) -> list[Lint]:
    """An interface has room for one policy."""
    return [
        Lint(
            id="joins-policy-map",
            severity="note",
            device=state.name,
            text=f"{side.interface} has policy-map {side.policy_map} already: class {inputs.class_map} joins "
            f"it, and its other classes stay as they are",
        )
        for side in inputs.sides
        if not side.bind
    ]


def _one_sided(state: DeviceState, inputs: BypassInputs) -> list[Lint]:
    """Of a flow that is under way nobody knows which end speaks first."""
    if not inputs.uncovered:
        return []
    covered, left = (" and ".join(names) for names in ([s.interface for s in inputs.sides], inputs.uncovered))
    text = f"the bypass is bound to {covered} alone: the first packet of a flow may also come in by {left}"
    return [Lint(id="one-sided", severity="warning", device=state.name, text=text)]


def _hidden_by_earlier(state: DeviceState, inputs: BypassInputs, policy_map: str) -> list[Lint]:
    """Timeouts are another kind of setting than the bypass: an earlier class may keep its own."""
    earlier = [
        row.class_map
        for row in state.table(ServicePolicy)
        if row.policy_map == policy_map
        and row.class_map != "class-default"
        and any(line.startswith(f"{_CONNECTION} timeout") for line in row.settings)
    ]
    if not earlier:
        return []
    text = (
        f"class {earlier[0]} stands before {inputs.class_map} in policy-map {policy_map}: what both "
        f"match keeps its timeout, not idle {inputs.idle}"
    )
    return [Lint(id="timeout-hidden", severity="warning", device=state.name, text=text)]


def _hides_global(state: DeviceState, one: BypassSide) -> list[Lint]:
    lines = [
        line
        for row in state.table(ServicePolicy)
        if row.interface == "" and one.bind
        for line in row.settings
        if line.startswith(_CONNECTION)
    ]
    if not lines:
        return []
    text = (
        f"the global policy's `{lines[0]}` no longer holds on {one.interface}: an interface policy with "
        "`set connection` takes its place"
    )
    return [Lint(id="global-hidden", severity="warning", device=state.name, text=text)]


def _failover(state: DeviceState) -> list[Lint]:
    rows = list(state.table(Failover)) if state.sees(Failover) else []
    if not any(row.enabled for row in rows):
        return []
    text = "Cisco's guides disagree on whether bypassed connections survive a failover; expect them to end"
    return [Lint(id="bypass-failover", severity="warning", device=state.name, text=text)]
