"""The journal of a run: written ahead of every byte, hash chained, one JSON object a line.

A record is on the disk before what it announces is done, so that a run which ends at any moment
leaves behind exactly what it sent. The chain makes a later edit evident; it is no proof against
someone who rewrites the whole file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bothways.clock import Clock
from bothways.errors import JournalFailed, WorkspaceError

FORMAT_VERSION = 1

_ROOM = "room"
_ROOM_PER_LINE_B = 4096  # planned, sent and acked, of the line and of its undo, with what the device answers

Kind = Literal[
    "opened", "step", "command", "undo", "reload", "clear", "save",
    "read-back", "verified", "undone", "proof", "note", "closed",
]  # fmt: skip
_TYPED: tuple[Kind, ...] = ("command", "undo", "reload", "clear")
State = Literal["", "planned", "sent", "acked", "rejected", "unknown", "skipped"]


class Record(BaseModel):
    """One line of a journal.

    Attributes:
        step: position of the step in the plan; None for what belongs to the whole run.
        index: position of the command or undo line in its step.
        text: the line typed.
        state: what is known of it.
        answer: what the device said.
        digest: of the running configuration, where one was read.
        facts: what else the kind needs.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    seq: int
    at: datetime = Field(strict=False)
    kind: Kind
    device: str = ""
    step: int | None = None
    index: int | None = None
    text: str = ""
    state: State = ""
    answer: str = ""
    digest: str = ""
    facts: dict[str, str] = {}


class Journal:
    """Appends records to one file; a record that returns is on the disk."""

    def __init__(self, path: Path, clock: Clock, *, records: tuple[Record, ...] = (), head: str = "") -> None:
        self.path = path
        self.head = head
        # Kept here too: what was sent must be known even when the file can no longer be read.
        self.records = list(records)
        self._clock = clock
        self._room = path.with_name(_ROOM)
        self._guard = Lock()
        self._failed = ""

    @classmethod
    def create(cls, path: Path, clock: Clock, *, lines: int = 0) -> Journal:
        """A new, empty journal; an existing file is never taken over.

        Args:
            path: the file.
            clock: stamps the records.
            lines: how many will be typed; room for them and for their undo is set aside beside the file, so
                that a disk which fills up meanwhile never leaves a half change that may not be undone.

        Raises:
            JournalFailed: it cannot be made, or there is no room.
        """
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
            if lines:
                _write(path.with_name(_ROOM), bytes(lines * _ROOM_PER_LINE_B), os.O_CREAT | os.O_EXCL)
        except OSError as error:
            raise _unwritable(path, error) from None
        return cls(path, clock)

    @classmethod
    def reopen(cls, path: Path, clock: Clock) -> Journal:
        """Go on with a journal; a torn last line is cut off first.

        Raises:
            JournalFailed: its chain is broken, or it cannot be written.
        """
        records, head, whole = _read(path)
        try:
            os.truncate(path, whole)
        except OSError as error:
            raise _unwritable(path, error) from None
        return cls(path, clock, records=records, head=head)

    def record(self, kind: Kind, **facts: Any) -> Record:
        """Append one record and wait until the disk has it.

        Raises:
            JournalFailed: it has not; whatever it announced must not be done.
        """
        with self._guard:
            if self._failed:
                raise JournalFailed(str(self.path), self._failed, "make room, then: bothways rollback")
            record = Record(seq=len(self.records), at=self._clock.now(), kind=kind, **facts)
            body = record.model_dump(mode="json", exclude_defaults=True)
            digest = _chained(self.head, body)
            line = json.dumps({**body, "prev": self.head, "hash": digest}, sort_keys=True) + "\n"
            try:
                self._append(line.encode())
                if kind == "closed":
                    self._room.unlink(missing_ok=True)
            except OSError as error:
                self._failed = f"cannot be written ({error.strerror})"
                raise _unwritable(self.path, error) from None
            self.records.append(record)
            self.head = digest
            return record

    def _append(self, data: bytes) -> None:
        """Append, if need be in the room set aside; a torn line would hide those behind it."""
        before = self.path.stat().st_size
        try:
            _write(self.path, data, os.O_APPEND)
        except OSError:
            if not self._room.exists():
                raise
            os.truncate(self.path, before)
            self._room.unlink()
            _write(self.path, data, os.O_APPEND)


def read_journal(path: Path) -> tuple[Record, ...]:
    """All whole records of a journal.

    Raises:
        WorkspaceError: there is none, or a newer Bothways wrote it.
        JournalFailed: its chain is broken.
    """
    return _read(path)[0]


def typed_lines(records: Sequence[Record], step: int) -> list[Record]:
    """The last word on each line of a step that was typed, in the order of the first."""
    last = {
        (record.kind, record.index, record.text): record
        for record in records
        if record.step == step and record.kind in _TYPED
    }
    return [record for record in last.values() if record.state != "planned"]


def told_lines(lines: Sequence[Record]) -> str:
    """Lines and what is known of them, as the end of a sentence; "" for none."""
    quoted = [f"{'undo ' if line.kind == 'undo' else ''}`{line.text}` {line.state}" for line in lines]
    return f"; typed: {', '.join(quoted)}" if quoted else ""


def _read(path: Path) -> tuple[tuple[Record, ...], str, int]:
    """The records, the hash of the last, and how many bytes of the file are whole lines."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WorkspaceError(
            str(path), f"no journal ({error.strerror})", "list the runs: bothways runs"
        ) from None
    records: list[Record] = []
    head, whole = "", 0
    lines = data.split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):  # what follows the last newline is torn
        record, digest = _checked(path, number, line, head)
        if record.seq != len(records):
            raise _broken(path, number, f"is record {record.seq}, not {len(records)}")
        records.append(record)
        head, whole = digest, whole + len(line) + 1
    return tuple(records), head, whole


def _checked(path: Path, number: int, line: bytes, head: str) -> tuple[Record, str]:
    try:
        body = json.loads(line)
        prev, digest = body.pop("prev"), body.pop("hash")
    except (ValueError, KeyError, AttributeError, TypeError):
        raise _broken(path, number, "is not a record") from None
    if prev != head or digest != _chained(head, body):
        raise _broken(path, number, "does not follow from the one before")
    version = body.get("facts", {}).get("format_version", "1")
    if number == 1 and int(version) > FORMAT_VERSION:
        raise WorkspaceError(str(path), f"made by a newer Bothways (format {version})", "upgrade bothways")
    try:
        return Record.model_validate(body), digest
    except ValidationError as error:
        raise _broken(path, number, f"is not a record ({error.error_count()} faults)") from None


def _chained(head: str, body: dict[str, Any]) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{head}\n{canonical}".encode()).hexdigest()


def _write(path: Path, data: bytes, how: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | how, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> JournalFailed:
    return JournalFailed(
        str(path), f"cannot be written ({error.strerror})", "nothing more was sent; make room and try again"
    )


def _broken(path: Path, number: int, what: str) -> JournalFailed:
    return JournalFailed(
        f"{path}:{number}", f"line {number} {what}", "the journal was edited; undo by hand: see its lines"
    )
