"""Placing captures on one firewall: what stands before is read first, and is never touched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bothways.errors import CaptureRefused, CouldNotSee, JournalFailed
from bothways.pushing.capture_check import MEMORY, short_of_memory
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_list import standing
from bothways.pushing.capture_remove import same_unit
from bothways.pushing.capture_seen import drop_counts, log_of
from bothways.pushing.capture_type import CaptureStopped, type_capture
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop
from bothways.pushing.unit import Unit


@dataclass(frozen=True, slots=True)
class Before:
    """What a firewall showed before anything was placed.

    Attributes:
        names: of the captures that stand there; they are other people's.
        drops: counter to count; None where they could not be read.
        log: the lines that name the client.
        could_not_see: what was asked and not answered.
    """

    names: frozenset[str]
    drops: Mapping[str, int] | None
    log: tuple[str, ...]
    could_not_see: tuple[str, ...] = ()


def look_before(unit: Unit, client: str) -> Before:
    """Read what the evidence will be compared with; nothing is placed.

    Raises:
        CaptureRefused: the list of captures cannot be read, so that no removal could be proven, or the
            firewall is short of memory.
        BothwaysError: the device cannot be reached or read.
    """
    session = unit.open()
    try:
        names = frozenset(standing(session))
    except CouldNotSee as error:
        raise CaptureRefused(
            unit.name,
            f"{error.what}: a capture could not be proven gone",
            "let the account read `show capture`",
        ) from None
    memory = session.read([MEMORY])[0]
    short = "" if memory.refused else short_of_memory(memory.text)
    if short:
        raise CaptureRefused(unit.name, short, "try again when it is quieter")
    unseen = [f"{unit.name}: `{MEMORY}`: {memory.refused}"] if memory.refused else []
    drops = drop_counts(session)
    return Before(names, drops, log_of(session, client), tuple(unseen))


def place(unit: Unit, wanted: Sequence[Placement], journal: Journal, serial: str, stop: Stop) -> str:
    """Place captures one by one; the clause that says why it ended early, or "".

    Raises:
        WrongUnit: another unit answers now: nothing was typed.
        JournalFailed: before the first: nothing was typed.
        BothwaysError: the device cannot be reached: nothing was typed.
    """
    session = unit.open()
    same_unit(unit, session, serial)
    for number, one in enumerate(wanted):
        if stop.undo:
            return f"interrupted before `{one.command}`"
        try:
            type_capture(unit, session, journal, "command", one)
        except CaptureStopped as stopped:
            return stopped.why
        except JournalFailed as error:
            if number == 0:
                raise
            return f"`{one.command}` was not typed, because the journal {error.what}"
    return ""
