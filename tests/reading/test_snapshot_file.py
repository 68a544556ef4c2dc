"""Snapshot files: what goes in comes out; what is no snapshot is refused in one sentence."""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.errors import CouldNotSee, SnapshotError
from bothways.platforms import device_state
from bothways.reading import collect, load_snapshot, save_snapshot, snapshot_file
from bothways.state.device import Output
from bothways.state.rows import Conn, Route, Version
from bothways.state.snapshot import Snapshot

from .conftest import NOON, SavedSession, StoppedClock

MOMENTS = st.datetimes(
    min_value=datetime(2001, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2099, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
OUTPUTS = st.builds(
    Output,
    command=st.sampled_from(
        ["show conn", "show route", "show arp", "show weird | include ../../etc", "show " + "x" * 300]
    ),
    text=st.text(max_size=200),
    taken_at=MOMENTS,
    complete=st.booleans(),
    refused=st.sampled_from(["", "ERROR: % Invalid input"]),
)
STATES = st.builds(
    lambda name, platform, outputs: device_state(name, platform, {one.command: one for one in outputs}),
    st.text(min_size=1, max_size=20),
    st.sampled_from(["cisco_asa", "cisco_ios"]),
    st.lists(OUTPUTS, max_size=4),
)
SNAPSHOTS = st.builds(
    lambda states, moment, unread: Snapshot({state.name: state for state in states}, moment, unread),
    st.lists(STATES, max_size=3),
    MOMENTS,
    st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(snapshot=SNAPSHOTS)
def test_what_is_saved_is_what_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, snapshot: Snapshot
) -> None:
    path = tmp_path_factory.mktemp("snapshots") / "night.snapshot"
    save_snapshot(snapshot, path)
    loaded = load_snapshot(path)
    assert loaded.taken_at == snapshot.taken_at
    assert dict(loaded.unread) == dict(snapshot.unread)
    assert list(loaded.devices) == list(snapshot.devices)
    for name, state in snapshot.devices.items():
        assert loaded.devices[name].platform == state.platform
        assert dict(loaded.devices[name].outputs) == dict(state.outputs)


def made(asa: SavedSession, ios: SavedSession, clock: StoppedClock) -> Snapshot:
    states = {"edge-asa": collect(asa, clock), "lab-switch": collect(ios, clock)}
    return Snapshot(states, NOON, {"spare": "no route to host"})


@pytest.fixture
def saved(asa: SavedSession, ios: SavedSession, clock: StoppedClock, tmp_path: Path) -> Path:
    path = tmp_path / "night.snapshot"
    save_snapshot(made(asa, ios, clock), path)
    return path


def test_tables_names_and_reasons_survive(saved: Path) -> None:
    loaded = load_snapshot(saved)
    assert str(loaded.device("edge-asa").table(Route).row(2).prefix) == "172.16.1.18/32"
    assert loaded.device("lab-switch").table(Version).row(0).serial == "CAT1017R1AB"
    with pytest.raises(CouldNotSee, match="no route to host"):
        loaded.device("spare")


def test_a_refused_command_stays_refused(saved: Path) -> None:
    output = load_snapshot(saved).device("edge-asa").outputs["show startup-config"]
    assert (output.refused, output.complete) == ("No Configuration", False)


def test_the_manifest_says_who_the_devices_are(saved: Path) -> None:
    with zipfile.ZipFile(saved) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["format_version"] == 1
    assert [(one["name"], one["hostname"], one["serial"]) for one in manifest["devices"]] == [
        ("edge-asa", "EDGE-ASA", "JMX00000001"),
        ("lab-switch", "DC_LAB_SWITCH", "CAT1017R1AB"),
    ]
    entry = manifest["devices"][0]["outputs"][0]
    assert set(entry) == {"command", "table", "file", "taken_at", "complete", "refused", "not_read", "part"}


def test_the_file_is_for_its_owner_only_and_the_same_bytes_each_time(
    saved: Path, asa: SavedSession, ios: SavedSession, clock: StoppedClock
) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    again = saved.with_name("again.snapshot")
    save_snapshot(made(asa, ios, clock), again)
    assert saved.read_bytes() == again.read_bytes()
    assert sorted(path.name for path in saved.parent.iterdir()) == ["again.snapshot", "night.snapshot"]


def test_a_folder_that_is_not_there_is_one_sentence(
    asa: SavedSession, clock: StoppedClock, tmp_path: Path
) -> None:
    snapshot = Snapshot({"edge-asa": collect(asa, clock)}, NOON, {})
    with pytest.raises(SnapshotError, match="cannot be written: No such file or directory"):
        save_snapshot(snapshot, tmp_path / "nowhere" / "night.snapshot")


Edit = Callable[[dict[str, Any]], None]


def rewritten(path: Path, edit: Edit, extra: dict[str, bytes] | None = None, drop: str = "") -> Path:
    """The same archive with another manifest, further members, or one less."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if name != drop}
    manifest = json.loads(members["manifest.json"])
    edit(manifest)
    members["manifest.json"] = json.dumps(manifest).encode()
    changed = path.with_name("changed.snapshot")
    with zipfile.ZipFile(changed, "w") as archive:
        for name, data in {**members, **(extra or {})}.items():
            archive.writestr(name, data)
    return changed


def _version(manifest: dict[str, Any]) -> None:
    manifest["format_version"] = 2
    manifest["devices"] = "anything a later format may put here"


def _platform(manifest: dict[str, Any]) -> None:
    manifest["devices"][0]["platform"] = "cisco_nxos"


def _extra_field(manifest: dict[str, Any]) -> None:
    manifest["devices"][0]["password"] = "x"


def _naive_time(manifest: dict[str, Any]) -> None:
    manifest["taken_at"] = "2026-03-01T12:00:00"


def _no_version(manifest: dict[str, Any]) -> None:
    del manifest["format_version"]


def _twice(manifest: dict[str, Any]) -> None:
    manifest["devices"][1]["name"] = "edge-asa"


EDITS = {
    "newer": (_version, r"made by a newer Bothways \(format 2, known: 1\); update Bothways"),
    "unknown platform": (_platform, "edge-asa is of an unknown platform, cisco_nxos"),
    "unknown field": (_extra_field, r"manifest\.json: devices\.0\.password: Extra inputs are not permitted"),
    "time without zone": (_naive_time, r"manifest\.json: taken_at: .*timezone"),
    "no version": (_no_version, r"manifest\.json: is no manifest of a snapshot"),
    "one name twice": (_twice, "names a device twice"),
}


@pytest.mark.parametrize(("edit", "sentence"), EDITS.values(), ids=EDITS.keys())
def test_a_manifest_that_says_something_else_is_refused(saved: Path, edit: Edit, sentence: str) -> None:
    with pytest.raises(SnapshotError, match=sentence):
        load_snapshot(rewritten(saved, edit))


def unchanged(manifest: dict[str, Any]) -> None:
    assert manifest


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/passwd", "a/../../b.txt", "C:\\x.txt", ".hidden", "a//b"]
)
def test_a_member_that_would_leave_the_archive_is_refused(saved: Path, name: str) -> None:
    with pytest.raises(SnapshotError, match="unsafe name"):
        load_snapshot(rewritten(saved, unchanged, {name: b"x"}))


def test_a_missing_text_is_named(saved: Path) -> None:
    changed = rewritten(saved, unchanged, drop="0001/001_show_conn_count.txt")
    with pytest.raises(SnapshotError, match=r"lacks 0001/001_show_conn_count\.txt"):
        load_snapshot(changed)


def test_a_bomb_is_refused_before_it_is_unpacked(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_file, "LARGEST_SUM", 10_000)
    with pytest.raises(SnapshotError, match="too large to be a snapshot"):
        load_snapshot(rewritten(saved, unchanged, {"bomb.txt": b"0" * 1_000_000}))


def test_one_huge_text_is_refused_while_it_is_unpacked(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot_file, "LARGEST_TEXT", 100)
    with pytest.raises(SnapshotError, match="is too large"):
        load_snapshot(saved)


def test_no_zip_and_no_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "letter.snapshot").write_text("Dear Sir")
    with pytest.raises(SnapshotError, match="is not a snapshot file, or is damaged"):
        load_snapshot(tmp_path / "letter.snapshot")
    with pytest.raises(SnapshotError, match="cannot be read: No such file or directory"):
        load_snapshot(tmp_path / "nothing.snapshot")


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), value=st.integers(0, 255))
def test_any_changed_byte_gives_the_same_snapshot_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, place: float, value: int
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    row = "TCP outside  192.0.2.1:443 inside  10.0.0.5:1025, idle 0:00:01, bytes 1, flags UIO \n"
    texts = {"show conn": Output("show conn", row + "x\n" * 50, NOON)}
    state = device_state("edge-asa", "cisco_asa", texts)
    save_snapshot(Snapshot({"edge-asa": state}, NOON, {}), folder / "a.snapshot")
    data = bytearray((folder / "a.snapshot").read_bytes())
    data[int(place * (len(data) - 1))] = value
    (folder / "b.snapshot").write_bytes(data)
    try:
        loaded = load_snapshot(folder / "b.snapshot")
    except SnapshotError:
        return
    assert loaded.device("edge-asa").table(Conn).unknown == tuple(range(2, 52))
