"""A lab behind real SSH, the product on it, and what the lab's hosts and devices say themselves."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bothways.cli.lab_child import running_lab
from bothways.cli.main import run
from bothways.clock import ask_lab
from bothways.lab.child import _serve
from bothways.lab.crypto import crypto_named
from bothways.lab.running_lab import RunningLab
from bothways.lab.workspace_files import prepare_folder
from bothways.lab.world import World
from bothways.reading import load_snapshot
from bothways.state.snapshot import Snapshot

WORKSTATION, VCENTER, WEB = "10.12.0.130", "10.12.0.5", "203.0.113.80"
CIMC, TFTP = "172.16.1.18", "172.16.1.20"
STORY_FLOW = f"{WORKSTATION} {CIMC} tcp/443"
DEVICES = ("edge-asa", "lab-switch")
_LIVED_S = 30.0
_PATIENCE_S = 30.0

Story = dict[str, Any]
Verdict = tuple[str, str, int]


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


def bothways(workspace: Path, *words: str | Path) -> Ran:
    """Run a command line in this process."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*map(str, words), "--workspace", str(workspace)])
    finally:
        logger = logging.getLogger("bothways")
        for handler in logger.handlers:
            handler.close()
        logger.handlers.clear()
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Live:
    """A running lab in its folder."""

    folder: Path

    def ask(self, do: str, **details: Any) -> dict[str, Any]:
        """One request to the lab's control socket."""
        return ask_lab(self.folder / "control.sock", {"do": do, **details})

    def bothways(self, *words: str | Path) -> Ran:
        """A command line on this lab's workspace."""
        return bothways(self.folder, *words)

    def json(self, *words: str | Path) -> dict[str, Any]:
        """What a command line says to programs."""
        return self.bothways(*words, "--format", "json").json

    def live_for(self, seconds: float) -> float:
        """Let the lab's hosts live on; the time it is then."""
        now_s = float(self.ask("clock")["now_s"])
        return float(self.ask("advance_to", moment_s=now_s + seconds)["now_s"])

    def predicted(self, flow: str) -> Verdict:
        """What `trace` reads out of the devices' state."""
        said = self.json("trace", *flow.split())
        return said["fate"], said["at"]["device"], said["at"]["packet"]

    def observed(self, flow: str) -> Verdict:
        """What the lab's hosts got: a new connection by the client, a ping, or a file."""
        client, server, how = flow.split()
        protocol, _, port = how.partition("/")
        if protocol == "udp":
            self.ask("tftp", client=client, server=server)
            said = self.ask("witness", client=client, server=server, protocol="udp", port=int(port))
        else:
            said = self.ask("connect", client=client, server=server, protocol=protocol, port=int(port or 0))
        return said["fate"], said["at"]["device"], said["at"]["packet"]

    def read(self, name: str = "now") -> Saved:
        """Read everything into a snapshot file."""
        path = self.folder / f"{name}.snapshot"
        ran = self.bothways("read", "-o", path)
        assert ran.code == 0, ran.err
        return Saved(path)

    def typed(self, device: str) -> list[str]:
        """Every line a device received from anybody."""
        return [row["line"] for row in self.ask("commands", device=device)["commands"]]

    def configured(self, device: str) -> list[str]:
        """The lines a device received in configuration mode, the other administrator's left out."""
        return [
            row["line"]
            for row in self.ask("commands", device=device)["commands"]
            if row["mode"].startswith("config") and row["user"] == "admin"
        ]

    def conns(self, *ends: str) -> list[dict[str, Any]]:
        """The connections of the firewall between these addresses, by the lab's own word."""
        rows: list[dict[str, Any]] = self.ask("conns", device="edge-asa")["conns"]
        return [row for row in rows if all(f":{end}/" in row["initiator"] + row["responder"] for end in ends)]

    def drops(self, where: str, since_s: float = 0.0) -> list[dict[str, Any]]:
        """What was dropped there, by the lab's ledger."""
        rows: list[dict[str, Any]] = self.ask("drops", where=where, since_s=since_s)["drops"]
        return rows

    @cached_property
    def hosts(self) -> dict[str, Any]:
        """The inventory that the lab wrote."""
        found: dict[str, Any] = YAML(typ="safe").load((self.folder / "inventory" / "hosts.yaml").read_text())
        return found

    def openssh(self, device: str, *lines: str) -> str:
        """What a person at OpenSSH's client sees after `enable`, line ends as text files have them."""
        host = self.hosts[device]
        askpass = self.folder / "askpass"
        askpass.write_text(f"#!/bin/sh\necho {host['password']}\n")
        askpass.chmod(0o700)
        paging = "terminal pager 0" if host["platform"] == "cisco_asa" else "terminal length 0"
        typed = ["enable", host["data"]["secret"], paging, *lines, "exit"]
        command = [
            "ssh", "-tt", "-F", "none", "-p", str(host["port"]),
            "-o", f"UserKnownHostsFile={self.folder / 'known_hosts'}",
            "-o", "StrictHostKeyChecking=yes", "-o", "PubkeyAuthentication=no",
            f"{host['username']}@127.0.0.1",
        ]  # fmt: skip
        done = subprocess.run(
            command,
            input="".join(f"{line}\n" for line in typed).encode(),
            capture_output=True,
            env=os.environ | {"SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"},
            timeout=_PATIENCE_S,
            check=False,
        )
        return done.stdout.decode().replace("\r\n", "\n")

    def running_config(self, device: str) -> list[str]:
        """The running configuration as OpenSSH shows it, from its first line to `end`."""
        shown = self.openssh(device, "show running-config").split("\n")
        first = next(
            number for number, line in enumerate(shown) if line.rstrip().endswith("show running-config")
        )
        last = next(number for number, line in enumerate(shown) if line.strip() in ("end", ": end"))
        return [line for line in shown[first + 1 : last] if not _volatile(line)]


