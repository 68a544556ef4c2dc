"""`show capture`: the captures that stand on the firewall, a line each, what they match beneath."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.capture_rows import StandingCapture
from bothways.state.tables import Table

COMMAND = "show capture"

_CAPTURE = re.compile(r"capture (?P<name>\S+)(?P<words> .*)?", re.ASCII)
_KIND = re.compile(r" type (\S+)", re.ASCII)
_INTERFACE = re.compile(r" interface ([^\s\[]+)", re.ASCII)
_STATE = re.compile(r"\[(?P<state>[^\]\[]*?) - (?P<bytes>\d{1,18}) bytes?\b[^\]]*\]", re.ASCII)


class _Standing(LineParser[StandingCapture]):
    known = known(r"\s+match \S", r"\s+access-list \S")

    def __init__(self, command: str) -> None:
        super().__init__(StandingCapture, command)

    def take(self, number: int, line: str) -> bool:
        match = _CAPTURE.fullmatch(line)
        if match is None:
            return False
        words = match["words"] or ""
        kind, interface, state = (pattern.search(words) for pattern in (_KIND, _INTERFACE, _STATE))
        return self.add(
            line=number,
            name=match["name"],
            kind=kind[1] if kind else "",
            interface=interface[1] if interface else "",
            state=state["state"] if state else "",
            bytes=int(state["bytes"]) if state else 0,
        )


def parse_standing_captures(text: str, command: str = COMMAND) -> Table[StandingCapture]:
    """One row a capture; no row where none stands."""
    return _Standing(command).read(text)
