"""Show what a plan would change on a device."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.clock import Clock, SystemClock
from bothways.planning.plan import ConfigStep, Plan
from bothways.planning.plan_file import check_expiry
from bothways.pushing.check import check_unit
from bothways.pushing.host import session_of
from bothways.reading import collect


def preview_change(task: Task, *, plan: Plan, clock: Clock | None = None) -> Result:
    """Check that the plan is for this unit, and show its diff and its lines; nothing is changed.

    Args:
        task: Nornir's.
        plan: what would be applied.
        clock: tells whether the plan has expired; real time by default.

    Returns:
        Nornir's result; `diff` is the predicted diff, `result` the lines that would be typed.
    """
    clock = clock or SystemClock()
    name = task.host.name
    check_expiry(plan, clock)
    if name not in plan.bindings:
        return Result(host=task.host, result=())
    check_unit(name, plan.bindings[name], collect(session_of(task), clock))
    lines = tuple(
        command.text
        for step in plan.steps
        if isinstance(step, ConfigStep) and step.device == name
        for command in step.commands
    )
    return Result(host=task.host, result=lines, diff=plan.diff.get(name, ""))
