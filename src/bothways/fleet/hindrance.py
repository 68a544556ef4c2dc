"""Who else lives by now on what a run put there: taking it back would cut him off."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.errors import CouldNotSee, PlanRefused
from bothways.fixes import all_fixes
from bothways.fleet.records import Begun
from bothways.flow import Flow
from bothways.planning.plan import Plan
from bothways.pushing.check import config_of
from bothways.pushing.config import stands
from bothways.state.device import DeviceState


def refuse_hindered(plan: Plan, begun: Sequence[Begun], state: DeviceState) -> tuple[str, ...]:
    """Ask the fix of each step whose lines stand, before anything is typed.

    The take-back of a run that fails does not ask: its lines have stood for seconds, and must go.

    Returns:
        What could not be seen: too many connections to list must not bar the way back.

    Raises:
        PlanRefused: others live on it; says who, and which lines take it back all the same.
    """
    known = {fix.name: fix for fix in all_fixes()}
    unseen = []
    for step in begun:
        due = _due(step, state)
        fix = known.get(step.step.fix)
        if not due or fix is None:
            continue
        try:
            hindrance = fix.undo_hindrance(state, Flow.parse(plan.flow))
        except CouldNotSee as error:
            unseen.append(f"{state.name}: not looked at, who else lives on it: {error.what}")
            continue
        if hindrance:
            by_hand = f"wait until they are gone, or cut them off by hand: {'; '.join(due)}"
            raise PlanRefused(
                state.name, f"taking {fix.name} back would cut others off: {hindrance}", by_hand
            )
    return tuple(unseen)


def _due(begun: Begun, state: DeviceState) -> list[str]:
    """The undo lines whose line is the run's own, and stands."""
    config = config_of(state)
    return [
        line
        for index, undo in enumerate(begun.step.undo)
        if undo.ours and index not in begun.standing and stands(config, undo.section, undo.ours)
        for line in (*undo.enter, undo.text)
    ]
