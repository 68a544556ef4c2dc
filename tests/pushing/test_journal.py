"""The journal is the only memory of a run that died: it must survive, and it must not be believed blindly."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.errors import JournalFailed, WorkspaceError
from bothways.pushing.journal import Journal, read_journal


class StoppedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def monotonic(self) -> float:
        return 0.0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(f"nobody waits here ({moment_s})")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def three_records(path: Path) -> None:
    journal = Journal.create(path, StoppedClock())
    journal.record("opened", facts={"plan": "p-1"})
    journal.record("command", device="edge-asa", step=0, index=0, text="no ip redirects", state="sent")
    journal.record("command", device="edge-asa", step=0, index=0, text="no ip redirects", state="acked")


def test_a_record_that_returned_is_read_back_by_another_process(path: Path) -> None:
    three_records(path)

    records = read_journal(path)

    assert [(record.seq, record.kind, record.state) for record in records] == [
        (0, "opened", ""),
        (1, "command", "sent"),
        (2, "command", "acked"),
    ]
    assert records[1].text == "no ip redirects"
    assert path.stat().st_mode & 0o777 == 0o600


def test_b14_a_torn_last_line_is_ignored_and_cut_off_at_every_length(path: Path) -> None:
    """B14, F72: a process that dies inside a write leaves half a line; the next goes on behind whole ones."""
    three_records(path)
    whole = path.read_bytes()
    last = whole[: whole.rstrip(b"\n").rfind(b"\n") + 1]
    for length in range(len(last), len(whole)):
        path.write_bytes(whole[:length])
        assert len(read_journal(path)) == 2
        Journal.reopen(path, StoppedClock()).record("note", text="resumed")
        assert [record.kind for record in read_journal(path)] == ["opened", "command", "note"]


@pytest.mark.parametrize("line", [0, 1])
def test_b14_an_edited_line_breaks_the_chain(path: Path, line: int) -> None:
    """B14: a changed record stops whoever reads the journal, and the line is named."""
    three_records(path)
    lines = path.read_text().splitlines()
    body = json.loads(lines[line])
    body["text"] = "no ip routing"
    lines[line] = json.dumps(body)
    path.write_text("\n".join(lines) + "\n")

    with pytest.raises(JournalFailed, match=f"line {line + 1} does not follow") as caught:
        read_journal(path)
    assert caught.value.exit_code == 12


@pytest.mark.parametrize(
    "keep", [[1, 2], [0, 2], [0, 2, 1], [0, 1, 1, 2]], ids=["head cut", "hole", "swapped", "doubled"]
)
def test_b14_missing_or_moved_lines_break_the_chain(path: Path, keep: list[int]) -> None:
    """B14: taking whole lines away, or moving them, is found as well."""
    three_records(path)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[index] for index in keep))

    with pytest.raises(JournalFailed):
        read_journal(path)


@given(at=st.integers(0, 2**16), bit=st.integers(0, 7))
def test_b14_a_flipped_bit_is_never_believed(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    """B14: any single flipped bit is an error, or costs whole records at the end; it never changes one."""
    path = tmp_path_factory.mktemp("flip") / "journal.jsonl"
    three_records(path)
    honest = read_journal(path)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 1 << bit
    path.write_bytes(data)

    try:
        seen = read_journal(path)
    except JournalFailed:
        return
    assert seen == honest[: len(seen)]


def test_f74_a_full_disk_is_told_and_nothing_is_recorded_after_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F74: the caller learns of it before it sends; a journal that failed once stays failed."""
    journal = Journal.create(path, StoppedClock())

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        with pytest.raises(JournalFailed, match="No space left"):
            journal.record("opened")
    with pytest.raises(JournalFailed):
        journal.record("note")


def test_f74_room_for_the_undo_is_set_aside_before_the_first_line(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F74: the disk fills up half way; what is recorded from there on goes into the room kept for it."""
    journal = Journal.create(path, StoppedClock(), lines=3)
    room = path.with_name("room")
    assert room.stat().st_size == 3 * 4096
    journal.record("opened")
    write = os.write

    def full_but_for_the_room(descriptor: int, data: bytes | memoryview) -> int:
        if room.exists():
            write(descriptor, data[:5])  # a torn line is what a full disk leaves
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full_but_for_the_room)
    journal.record("command", text="no ip routing")
    journal.record("closed", facts={"exit_code": "20"})

    assert [record.kind for record in read_journal(path)] == ["opened", "command", "closed"]
    assert not room.exists()


def test_f74_no_room_no_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F74: exit 12 before anything is sent."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(JournalFailed, match="No space left") as caught:
        Journal.create(path, StoppedClock(), lines=1)
    assert caught.value.exit_code == 12


def test_the_room_goes_when_the_run_is_over(path: Path) -> None:
    """What was set aside is not left on the user's disk."""
    journal = Journal.create(path, StoppedClock(), lines=1)
    journal.record("closed", facts={"exit_code": "0"})
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_f74_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """F74: no journal, no run."""
    with pytest.raises(JournalFailed, match="No such file"):
        Journal.create(tmp_path / "missing" / "journal.jsonl", StoppedClock())


def test_two_runs_never_share_a_journal(path: Path) -> None:
    """B14: the second writer of one file is refused."""
    Journal.create(path, StoppedClock())
    with pytest.raises(JournalFailed, match="exists"):
        Journal.create(path, StoppedClock())


def test_a_journal_of_a_newer_version_is_not_guessed_at(path: Path) -> None:
    Journal.create(path, StoppedClock()).record("opened", facts={"format_version": "2"})
    with pytest.raises(WorkspaceError, match="newer Bothways"):
        read_journal(path)


def test_no_journal_is_bad_input(path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no journal"):
        read_journal(path)
