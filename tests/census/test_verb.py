"""`bothways census` as typed, on a lab and on saved text."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.lab_child import running_lab
from bothways.cli.main import run
from bothways.clock import ask_lab
from bothways.platforms import device_state
from bothways.reading import load_snapshot, save_snapshot
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot

Make = Callable[..., DeviceState]
Alone = Callable[[DeviceState], Snapshot]
READ = ("show ", "terminal ", "enable", "")


@pytest.fixture(autouse=True)
def alone_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home and a folder of our own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)


def bothways(*words: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*map(str, words)])
    finally:
        for handler in logging.getLogger("bothways").handlers:
            handler.close()
        logging.getLogger("bothways").handlers.clear()
    return code, out.getvalue(), err.getvalue()


def keys(*words: str | Path) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(bothways(*words, "--format", "json")[1])
    return whole


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The hairpin story after half a minute of life, and what was read of it."""
    folder = tmp_path_factory.mktemp("census") / "lab"
    with running_lab("hairpin", folder) as running:
        running.ask("advance_to", moment_s=30.0)
        yield folder


def test_a_live_census_in_two_reads(lab: Path) -> None:
    """S0-12, X-04: the hairpin's half-open connections, what explains them, and nothing but show commands."""
    said = keys("census", "--interval", "1m", "--workspace", lab)

    assert said["exit_code"] == 2
    groups = {one["cause"]: one for one in said["devices"]["edge-asa"]["groups"]}
    hairpin = groups["half-open-hairpin"]
    assert hairpin["networks"] == ["10.12.0.0/24", "172.16.1.0/24"]
    assert hairpin["interfaces"] == ["inside", "inside"]
    assert [one["id"] for one in hairpin["findings"]] == ["asymmetric-return"]
    assert {"pbr-return", "state-bypass"} <= {one["name"] for one in hairpin["menu"] if one["available"]}
    drops = said["devices"]["edge-asa"]["drops"]
    assert 60 <= drops["seconds"] <= 70
    assert all(one["more"] >= 0 for one in drops["counters"])
    typed = ask_lab(lab / "control.sock", {"do": "commands", "device": "edge-asa"})["commands"]
    lines = [row["line"] for row in typed]
    assert [lines.count(one) for one in ("show conn", "show asp drop", "show logging")] == [2, 2, 2]
    assert [lines.count(one) for one in ("show running-config", "show access-list", "show route")] == [
        1,
        1,
        1,
    ]
    assert [row["line"] for row in typed if not row["line"].startswith(READ)] == []


def test_saved_text_gives_the_same_groups(lab: Path, tmp_path: Path) -> None:
    """X-03: a snapshot is counted as the devices were; verdict first, next step last."""
    saved = tmp_path / "now.snapshot"
    assert bothways("read", "-o", saved, "--workspace", lab)[0] == 0

    code, text, _ = bothways("census", "--snapshot", saved)

    lines = text.splitlines()
    assert code == 2
    assert lines[0].startswith("edge-asa: ")
    assert lines[0].endswith("worst: asymmetric-return, inside 10.12.0.0/24 -> inside 172.16.1.0/24")
    assert lines[-1] == "bothways diagnose 10.12.0.130 172.16.1.18 tcp/443"


def saved(snapshot: Snapshot, path: Path) -> Path:
    save_snapshot(snapshot, path)
    return path


def test_a_firewall_without_half_seen_flows_is_0(asa: Make, alone: Alone, tmp_path: Path) -> None:
    """Nothing found, all seen."""
    code, text, _ = bothways("census", "--snapshot", saved(alone(asa()), tmp_path / "a.snapshot"))

    assert (code, text.splitlines()[0]) == (0, "fw: no half-seen flow")


def test_what_was_not_seen_is_3(asa: Make, alone: Alone, tmp_path: Path) -> None:
    """X-07: a log that was refused makes no firewall clean."""
    device = asa(unread=("show logging",))

    code, text, _ = bothways("census", "--snapshot", saved(alone(device), tmp_path / "a.snapshot"))

    assert (code, text.splitlines()[0]) == (3, "fw: no half-seen flow, as far as could be seen")
    assert "could not see: fw: `show logging` was not read" in text


