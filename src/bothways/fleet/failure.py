"""A step failed: what stands is taken back on every device, and the exit code says how that went."""

from __future__ import annotations

from bothways.errors import BothwaysError, RolledBack, StateUnknown
from bothways.fleet.context import RunOutcome
from bothways.fleet.run import Run
from bothways.planning.plan import ConfigStep
from bothways.pushing.journal import Record, typed_lines


def failed(run: Run, error: BothwaysError) -> RunOutcome:
    """A step failed: take back what stands, on every device, and say which of 20 and 22 it is."""
    error = _admitted(run, error)
    run.errors.append(error)
    run.say(str(error))
    if isinstance(error, StateUnknown | RolledBack):
        run.standing[error.where] = "unknown" if isinstance(error, StateUnknown) else "rolled-back"
    touched = bool(run.done) or isinstance(error, RolledBack) or bool(_final_lines(run))
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


def _admitted(run: Run, error: BothwaysError) -> BothwaysError:
    """A reload or a `clear` of which nobody knows whether it was done is 22, whatever ended the step."""
    doubtful = [line for line in _final_lines(run) if line.state in ("sent", "unknown")]
    if not doubtful or isinstance(error, StateUnknown):
        return error
    assert doubtful[0].step is not None
    return run.unknown(doubtful[0].step, error.what)


def _final_lines(run: Run) -> list[Record]:
    """The reloads and the `clear`s that were sent and not refused: no undo takes them back."""
    numbers = [number for number, step in enumerate(run.plan.steps) if not isinstance(step, ConfigStep)]
    lines = [line for number in numbers for line in typed_lines(run.journal.records, number)]
    return [line for line in lines if line.state != "rejected"]
