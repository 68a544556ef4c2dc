"""Run one step of a plan on its device."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.planning.plan import Step
from bothways.pushing.host import unit_of
from bothways.pushing.run_step import run_step
from bothways.pushing.work import Work


def push_change(task: Task, *, step: Step, work: Work) -> Result:
    """Type a step, read it back from a new session, and undo it when it is not proven.

    Args:
        task: Nornir's.
        step: a step of a plan for this host.
        work: its place in the run, with the journal.

    Returns:
        Nornir's result; `result` is the running configuration after the step, None for a `clear`.

    Raises:
        RolledBack: it failed, and the device reads as before.
        StateUnknown: it failed, and a human is needed.
    """
    config = run_step(unit_of(task, work.clock), step, work)
    return Result(host=task.host, result=config, changed=True)
