"""Kept audits: damaged ones, those of other releases, those that were cut short."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.audit.result import AuditRun
from bothways.audit.store import KEPT, AuditStore
from bothways.cli.main import run
from bothways.clock import SystemClock
from bothways.errors import WorkspaceError
from bothways.state.snapshot import Snapshot

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
NOTHING = Snapshot({}, NIGHT, {"sw": "TCP refused"})


def night(name: str) -> AuditRun:
    return AuditRun(
        id=name, bothways="0", playbook="p", origin="p", taken_at=NIGHT, devices={"sw": "down"}, results=()
    )


@pytest.fixture
def store(tmp_path: Path) -> AuditStore:
    """Three nights, the last one the newest."""
    kept = AuditStore(tmp_path / "audits")
    for number, name in enumerate(("one", "two", "three")):
        os.utime(kept.keep(night(name), NOTHING), (number, number))
    return kept


def rewritten(old: str, new: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return write


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no file": (Path.unlink, "is not what an audit wrote"),
    "nothing in it": (lambda path: path.write_text(""), "is not what an audit wrote"),
    "no text": (lambda path: path.write_bytes(b"\xff\xfe"), "is not what an audit wrote"),
    "no run": (lambda path: path.write_text("[]"), "is not what an audit wrote"),
    "cut short": (lambda path: path.write_text(path.read_text()[:60]), "is not what an audit wrote"),
    "another run": (rewritten('"three"', '"four"'), "is the run four"),
    "a newer release": (
        rewritten('"format_version": 1', '"format_version": 2, "more": 1'),
        "was made by a newer Bothways (format 2, known: 1)",
    ),
    "an older release": (
        rewritten('"format_version": 1', '"format_version": 0'),
        "was made by an older Bothways (format 0, known: 1)",
    ),
    "no flow": (
        rewritten('"flows": []', '"flows": [{"flow": "a b tcp/1", "scenario": "handshake"}]'),
        "is not what an audit wrote",
    ),
}


@pytest.mark.parametrize(("damage", "says"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_run_is_told_and_stops_no_schedule(
    store: AuditStore, damage: Callable[[Path], object], says: str
) -> None:
    """X-08 B07: refused by its name; `last` is the newest that can be read."""
    damage(store.folder / "three" / "results.json")
    with pytest.raises(WorkspaceError) as refused:
        store.load("three")
    assert refused.value.what == says
    assert store.load("last").id == "two"


def test_an_audit_that_was_killed_leaves_nothing(store: AuditStore) -> None:
    """X-08: what it had written is no run, and is cleared away by the next one."""
    half = store.folder / ".four.half"
    shutil.copytree(store.folder / "three", half)
    assert store.names() == ["one", "two", "three"]
    with store.alone("five", SystemClock()):
        assert not half.exists()


def test_the_oldest_run_makes_room(store: AuditStore) -> None:
    """X-08: a month of nights is kept."""
    for number in range(3, KEPT + 1):
        os.utime(store.keep(night(f"night-{number:02}"), NOTHING), (number, number))
    assert len(store.names()) == KEPT
    assert store.names()[0] == "two"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """One switch where nobody listens."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "bothways.toml").write_text("")
    (tmp_path / "inventory" / "hosts.yaml").write_text(
        "sw: {hostname: 127.0.0.1, port: 9, platform: cisco_ios, username: admin, password: file:password}\n"
    )
    (tmp_path / "inventory" / "password").write_text("not-a-real-one\n")
    (tmp_path / "inventory" / "password").chmod(0o600)
    return tmp_path


def test_every_night_is_audited_whatever_became_of_the_last(
    workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """X-08: nothing to compare with is no reason to look at nothing."""
    old = workspace / ".bothways" / "audits" / "old"
    old.mkdir(parents=True)
    (old / "results.json").write_bytes(b"\xff")
    assert run(["audit", "--since", "last", "--workspace", str(workspace)]) == 11
    assert "audit-baseline: 0 of 1 devices read" in capfd.readouterr().out
    assert run(["audit", "--since", "old", "--workspace", str(workspace)]) == 10


def test_a_run_that_cannot_be_kept_is_told_all_the_same(
    workspace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """X-08: a full disk costs the record of the night, and not its answer."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert run(["audit", "--workspace", str(workspace)]) == 11
    said = capfd.readouterr()
    assert "audit-baseline: 0 of 1 devices read" in said.out
    assert "the run cannot be kept: No space left on device; make room there" in said.err
    assert AuditStore(workspace / ".bothways" / "audits").names() == []
    assert not list((workspace / ".bothways" / "audits").glob(".*.half"))


def test_a_store_that_is_no_folder_is_refused_before_anybody_is_called(
    workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """X-08 B07: exit code 10."""
    (workspace / ".bothways").mkdir()
    (workspace / ".bothways" / "audits").write_text("")
    assert run(["audit", "--workspace", str(workspace)]) == 10
    said = capfd.readouterr().err
    assert "cannot keep audits" in said
    assert "TCP refused" not in said
