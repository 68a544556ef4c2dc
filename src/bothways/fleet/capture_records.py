"""Evidence runs as their records tell them: what was typed where, and which captures may still stand."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path

from bothways.clock import Clock
from bothways.errors import BothwaysError, JournalFailed
from bothways.fleet.records import JOURNAL, RunSummary
from bothways.flow import Flow
from bothways.pushing.capture_lines import Placement, is_ours
from bothways.pushing.capture_type import note
from bothways.pushing.journal import FORMAT_VERSION, Journal, Record, read_journal

_OF_CAPTURES = "collect"


@dataclass(frozen=True)
class OpenRecord:
    """A run whose captures were never proven gone.

    Attributes:
        serials: device to the serial number of the unit they were placed on.
        ours: device to every capture that may stand there.
    """

    run_id: str
    path: Path
    serials: Mapping[str, str]
    ours: Mapping[str, tuple[Placement, ...]]


def opened_record(
    folder: Path,
    flow: Flow,
    serials: Mapping[str, str],
    wanted: Sequence[Placement],
    clock: Clock,
) -> Journal:
    """The record of a run: on the disk, with every name, device and command, before a byte leaves.

    Raises:
        JournalFailed: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise JournalFailed(
            str(folder), f"cannot be made ({error.strerror})", "nothing was sent; make room and try again"
        ) from None
    journal = Journal.create(folder / JOURNAL, clock, lines=len(wanted))
    facts = {
        "format_version": str(FORMAT_VERSION),
        "plan": _OF_CAPTURES,
        "flow": str(flow),
        "devices": "\n".join(serials),
        "serials": "\n".join(serials.values()),
        "user": getuser(),
        "host": socket.gethostname(),
        "pid": str(os.getpid()),
    }
    journal.record("opened", facts=facts)
    for one in wanted:
        note(journal, "command", one, "planned")
    return journal


def open_records(folder: Path) -> list[OpenRecord]:
    """The runs that were not closed, oldest first; a record that cannot be believed is not among them."""
    return [found for path in _journals(folder) if (found := _open_record(path)) is not None]


def unreadable_records(folder: Path) -> list[BothwaysError]:
    """The records that cannot be believed: nothing is typed on their word, and somebody has to look."""
    found: list[BothwaysError] = []
    for path in _journals(folder):
        try:
            read_journal(path)
        except BothwaysError as error:
            how = f"look for captures named bw-… on its firewalls by hand, then remove {path.parent}"
            found.append(JournalFailed(error.where, error.what, how))
    return found


def evidence_runs(folder: Path) -> list[RunSummary]:
    """All evidence runs, oldest first, as `bothways runs` lists them."""
    return [_summary(path) for path in _journals(folder)]


def may_stand(records: Sequence[Record], device: str) -> bool:
    """Whether a capture of the run may stand there: one was sent, and none was proven gone since."""
    sent = proven = -1
    for record in records:
        if record.device == device and record.kind == "command" and record.state == "sent":
            sent = record.seq
        if record.device == device and record.kind == "verified":
            proven = record.seq
    return sent > proven


def _journals(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path / JOURNAL for path in sorted(folder.iterdir()) if (path / JOURNAL).is_file()]


def _open_record(path: Path) -> OpenRecord | None:
    try:
        records = read_journal(path)
    except BothwaysError:
        return None  # see `unreadable_records`
    if not records or records[-1].kind == "closed":
        return None
    facts = records[0].facts
    devices = facts.get("devices", "").splitlines()
    serials = dict(zip(devices, facts.get("serials", "").splitlines(), strict=False))
    ours = {
        device: tuple(_placement(one) for one in records if one.device == device and _planned(one))
        for device in devices
        if may_stand(records, device)
    }
    return OpenRecord(path.parent.name, path, serials, ours)


def _planned(record: Record) -> bool:
    return record.kind == "command" and record.state == "planned" and is_ours(record.facts.get("name", ""))


def _placement(record: Record) -> Placement:
    """Enough of it to take it away."""
    return Placement(record.facts["name"], record.device, record.facts.get("place", ""), ())


def _summary(path: Path) -> RunSummary:
    name = path.parent.name
    try:
        records = read_journal(path)
    except BothwaysError as error:
        return RunSummary(name, _OF_CAPTURES, None, (), error.what, None)
    if not records:
        return RunSummary(name, _OF_CAPTURES, None, (), "opened, and nothing was sent", None)
    first, last = records[0], records[-1]
    devices = tuple(first.facts.get("devices", "").splitlines())
    if last.kind == "closed":
        return RunSummary(
            name, _OF_CAPTURES, first.at, devices, last.text, int(last.facts.get("exit_code", "0"))
        )
    return RunSummary(
        name, _OF_CAPTURES, first.at, devices,
        "not closed: captures may still stand, or it is at work: bothways collect --clean-up", None,
    )  # fmt: skip
