"""`show arp` of an ASA. It prints no incomplete entries."""

from __future__ import annotations

import re

from bothways.platforms.addresses import MAC, NO_NAMES, address
from bothways.platforms.description import Names
from bothways.platforms.lines import LineParser
from bothways.state.rows import Arp
from bothways.state.tables import Table

_ENTRY = re.compile(
    rf"\s*(?P<interface>\S+) (?P<host>[^\s/]+)(?:/\d+)? (?P<mac>{MAC})(?: (?P<age>\d{{1,9}}|-|alias))?",
    re.ASCII,
)


class _Entries(LineParser[Arp]):
    def __init__(self, command: str, names: Names) -> None:
        super().__init__(Arp, command)
        self._names = names

    def take(self, number: int, line: str) -> bool:
        match = _ENTRY.fullmatch(line)
        host = address(match["host"], self._names) if match else None
        if match is None or host is None:
            return False
        age = match["age"] or "-"
        return self.add(
            line=number,
            address=host,
            mac=match["mac"].lower(),
            interface=match["interface"],
            age=int(age) if age.isdigit() else None,
        )


def parse_arp(text: str, command: str, names: Names = NO_NAMES) -> Table[Arp]:
    """The ARP table; ages are seconds, None for static and alias entries."""
    return _Entries(command, names).read(text)
