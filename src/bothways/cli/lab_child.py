"""The lab as a child process: the product and its test bench never share one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

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
    # A file, not a pipe: nobody reads it while the lab lives, and a full pipe would stop the lab.
    complaints = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  the child keeps it open
    child = subprocess.Popen(  # noqa: S603  our own interpreter and module; the story is an argument
        lab_command(story, folder, variants, seed),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if detached else complaints,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # a ctrl-c is for the verb, which then ends the lab in order
    )
    assert child.stdout is not None
    ready: dict[str, Any] = json.loads(child.stdout.readline() or "{}")
    if not ready or "error" in ready:
        child.wait(_END_S)
        child.stdout.close()
        raise _refusal(ready, complaints)
    complaints.close()
    return child, RunningLab(folder, ready, child.pid)


def _refusal(ready: dict[str, Any], complaints: IO[str]) -> BadInput:
    """Why a lab did not come up, in its own words."""
    with complaints:
        if "error" in ready:
            said = ready["error"]
            return BadInput(said["where"], said["message"], said["next"])
        complaints.seek(0)
        last = complaints.read().strip().splitlines()[-1:]
        return BadInput("lab", f"did not come up: {last[0] if last else 'it said nothing'}")


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
