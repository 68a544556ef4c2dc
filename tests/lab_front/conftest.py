"""A lab that really listens, and a terminal that types into it byte by byte."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko  # type: ignore[import-untyped]  # ships no py.typed
import pytest
from ruamel.yaml import YAML

from bothways.clock import ask_lab
from bothways.lab.child import run_lab

_PATIENCE_S = 20.0


class Typist:
    """A raw terminal: what is sent is sent as it stands, what comes is kept."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self._client.connect(
            "127.0.0.1", port, user, password, look_for_keys=False, allow_agent=False, timeout=_PATIENCE_S
        )
        self._channel = self._client.invoke_shell("vt100", 80, 24)
        self._channel.settimeout(_PATIENCE_S)
        self.seen = ""

    def until(self, pattern: str) -> str:
        """Read until the pattern stands at the end; everything since the last call."""
        start = len(self.seen)
        while not re.search(pattern + r"\Z", self.seen[start:]):
            data = self._channel.recv(65536)
            if not data:
                raise EOFError(self.seen[start:])
            self.seen += data.decode()
        return self.seen[start:]

    def send(self, data: str) -> None:
        """Send exactly this."""
        self._channel.sendall(data.encode())

    def type(self, line: str, pattern: str = r"[>#] ?") -> str:
        """A line and Enter; what comes up to the pattern, echo included."""
        self.send(line + "\n")
        return self.until(pattern)

    def enable(self, secret: str) -> None:
        """Into privileged exec, with no pager."""
        self.until("> ?")
        self.type("enable", "Password: ")
        self.type(secret)

    def ended(self) -> int:
        """Wait for the device to end the session; its exit status."""
        while data := self._channel.recv(65536):
            self.seen += data.decode()
        return int(self._channel.recv_exit_status())

    def close(self) -> None:
        """Go away without a word."""
        self._client.close()


@dataclass
class RunningLab:
    """A lab in its folder."""

    folder: Path

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """One request over the control socket."""
        return ask_lab(self.folder / "control.sock", {"do": do, **arguments})

    def host(self, name: str) -> dict[str, Any]:
        """A device as the inventory describes it."""
        hosts = YAML(typ="safe").load((self.folder / "inventory" / "hosts.yaml").read_text())
        found: dict[str, Any] = hosts[name]
        return found

    def lines(self, name: str) -> list[str]:
        """Every command line a device received."""
        return [entry["line"] for entry in self.ask("commands", device=name)["commands"]]

    @contextmanager
    def terminal(self, name: str, *, enabled: bool = True) -> Iterator[Typist]:
        """A raw terminal on a device; privileged, unless asked otherwise."""
        host = self.host(name)
        typist = Typist(host["port"], host["username"], host["password"])
        try:
            if enabled:
                typist.enable(host["data"]["secret"])
                typist.type("terminal pager 0" if host["platform"] == "cisco_asa" else "terminal length 0")
            yield typist
        finally:
            typist.close()


@contextmanager
def running(folder: Path, story: str = "hairpin", **options: Any) -> Iterator[RunningLab]:
    """Run a story in a thread, until the block ends."""
    ready = threading.Event()
    failure: list[BaseException] = []

    def run() -> None:
        try:
            run_lab(story, folder, ready=lambda _info: ready.set(), **options)
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            failure.append(error)
            ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    ready.wait(_PATIENCE_S)
    if failure:
        raise failure[0]
    lab = RunningLab(folder)
    try:
        yield lab
    finally:
        lab.ask("down")
        thread.join(_PATIENCE_S)


@pytest.fixture(scope="module")
def quiet_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """One lab for all tests of a module that only look."""
    with running(tmp_path_factory.mktemp("lab") / "hairpin") as lab:
        yield lab


@pytest.fixture(scope="module")
def ctcp_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """The IPsec over TCP story."""
    with running(tmp_path_factory.mktemp("lab") / "ctcp", "ctcp", crypto="modern") as lab:
        yield lab


@pytest.fixture(scope="module")
def nat_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """The one-way NAT story, for tests that only look."""
    with running(tmp_path_factory.mktemp("lab") / "nat", "one-way-nat", crypto="modern") as lab:
        yield lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[RunningLab]:
    """A lab of its own for a test that changes things."""
    with running(tmp_path / "hairpin", crypto="modern") as fresh:
        yield fresh


@pytest.fixture
def start_lab() -> Callable[..., AbstractContextManager[RunningLab]]:
    """For a test that starts labs itself."""
    return running


@pytest.fixture
def stopwatch() -> Callable[[], float]:
    """Seconds since the test began."""
    started = time.monotonic()
    return lambda: time.monotonic() - started


@pytest.fixture(scope="module")
def forged_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLab]:
    """The forged RST story."""
    with running(tmp_path_factory.mktemp("lab") / "forged-rst", "forged-rst", crypto="modern") as lab:
        yield lab
