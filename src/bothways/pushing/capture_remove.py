"""Taking captures away, and proving from a session that did not type it that they are gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bothways.errors import BothwaysError, CannotConnect, CouldNotSee, SessionLost, WrongUnit
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_list import standing
from bothways.pushing.capture_type import CaptureStopped, type_capture
from bothways.pushing.journal import Journal
from bothways.pushing.readback import table_rows
from bothways.pushing.unit import Unit
from bothways.session.contract import Session
from bothways.state.rows import Version

_ROUNDS = 3
_ON_ITS_WAY_S = 5.0
"""A command whose answer was lost may still be under way when the next session asks."""


@dataclass(frozen=True, slots=True)
class Left:
    """What may still stand after all that was tried; no name means that all are proven gone.

    Attributes:
        why: a clause about it.
    """

    device: str
    names: tuple[str, ...] = ()
    why: str = ""


def remove(  # noqa: PLR0913  what goes with a removal
    unit: Unit,
    ours: Sequence[Placement],
    journal: Journal,
    serial: str,
    *,
    doubtful: bool = False,
    leave: Callable[[], bool] = lambda: False,
) -> Left:
    """Take our captures away, those that stand; each round in a session of its own.

    Args:
        unit: the firewall.
        ours: every capture that may stand there.
        journal: written ahead where it can be.
        serial: of the unit they were placed on; its mate's list proves nothing.
        doubtful: a command was sent whose answer never came.
        leave: asked before each line; true means that nothing more is to be typed.
    """
    names = [one.name for one in ours]
    why = ""
    for number in range(_ROUNDS + 1):
        try:
            session = unit.reopen()
            left = _standing(unit, session, names, serial)
            if not left and doubtful:
                unit.clock.wait_until(unit.clock.monotonic() + _ON_ITS_WAY_S)
                session = unit.reopen()
                left, doubtful = _standing(unit, session, names, serial), False
            if not left:
                return Left(unit.name)
            if number == _ROUNDS or leave():
                return Left(unit.name, tuple(left), why or _why(left, interrupted=number < _ROUNDS))
            said, lost = _typed(unit, session, [one for one in ours if one.name in left], journal, leave)
            why, doubtful = said or why, doubtful or lost
        except CouldNotSee as error:
            why = error.what
            blind = [] if leave() else list(ours)
            said, _ = _typed(unit, session, blind, journal, leave)
            doubtful = True
        except SessionLost as error:
            why, doubtful = error.what, True
        except (CannotConnect, WrongUnit) as error:
            return Left(unit.name, tuple(names), error.what)
        except BothwaysError as error:
            why = error.what
    return Left(unit.name, tuple(names), why or "it could not be proven that they are gone")


def same_unit(unit: Unit, session: Session, serial: str) -> None:
    """Make sure that this is still the unit it was.

    Raises:
        WrongUnit: its mate answers now, or another box.
        CouldNotSee: it does not say.
    """
    for row in table_rows(session, unit.platform, Version, "show version"):
        if row.serial != serial:
            what = f"unit {row.serial or '?'} answers now, and the captures are of unit {serial}"
            raise WrongUnit(unit.name, what, f"log in to unit {serial} itself")
        return
    raise CouldNotSee(unit.name, "`show version` does not say which unit this is")


def _standing(unit: Unit, session: Session, names: Sequence[str], serial: str) -> list[str]:
    same_unit(unit, session, serial)
    there = standing(session)
    return [name for name in names if name in there]


def _typed(
    unit: Unit, session: Session, ours: Sequence[Placement], journal: Journal, leave: Callable[[], bool]
) -> tuple[str, bool]:
    """Type the removals; what was answered other than silence, and whether an answer is missing."""
    why = ""
    for one in ours:
        if leave():
            break
        try:
            type_capture(unit, session, journal, "undo", one)
        except CaptureStopped as stopped:
            why = stopped.why
            if stopped.unknown:
                return why, True
    return why, False


def _why(left: Sequence[str], *, interrupted: bool) -> str:
    if interrupted:
        return "interrupted twice, so nothing more was typed"
    which = "it was" if len(left) == 1 else "they were"
    return f"{which} removed without a complaint, and still listed"
