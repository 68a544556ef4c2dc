"""A terminal's log, cut at the prompts of the device that speaks in it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_COMMAND_LINE = re.compile(
    r"(?P<host>[A-Za-z0-9][\w./-]{0,62})(?:\([\w-]{1,32}\))?[>#] ?"
    r"(?P<command>(?:do )?(?:sh(?:ow?)? +\S.*|wr(?:ite)? +t\S*|more +\S+))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One command as typed, and what came until the next prompt.

    Attributes:
        line: where the command stands in the log, 1-based.
        ended: a prompt follows; else the log may have been cut.
    """

    command: str
    text: str
    line: int
    ended: bool


def speakers(text: str) -> dict[str, int]:
    """The host names whose prompts stand before a show command, with the line of the first."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        match = _COMMAND_LINE.match(line)
        if match:
            found.setdefault(match["host"], number)
    return found


def split_log(text: str, host: str) -> list[Said]:
    """What was said between the prompts of one host; text before the first is no answer to anything."""
    prompt = re.compile(rf"{re.escape(host)}(?:\([\w-]{{1,32}}\))?[>#](?P<typed>.*)", re.ASCII)
    said: list[Said] = []
    command, start, lines = "", 0, text.split("\n")
    for number, line in enumerate(lines, 1):
        match = prompt.match(line)
        if match is None:
            continue
        if command:
            said.append(Said(command, "\n".join(lines[start : number - 1]), start, ended=True))
        shows = _COMMAND_LINE.fullmatch(line.rstrip())
        command, start = (shows["command"] if shows else ""), number
    if command:
        said.append(Said(command, "\n".join(lines[start:]), start, ended=False))
    return said


def twice(said: list[Said]) -> list[str]:
    """Commands that stand more than once."""
    counts = Counter(one.command for one in said)
    return [command for command, count in counts.items() if count > 1]
