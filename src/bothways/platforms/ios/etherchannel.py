"""`show etherchannel summary`: channels and their members."""

from __future__ import annotations

import re

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.ios.names import long_name
from bothways.platforms.lines import LineParser, known
from bothways.state.link_rows import EtherChannel
from bothways.state.tables import Table

_CHANNEL = re.compile(
    r"\d{1,5}\s+(?P<name>Po\d{1,5})\((?P<flags>[A-Za-z]{1,4})\)\s+(?P<protocol>LACP|PAgP|-)?"
    r"(?P<members>(?:\s+[A-Z][a-z]\d[\d/]*\([A-Za-z]{1,3}\))*)",
    re.ASCII,
)
_MORE = re.compile(r"\s{20,}(?P<members>\S.*)")
_MEMBER = re.compile(r"(?P<port>[A-Z][a-z]\d[\d/]*)(?P<flags>\([A-Za-z]{1,3}\))", re.ASCII)


class _Channels(LineParser[EtherChannel]):
    known = known(
        *HEADS,
        r"Flags:  |\s+(?:[A-Za-z] - )|Number of (?:channel-groups|aggregators)",
        r"Group\s+Port-channel|[-+]+$",
    )

    def __init__(self, command: str) -> None:
        super().__init__(EtherChannel, command)
        self._open: tuple[int, re.Match[str]] | None = None
        self._members: list[str] = []

    def take(self, number: int, line: str) -> bool:
        if match := _CHANNEL.fullmatch(line):
            self._close()
            self._open = (number, match)
            self._members = _members(match["members"])
            return True
        more = _MORE.fullmatch(line)
        if more is None or self._open is None or _MEMBER.sub("", more["members"]).strip():
            return False
        self._members += _members(more["members"])
        return True

    def finish(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._open is None:
            return
        number, match = self._open
        self.add(
            line=number,
            name=long_name(match["name"]),
            flags=match["flags"],
            protocol=(match["protocol"] or "").strip("-"),
            members=tuple(self._members),
        )
        self._open = None


def _members(text: str) -> list[str]:
    return [long_name(match["port"]) + match["flags"] for match in _MEMBER.finditer(text)]


def parse_etherchannel(text: str, command: str) -> Table[EtherChannel]:
    """One row a channel, on the line that names it."""
    return _Channels(command).read(text)
