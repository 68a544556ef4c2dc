"""One configuration step on one device: all of it stands and is proven, or none of it does, or we say so."""

from __future__ import annotations

from bothways.errors import BothwaysError, JournalFailed, RolledBack, StateUnknown
from bothways.planning.plan import ConfigStep
from bothways.pushing.config import Config, differences, digest, stands, told
from bothways.pushing.journal import told_lines, typed_lines
from bothways.pushing.line import Line, LineStopped, type_line
from bothways.pushing.readback import Before, log_lines, read_back
from bothways.pushing.undo import Undone, UndoStopped, undo_step
from bothways.pushing.unit import Unit, running_config
from bothways.pushing.work import Work
from bothways.session.contract import Session


def push_step(unit: Unit, step: ConfigStep, work: Work) -> Config:
    """Type a step, line by line, and prove it from a new session.

    Returns:
        The running configuration with the step in it.

    Raises:
        RolledBack: it failed, and the device reads as before.
        StateUnknown: it failed, and the device does not read as before; the lines are named.
        BothwaysError: anything else: no line of it was typed.
    """
    session = unit.open()
    before = Before(running_config(session, unit.platform), log_lines(session, unit.platform))
    work.refuse_foreign(unit.name, before.config)
    standing = standing_before(step, before.config)
    work.journal.record(
        "step",
        device=unit.name,
        step=work.number,
        text=step.fix,
        digest=digest(before.config),
        facts={"standing": " ".join(map(str, sorted(standing)))},
    )
    why = _typed(unit, session, step, work)
    if not why:
        config, why = _proven(unit, step, work, before)
        if not why:
            return config
    raise _taken_back(unit, step, work, before.config, why)


def standing_before(step: ConfigStep, config: Config) -> frozenset[int]:
    """Undo lines whose `ours` is there already: the step will not put it there, so it is not its to take."""
    return frozenset(
        index for index, undo in enumerate(step.undo) if undo.ours and stands(config, undo.section, undo.ours)
    )


def _typed(unit: Unit, session: Session, step: ConfigStep, work: Work) -> str:
    """Type the lines; the clause that says why it ended early, or ""."""
    lines = [
        Line("command", unit.name, work.number, index, command.text, command.answer)
        for index, command in enumerate(step.commands)
    ]
    for line in lines:
        line.note(work.journal, "planned")
    session.enter_config()
    why = ""
    for line in lines:
        if work.stop.undo:
            why = f"interrupted before `{line.text}`"
            break
        try:
            type_line(session, unit.platform, work.journal, line)
        except LineStopped as stopped:
            why = f"line {line.index + 1} of {len(lines)}: {stopped.why}"
            break
        except JournalFailed as error:
            if line.index == 0:
                _leave(session)
                raise
            why = f"`{line.text}` was not typed, because the journal {error.what}"
            break
    _leave(session)
    return why


def _leave(session: Session) -> None:
    """Leave configuration mode; a session that is gone is found by the read-back."""
    try:
        session.leave_config()
    except BothwaysError:
        session.close()


def _proven(unit: Unit, step: ConfigStep, work: Work, before: Before) -> tuple[Config, str]:
    try:
        seen = read_back(unit, step, before, work.predicted)
        work.journal.record("read-back", device=unit.name, step=work.number, digest=digest(seen.config))
        if seen.failures:
            return seen.config, "; ".join(seen.failures)
        work.journal.record("verified", device=unit.name, step=work.number, digest=digest(seen.config))
    except BothwaysError as error:
        return (), f"it could not be read back ({error.what})"
    return seen.config, ""


def _taken_back(unit: Unit, step: ConfigStep, work: Work, before: Config, why: str) -> BothwaysError:
    """Undo the step; the error to raise says whether that is proven."""
    if work.stop.leave:
        return _unknown(unit, work, f"{why}; interrupted twice, so nothing was undone")
    try:
        undone = undo_step(unit, step, work, standing_before(step, before))
        work.journal.record("undone", device=unit.name, step=work.number, digest=digest(undone.after))
    except UndoStopped as stopped:
        return _unknown(unit, work, f"{why}; the undo stopped: {stopped}")
    except JournalFailed as error:
        return _unknown(unit, work, f"{why}; the journal {error.what}, so it was not undone to the end")
    left = _residue(undone, before)
    if left:
        return _unknown(unit, work, f"{why}; after the undo the device still differs: {left}")
    took = len(undone.typed)
    return RolledBack(
        unit.name,
        f"{why}; {took} undo {'line' if took == 1 else 'lines'} typed, "
        "and the running configuration reads as before",
        "correct the plan: bothways plan",
    )


def _residue(undone: Undone, before: Config) -> str:
    """What an undo did not bring back, as a clause; "" when the configuration is the one before."""
    if undone.after == before:
        return ""
    left = told(differences(before, undone.after)) or "the same lines in another order"
    return "; ".join([left, *undone.kept])


def _unknown(unit: Unit, work: Work, why: str) -> StateUnknown:
    """The error that names every line of a step that may stand on the device."""
    sent = told_lines(typed_lines(work.journal.records, work.number))
    run = work.journal.path.parent.name
    return StateUnknown(unit.name, f"{why}{sent}", f"look at the device, then: bothways rollback {run}")
