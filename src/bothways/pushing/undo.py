"""Taking a step back, line by line, and only the lines that are still ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from bothways.errors import BothwaysError, CouldNotSee, SessionLost
from bothways.network import PlatformName
from bothways.planning.plan import ConfigStep, Predicate, Undo
from bothways.planning.predicates import check
from bothways.planning.undoing import DueUndo, due_undo
from bothways.pushing.config import Config, stands
from bothways.pushing.line import Line, LineStopped, LineUnknown, type_line
from bothways.pushing.readback import facts, unproven
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
        kept: why lines that still stand were not taken back.
        gone: undo lines that were not typed because nothing of ours stood there.
        in_use: undo lines that were not typed because somebody else builds on what they remove.
    """

    after: Config
    typed: frozenset[int]
    kept: tuple[str, ...]
    gone: tuple[str, ...]
    in_use: tuple[Undo, ...] = ()


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
        UndoStopped: a line was refused, or did not do what it is for, or the device is gone.
    """
    if not _any_typed(work):  # then nothing can stand that the configuration does not show
        step = step.model_copy(update={"undo": tuple(undo for undo in step.undo if undo.ours)})
    typed: set[int] = set()
    for _ in range(_ATTEMPTS):
        try:
            session = unit.reopen()
            sorted_out, kept, gone = _sorted(unit, session, step, standing)
            wanted = [step.undo.index(undo) for undo in sorted_out.due]
            typed.update(wanted)
            _type(unit, session, _lines(unit, step, work, wanted), work)
            session = unit.reopen()
            after = running_config(session, unit.platform)
            _prove(unit, session, [step.undo[index] for index in sorted(typed)])
        except (LineUnknown, SessionLost):
            continue  # what came through stands no longer, so a new reading knows what is left to type
        except LineStopped as stopped:
            raise UndoStopped(stopped.why) from None
        except BothwaysError as error:
            raise UndoStopped(error.what) from None
        return Undone(after, frozenset(typed), tuple(kept), tuple(gone), sorted_out.in_use)
    raise UndoStopped(f"the session was lost {_ATTEMPTS} times")


def _any_typed(work: Work) -> bool:
    """Whether the run typed a line of the step."""
    return any(
        record.kind == "command" and record.step == work.number and record.state == "sent"
        for record in work.journal.records
    )


def _sorted(
    unit: Unit, session: Session, step: ConfigStep, standing: frozenset[int]
) -> tuple[DueUndo, list[str], list[str]]:
    """What to type and what not, why others that stand are kept, and those whose line is gone."""
    met = running_config(session, unit.platform)
    ours = [undo for index, undo in enumerate(step.undo) if index not in standing]
    name = cast("PlatformName", unit.platform.name)
    sorted_out = due_undo(
        ours,
        "\n".join(met),
        name,
        lambda fact: _holds(fact, unit, session),
        [command.text for command in step.commands],
    )
    kept = [f"`{step.undo[index].ours}` stood there before and stays" for index in sorted(standing)]
    gone = []
    for undo, why in sorted_out.skipped:
        if undo.ours and not stands(met, undo.section, undo.ours):
            gone.append(f"`{undo.text}` was not typed: {why}")
        else:
            kept.append(f"`{undo.text}` was not typed: {why}")
    return sorted_out, kept, gone


def _holds(fact: Predicate, unit: Unit, session: Session) -> bool:
    """Whether a fact holds now.

    Raises:
        CouldNotSee: it cannot be told; then a line that depends on it is neither typed nor called needless.
    """
    holds, seen = check(fact, facts([fact], unit, session))
    if seen is None and fact.expected is not None:
        raise CouldNotSee(unit.name, f"cannot tell whether {fact.because}")
    return holds


def _prove(unit: Unit, session: Session, typed: list[Undo]) -> None:
    """Ask for what the configuration does not show.

    Raises:
        UndoStopped: a line was typed, and what it is to bring back is not there.
    """
    for undo in typed:
        wrong = unproven([undo.proof], unit, session) if undo.proof else []
        if wrong:
            raise UndoStopped(f"`{undo.text}` was typed, and it is {'; '.join(wrong)}")


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
