"""The command line, run in this process; nothing of the machine's own settings reaches it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.main import run


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
