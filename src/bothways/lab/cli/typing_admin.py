"""Another administrator, who types at a terminal of his own."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.lab.cli.exec_commands import raise_privilege
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.station import Station

NAME = "other-admin"
"""The user under whom his commands stand in the log."""


class _Paper:
    """A screen that is only read afterwards."""

    def __init__(self) -> None:
        self.printed = b""

    def write(self, data: bytes) -> None:
        self.printed += data

    def drip(self, data: bytes) -> None:
        self.printed += data

    def pause(self, seconds: float) -> None:
        """He waits."""

    def close(self, status: int = 0) -> None:
        """He leaves."""

    def peer(self) -> str:
        return "console"


def type_lines(station: Station, lines: Iterable[str]) -> list[str]:
    """Type configuration lines, one after the other; what the device answered to each."""
    paper = _Paper()
    shell = Shell(station, NAME, paper)
    shell.start()
    raise_privilege(shell)
    shell.feed(b"configure terminal\n")
    answers = []
    for line in lines:
        paper.printed = b""
        shell.feed(line.encode() + b"\n")
        _, *shown = paper.printed.decode().split("\r\n")
        answers.append("\n".join(shown[:-1]))
    shell.feed(b"\x1a")
    shell.leave()
    return answers
