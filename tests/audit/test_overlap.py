"""One audit of a workspace at a time."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.audit.store import AuditStore
from bothways.cli.main import run
from bothways.clock import SystemClock
from bothways.errors import LockHeld

HOLD = """
import sys
from pathlib import Path
from bothways.audit.store import AuditStore
from bothways.clock import SystemClock
with AuditStore(Path(sys.argv[1])).alone("run-1", SystemClock()):
    print("held", flush=True)
    sys.stdin.read()
"""
HOSTS = "sw: {hostname: 127.0.0.1, port: 9, platform: cisco_ios, username: admin, password: file:password}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace of one switch where nobody listens."""
    inventory = tmp_path / "net" / "inventory"
    inventory.mkdir(parents=True)
    (tmp_path / "net" / "bothways.toml").write_text("")
    (inventory / "hosts.yaml").write_text(HOSTS)
    (inventory / "password").write_text("not-a-real-one\n")
    (inventory / "password").chmod(0o600)
    return tmp_path / "net"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The command line logs to what is stderr now, which later tests have not."""
    yield
    logger = logging.getLogger("bothways")
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()


@pytest.fixture
def first(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the midst of an audit."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder / ".bothways" / "audits")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_second_audit_is_refused_and_told_about_the_first(
    folder: Path, first: subprocess.Popen[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """X-08 F48: exit code 12, since when and by whom; nobody is connected, no run is kept."""
    code = run(["audit", "--workspace", str(folder)])
    said = capfd.readouterr()
    assert code == 12
    assert said.err.startswith(f"error: audit: is under way here: run run-1 (pid {first.pid} on ")
    assert ", since 20" in said.err
    assert "refused 127.0.0.1" not in said.err
    assert AuditStore(folder / ".bothways" / "audits").names() == []


def test_the_lock_of_a_killed_audit_is_free(folder: Path, first: subprocess.Popen[str]) -> None:
    """X-08 F48: a night that was cut short costs one night."""
    store = AuditStore(folder / ".bothways" / "audits")
    with pytest.raises(LockHeld), store.alone("run-2", SystemClock()):
        pass
    first.kill()
    first.wait(30)
    with store.alone("run-2", SystemClock()):
        assert store.names() == []
