"""Take one step of a plan back."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.errors import StateUnknown
from bothways.planning.plan import ConfigStep
from bothways.pushing.config import digest
from bothways.pushing.host import unit_of
from bothways.pushing.undo import UndoStopped, undo_step
from bothways.pushing.work import Work


def undo_change(
    task: Task, *, step: ConfigStep, work: Work, standing: frozenset[int] = frozenset()
) -> Result:
    """Type the undo lines whose own lines still stand, and read back from a new session.

    Args:
        task: Nornir's.
        step: the step to take back.
        work: its place in the run, with the journal.
        standing: positions of undo lines whose line stood before the step.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.undo.Undone`.

    Raises:
        StateUnknown: the undo stopped, and a human is needed.
    """
    try:
        undone = undo_step(unit_of(task, work.clock), step, work, standing)
    except UndoStopped as stopped:
        raise StateUnknown(task.host.name, f"the undo stopped: {stopped}", "look at the device") from None
    work.journal.record("undone", device=task.host.name, step=work.number, digest=digest(undone.after))
    return Result(host=task.host, result=undone, changed=bool(undone.typed))