def _volatile(line: str) -> bool:
    """Lines that tell of the moment, not of the configuration."""
    return line.startswith(("! Last", "! NVRAM", "Current configuration", "Cryptochecksum", ": Written"))


@dataclass(frozen=True)
class Saved:
    """A snapshot file, and the raw texts in it without the product's help."""

    path: Path

    @property
    def snapshot(self) -> Snapshot:
        """As the product opens it."""
        return load_snapshot(self.path)

    @cached_property
    def texts(self) -> dict[str, dict[str, str]]:
        """Device to command to text."""
        with zipfile.ZipFile(self.path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            return {
                device["name"]: {
                    output["command"]: archive.read(output["file"]).decode() for output in device["outputs"]
                }
                for device in manifest["devices"]
            }

    def counter(self, name: str) -> int:
        """A frame counter of `show asp drop`, 0 when it is not printed."""
        for line in self.texts["edge-asa"]["show asp drop"].splitlines():
            if f"({name})" in line:
                return int(line.split()[-1])
        return 0


def hairpin() -> Story:
    """The story as the lab ships it, to be changed."""
    text = (files("bothways.lab.stories") / "hairpin.yaml").read_text(encoding="utf-8")
    story: Story = YAML(typ="safe").load(text)
    return story


def calm(story: Story) -> Story:
    """The same story where hosts do nothing on their own but hold their connections to the outside."""
    story["workloads"] = [work for work in story["workloads"] if work["kind"] == "hold"]
    return story


@contextmanager
def lab(
    folder: Path, *variants: str, story: Story | None = None, lived_s: float = _LIVED_S
) -> Iterator[Live]:
    """A lab in a process of its own that has lived for a while."""
    name = "hairpin"
    if story is not None:
        name = str(folder.with_suffix(".yaml"))
        with Path(name).open("w", encoding="utf-8") as file:
            YAML().dump(story, file)
    with running_lab(name, folder, variants):
        live = Live(folder)
        live.ask("advance_to", moment_s=lived_s)
        yield live


@contextmanager
def served(world: World, folder: Path) -> Iterator[Live]:
    """A world with a past of the test's own making, served over SSH by a thread."""
    ready = threading.Event()
    failure: list[BaseException] = []

    def serve() -> None:
        try:
            running = RunningLab(world, prepare_folder(folder), crypto_named("modern"))
            asyncio.run(_serve(running, lambda _info: ready.set()))
        except BaseException as error:  # noqa: BLE001 - carried over to the test's thread
            failure.append(error)
            ready.set()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait(_PATIENCE_S)
    if failure:
        raise failure[0]
    live = Live(folder)
    try:
        yield live
    finally:
        live.ask("down")
        thread.join(_PATIENCE_S)


Lab = Callable[..., Live]


def commands_of(plan: dict[str, Any], device: str = "") -> list[list[str]]:
    """The lines of each step of a plan, in order; a reload is its own command."""
    return [
        [line["text"] for line in step["commands"]] if step["kind"] == "config" else [step["command"]]
        for step in plan["steps"]
        if device in ("", step["device"])
    ]


def lints(plan: dict[str, Any], severity: str = "") -> dict[str, str]:
    """Id to text of a plan's remarks."""
    return {lint["id"]: lint["text"] for lint in plan["lints"] if severity in ("", lint["severity"])}


def plan_words(flow: str = STORY_FLOW, *more: str | Path) -> Sequence[str | Path]:
    """The command line of `plan`."""
    return ("plan", *more, "--flow", ",".join(flow.split()))