def test_a_cut_connection_table_is_3(asa: Make, tmp_path: Path) -> None:
    """A part of `show conn` is no table: what is missing may be what is half seen."""
    whole = asa()
    outputs = {**whole.outputs, "show conn": replace(whole.outputs["show conn"], complete=False)}
    device = device_state("fw", "cisco_asa", outputs)
    moment = whole.outputs["show conn"].taken_at

    code, text, _ = bothways(
        "census", "--snapshot", saved(Snapshot({"fw": device}, moment, {}), tmp_path / "a.snapshot")
    )

    assert code == 3
    assert "`show conn` was cut short" in text


def test_no_firewall_at_all_is_3(tmp_path: Path, asa: Make) -> None:
    """A snapshot of switches alone has nothing to count."""
    moment = asa().outputs["show conn"].taken_at

    code, text, _ = bothways("census", "--snapshot", saved(Snapshot({}, moment, {}), tmp_path / "a.snapshot"))

    assert code == 3
    assert text.startswith("no firewall was read")


def test_a_firewall_that_cannot_be_reached_is_11(tmp_path: Path) -> None:
    """Nobody was read: that is no clean firewall, and says who did not answer."""
    (tmp_path / "net" / "inventory").mkdir(parents=True)
    (tmp_path / "net" / "bothways.toml").touch()
    (tmp_path / "net" / "inventory" / "hosts.yaml").write_text(
        "fw:\n  hostname: 127.0.0.1\n  port: 9\n  platform: cisco_asa\n"
        "  username: admin\n  password: env:CENSUS_TEST_PASSWORD\n"
    )
    with pytest.MonkeyPatch.context() as here:
        here.setenv("CENSUS_TEST_PASSWORD", "not-a-real-one")
        code, text, err = bothways("census", "--workspace", tmp_path / "net")

    assert code == 11
    assert text.startswith("no firewall was read")
    assert "error: fw: " in err


def test_two_snapshots_are_put_in_order(asa: Make, tmp_path: Path) -> None:
    """Whichever is named first, the later one is counted and the earlier one compared with."""
    counter = "Frame drop:\n  First TCP packet not SYN (tcp-not-syn)   {}\n\nLast clearing: Never\n"
    paths: list[str | Path] = []
    for number, (after, count) in enumerate(((60, 40), (0, 10))):
        device = asa({"show asp drop": counter.format(count)}, after)
        moment = device.outputs["show conn"].taken_at
        path = tmp_path / f"{number}.snapshot"
        paths += ["--snapshot", saved(Snapshot({"fw": device}, moment, {}), path)]

    (counter_keys,) = keys("census", *paths)["devices"]["fw"]["drops"]["counters"]

    assert (counter_keys["more"], counter_keys["per_minute"]) == (30, 30.0)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--interval", "0s"), "leaves no time"),
        (("--interval", "soon"), "is no time"),
        (("--interval", "30s", "--snapshot", "a.snapshot"), "is for devices"),
        (("--snapshot", "a", "--snapshot", "b", "--snapshot", "c"), "given 3 times"),
        (("lab-switch", "--snapshot", "a.snapshot"), "is no ASA that was read"),
        (("--snapshot", "a.snapshot", "--snapshot", "a.snapshot"), "was taken when"),
    ],
)
def test_what_cannot_be_asked_is_10(
    asa: Make, alone: Alone, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    """Bad input connects to nobody."""
    saved(alone(asa()), tmp_path / "a.snapshot")

    code, _, err = bothways("census", *words)

    assert code == 10
    assert says in err


def test_hostile_text_moves_no_cursor(asa: Make, alone: Alone, tmp_path: Path) -> None:
    """What a device prints is printed as text, wherever it stands."""
    log = (
        "Syslog logging: enabled\n    Buffer logging: level informational, 1 messages logged\n"
        "Mar 02 2026 08:00:01: %ASA-6-106015: Deny TCP (no connection) from 10.12.0.5/5000 "
        "to 172.16.1.18/443 flags ACK  on interface in\x1b[2Jside\n"
    )
    path = saved(alone(asa({"show logging": log})), tmp_path / "a.snapshot")

    _, text, _ = bothways("census", "--snapshot", path, "--evidence")

    assert "\x1b" not in text
    assert load_snapshot(path).devices
