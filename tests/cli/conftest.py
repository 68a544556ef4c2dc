"""The command line, run in this process; nothing of the machine's own settings reaches it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.main import run
from bothways.platforms import device_state
from bothways.reading import save_snapshot
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

STORY = Path(__file__).parents[1] / "fixes" / "story"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
PLATFORMS = {"mpls-asa": "cisco_asa", "dc-switch": "cisco_ios", "branch-switch": "cisco_ios"}


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout."""
        whole: dict[str, Any] = json.loads(self.out)
        return whole

    @property
    def errors(self) -> list[str]:
        """The error lines on stderr."""
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


Bothways = Callable[..., Ran]


@pytest.fixture
def bothways(capfd: pytest.CaptureFixture[str]) -> Bothways:
    """Runs a command line."""

    def line(*words: str | Path) -> Ran:
        capfd.readouterr()
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return line


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty current folder, a home of our own, no settings from outside."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    for name in ("WORKSPACE", "INVENTORY", "KNOWN_HOSTS", "STORE", "TEMPLATES", "PLAYBOOKS"):
        monkeypatch.delenv(f"BOTHWAYS_{name}", raising=False)
    here = home / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    yield
    logger = logging.getLogger("bothways")
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace of one switch where nobody listens, and the current folder in it."""
    folder = tmp_path / "home" / "here" / "net"
    (folder / "inventory").mkdir(parents=True)
    (folder / "bothways.toml").write_text("")
    hosts = folder / "inventory" / "hosts.yaml"
    hosts.write_text(
        "sw:\n  hostname: 127.0.0.1\n  port: 9\n  platform: cisco_ios\n"
        "  username: admin\n  password: file:password\n"
    )
    (folder / "inventory" / "password").write_text("not-a-real-one\n")
    (folder / "inventory" / "password").chmod(0o600)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """What three devices said when the fibre was cut."""

    def outputs(device: str) -> dict[str, Output]:
        parts = [part.partition("\n") for part in (STORY / f"{device}.txt").read_text().split(">>> ")[1:]]
        return {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}

    states = {name: device_state(name, kind, outputs(name)) for name, kind in PLATFORMS.items()}
    path = tmp_path / "cut.snapshot"
    save_snapshot(Snapshot(states, TAKEN, {}), path)
    return path


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """What a firewall said whose VPN client lost a segment."""
    parts = [part.partition("\n") for part in (STORY / "office-asa.txt").read_text().split(">>> ")[1:]]
    outputs = {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}
    path = tmp_path / "office.snapshot"
    save_snapshot(Snapshot({"office-asa": device_state("office-asa", "cisco_asa", outputs)}, TAKEN, {}), path)
    return path
