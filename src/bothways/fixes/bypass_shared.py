"""Whom else a bypass reaches: the other interfaces of a policy-map that it joins."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.fixes.bypass_objects import BypassInputs, bound_to
from bothways.fixes.steps import Lint
from bothways.state.device import DeviceState


def shared_policies(state: DeviceState, inputs: BypassInputs) -> Iterator[Lint]:
    """One for each policy-map that serves more than the interfaces of the flow."""
    for policy_map in inputs.policy_maps:
        ours = {side.interface for side in inputs.sides if side.policy_map == policy_map}
        others = [name or "every interface" for name in bound_to(state, policy_map) if name not in ours]
        if others:
            text = (
                f"policy-map {policy_map} is bound to {' and '.join(others)} too: the bypass holds for what "
                f"comes in there as well; an interface takes one policy, so to spare them a copy of "
                f"{policy_map} must be bound first"
            )
            yield Lint(id="shared-policy", severity="warning", device=state.name, text=text)
