"""Captures taken away on every firewall of a run, each proven gone, or named for a human to type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nornir.core import Nornir

from bothways.clock import Clock
from bothways.errors import BothwaysError, InventoryError, LockHeld, StateUnknown
from bothways.fleet.capture_records import OpenRecord, open_records, unreadable_records
from bothways.fleet.context import ApplyContext, Progress, deaf, unbreakable
from bothways.fleet.hosts import run_on
from bothways.pushing.capture_lines import Placement, removal
from bothways.pushing.capture_remove import Left
from bothways.pushing.journal import Journal, Record
from bothways.pushing.lock import locked
from bothways.pushing.stop import Stop
from bothways.tasks import remove_captures


def take_away(  # noqa: PLR0913, PLR0917  what goes with a removal
    nornir: Nornir,
    journal: Journal,
    ours: Mapping[str, Sequence[Placement]],
    serials: Mapping[str, str],
    clock: Clock,
    stop: Stop,
    tell: Progress,
) -> list[StateUnknown]:
    """Remove and prove, firewall by firewall; an error for each where that was not proven."""
    errors = []
    for device, placed in ours.items():
        left = _removed(nornir, journal, device, placed, serials[device], clock, stop)
        if left.names:
            error = still_there(left)
            errors.append(error)
            tell(str(error))
            continue
        tell(f"{device}: nothing of ours stands there, proven by a new session")
        try:
            journal.record("verified", device=device)
        except BothwaysError as error:  # the device is clean; the record stays open, and is looked at again
            tell(str(error))
    return errors


def still_there(left: Left) -> StateUnknown:
    """One line: what may stand, why, and what to type by hand."""
    names = ", ".join(left.names)
    what = f"{names} may still stand there: {left.why}"
    return StateUnknown(left.device, what, f"type by hand: {' and '.join(map(removal, left.names))}")


def clean_up(context: ApplyContext, tell: Progress = deaf) -> tuple[list[str], list[BothwaysError]]:
    """Take away what runs left that were killed or cut off.

    Returns:
        The runs that were closed, and what went wrong.
    """
    closed: list[str] = []
    errors: list[BothwaysError] = unreadable_records(context.captures)
    for record in open_records(context.captures):
        found = _of_record(record, context, unbreakable(tell))
        errors += found
        if not found:
            closed.append(record.run_id)
    return closed, errors


def _of_record(record: OpenRecord, context: ApplyContext, tell: Progress) -> list[BothwaysError]:
    stop = Stop()
    errors: list[BothwaysError] = []
    ours = dict(record.ours)
    for device in record.ours:
        try:
            context.network.device(device)
        except InventoryError as error:
            names = tuple(one.name for one in ours.pop(device))
            errors.append(still_there(Left(device, names, error.what)))
    serials = {name: record.serials[name] for name in record.serials}
    try:
        with (
            stop.listening(),
            locked(context.locks, serials, record.run_id, context.clock),
            context.sessions() as nornir,
        ):
            journal = Journal.reopen(record.path, context.clock)
            errors += take_away(nornir, journal, ours, serials, context.clock, stop, tell)
            if not errors:
                told = "the captures of a run that was cut off are gone" if ours else "nothing was sent"
                journal.record("closed", text=told, facts={"exit_code": "0"})
    except LockHeld:
        tell(f"{record.run_id} is at work, and left alone")
    except BothwaysError as error:
        errors.append(error)
    return errors


def _removed(  # noqa: PLR0913, PLR0917  as above
    nornir: Nornir,
    journal: Journal,
    device: str,
    placed: Sequence[Placement],
    serial: str,
    clock: Clock,
    stop: Stop,
) -> Left:
    doubtful = any(
        record.device == device and record.state in ("sent", "unknown") and record.kind == "command"
        for record in _last_words(journal)
    )
    try:
        left: Left = run_on(
            nornir, device, remove_captures,
            ours=placed, journal=journal, serial=serial, doubtful=doubtful, stop=stop, clock=clock,
        )  # fmt: skip
    except BothwaysError as error:
        return Left(device, tuple(one.name for one in placed), error.what)
    except Exception as bug:  # noqa: BLE001  ours or Nornir's: what may stand is named all the same
        return Left(device, tuple(one.name for one in placed), f"Bothways failed in the removal: {bug!r}")
    return left


def _last_words(journal: Journal) -> list[Record]:
    """What is known last of each command."""
    last = {(record.device, record.kind, record.text): record for record in journal.records if record.text}
    return list(last.values())
