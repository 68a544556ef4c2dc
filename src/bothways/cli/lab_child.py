"""The lab as a child process: the product and its test bench never share one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bothways.clock import ask_lab
from bothways.errors import BadInput, BothwaysError

CONTROL = "control.sock"
_END_S = 10.0


@dataclass(frozen=True)
class RunningLab:
    """A lab that listens.

    Attributes:
        folder: its workspace.
        ready: what it printed when it was: devices with name, port and ssh command.
        pid: of the child process.
    """

    folder: Path
    ready: dict[str, Any]
    pid: int

    def ask(self, do: str, **details: Any) -> dict[str, Any]:
        """One request to its control socket.

        Raises:
            Unreachable: it does not answer, or refuses.
        """
        return ask_lab(self.folder / CONTROL, {"do": do, **details})


def lab_command(story: str, folder: Path, variants: Sequence[str], seed: int | None) -> list[str]:
    """The command line of the child."""
    command = [sys.executable, "-m", "bothways.lab", story, "--folder", str(folder)]
    for variant in variants:
        command += ["--variant", variant]
    return [*command, "--seed", str(seed)] if seed is not None else command


def start_lab(
    story: str, folder: Path, variants: Sequence[str] = (), seed: int | None = None, *, detached: bool = False
) -> tuple[subprocess.Popen[str], RunningLab]:
    """Start a lab and wait until it listens.

    Raises:
        BadInput: it did not come up; the sentence is its own.
    """
    log = subprocess.PIPE if not detached else subprocess.DEVNULL
    child = subprocess.Popen(  # noqa: S603  our own interpreter and module; the story is an argument
        lab_command(story, folder, variants, seed),
        stdout=subprocess.PIPE,
        stderr=log,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # a ctrl-c is for the verb, which then ends the lab in order
    )
    assert child.stdout is not None
    line = child.stdout.readline()
    if not line:
        _, complaint = child.communicate()
        sentence = (complaint or "").strip().splitlines()
        raise BadInput("lab", sentence[-1].removeprefix("error: ") if sentence else "did not start")
    return child, RunningLab(folder, json.loads(line), child.pid)


def end_lab(child: subprocess.Popen[str], lab: RunningLab) -> None:
    """Ask it to go down, and make sure."""
    try:
        lab.ask("down")
        child.wait(_END_S)
    except (BothwaysError, subprocess.TimeoutExpired):
        child.terminate()
        child.wait(_END_S)
    for stream in (child.stdout, child.stderr):
        if stream is not None:
            stream.close()


@contextmanager
def running_lab(
    story: str, folder: Path, variants: Sequence[str] = (), seed: int | None = None
) -> Iterator[RunningLab]:
    """A lab for the time of a verb."""
    child, lab = start_lab(story, folder, variants, seed)
    try:
        yield lab
    finally:
        end_lab(child, lab)
