"""Taking a step back, line by line, and only the lines that are still ours."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.errors import BothwaysError, SessionLost
from bothways.planning.plan import ConfigStep, Undo
from bothways.pushing.config import Config, contents, stands, told
from bothways.pushing.journal import read_journal
from bothways.pushing.line import Line, LineStopped, LineUnknown, type_line
from bothways.pushing.readback import unproven
from bothways.pushing.unit import Unit, running_config
from bothways.pushing.work import Work
from bothways.session.contract import Session

_ATTEMPTS = 3


@dataclass(frozen=True)
class Undone:
    """What an undo left.

    Attributes:
        after: the running configuration a new session reads.
        typed: the positions of the undo lines that were typed.
        skipped: why the others were not, where that says something.
    """

    after: Config
    typed: frozenset[int]
    skipped: tuple[str, ...]


class UndoStopped(Exception):
    """The undo itself failed; a human is needed."""


def undo_step(unit: Unit, step: ConfigStep, work: Work, standing: frozenset[int] = frozenset()) -> Undone:
    """Type the undo lines whose `ours` stands, and read back from a new session.

    Args:
        unit: the device.
        step: the step to take back.
        work: its place in the run.
        standing: undo lines whose `ours` stood before the step: not ours to remove.

    Raises:
        UndoStopped: a line was refused, or the device is gone.
    """
    if not _any_typed(work):  # then nothing can stand that the configuration does not show
        step = step.model_copy(update={"undo": tuple(undo for undo in step.undo if undo.ours)})
    typed: set[int] = set()
    for _ in range(_ATTEMPTS):
        try:
            session = unit.reopen()
            met = running_config(session, unit.platform)
            wanted, skipped = _sorted(unit, session, step, met, standing)
            _type(unit, session, _lines(unit, step, work, wanted), work)
            typed.update(wanted)
            after = running_config(unit.reopen(), unit.platform)
        except (LineUnknown, SessionLost):
            typed.update(wanted)
            continue  # what came through stands no longer, so a new reading knows what is left to type
        except LineStopped as stopped:
            raise UndoStopped(stopped.why) from None
        except BothwaysError as error:
            raise UndoStopped(error.what) from None
        return Undone(after, frozenset(typed), tuple(skipped))
    raise UndoStopped(f"the session was lost {_ATTEMPTS} times")


def _sorted(
    unit: Unit, session: Session, step: ConfigStep, config: Config, standing: frozenset[int]
) -> tuple[list[int], list[str]]:
    """The positions to type, and why others that stand are not."""
    wanted, skipped = [], []
    for index, undo in enumerate(step.undo):
        if undo.ours and not stands(config, undo.section, undo.ours):
            continue
        reason = f"`{undo.ours}` stood there before" if index in standing else ""
        reason = reason or _somebody_elses(undo, config) or _untrue(unit, session, undo)
        if reason:
            skipped.append(f"`{undo.text}` was not typed: {reason}")
        else:
            wanted.append(index)
    return wanted, skipped


def _any_typed(work: Work) -> bool:
    """Whether the run typed a line of the step."""
    return any(
        record.kind == "command" and record.step == work.number and record.state == "sent"
        for record in read_journal(work.journal.path)
    )


def _somebody_elses(undo: Undo, config: Config) -> str:
    strange = [text for text in contents(config, undo.section, undo.ours) if text not in undo.contents]
    if not undo.contents or not strange:
        return ""
    theirs = told(tuple(("+", "", text) for text in strange))
    return f"`{undo.ours}` holds lines of somebody else: {theirs}"


def _untrue(unit: Unit, session: Session, undo: Undo) -> str:
    if undo.only_if is None:
        return ""
    return "".join(unproven([undo.only_if], unit, session))


def _lines(unit: Unit, step: ConfigStep, work: Work, wanted: list[int]) -> list[Line]:
    lines = []
    for index in wanted:
        undo = step.undo[index]
        lines += [Line("undo", unit.name, work.number, index, text) for text in undo.enter]
        lines.append(Line("undo", unit.name, work.number, index, undo.text, undo.answer))
    return lines


def _type(unit: Unit, session: Session, lines: list[Line], work: Work) -> None:
    if not lines:
        return
    session.enter_config()
    for line in lines:
        if work.stop.leave:
            raise UndoStopped("interrupted twice")
        type_line(session, unit.platform, work.journal, line)
    session.leave_config()
