"""A step failed: what stands is taken back on every device, and the exit code says how that went."""

from __future__ import annotations

from bothways.errors import BothwaysError, RolledBack, StateUnknown
from bothways.fleet.context import RunOutcome
from bothways.fleet.run import Run


def failed(run: Run, error: BothwaysError) -> RunOutcome:
    """A step failed: take back what stands, on every device, and say which of 20 and 22 it is."""
    run.errors.append(error)
    run.say(str(error))
    if isinstance(error, StateUnknown | RolledBack):
        run.standing[error.where] = "unknown" if isinstance(error, StateUnknown) else "rolled-back"
    touched = bool(run.done) or isinstance(error, RolledBack)
    proven = run.take_back()
    if isinstance(error, StateUnknown) or not proven:
        return run.closed(StateUnknown.exit_code)
    return run.closed(RolledBack.exit_code if touched else error.exit_code)


def interrupted(run: Run) -> RunOutcome:
    """Ctrl-C between two steps, or while waiting: whatever stands is taken back."""
    if not run.done:
        run.say("interrupted; nothing was sent")
        return run.closed(130)
    return failed(run, RolledBack(run.plan.id, "interrupted; every step is taken back"))
