"""`show ip arp` and `show arp`."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, MAC, address
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Arp
from bothways.state.tables import Table

_ENTRY = re.compile(
    rf"Internet\s+(?P<host>{DOTTED})\s+(?P<age>-|\d{{1,9}})\s+(?P<mac>{MAC}|Incomplete)\s+\S+(?:\s+(?P<interface>\S+))?",
    re.ASCII,
)


class _Entries(LineParser[Arp]):
    known = known(r"Protocol\s+Address\s", *HEADS)

    def take(self, number: int, line: str) -> bool:
        match = _ENTRY.fullmatch(line)
        host = address(match["host"]) if match else None
        if match is None or host is None:
            return False
        return self.add(
            line=number,
            address=host,
            mac="" if match["mac"] == "Incomplete" else match["mac"].lower(),
            interface=match["interface"] or "",
            age=None if match["age"] == "-" else int(match["age"]),
        )


def parse_arp(text: str, command: str) -> Table[Arp]:
    """The ARP table; ages are minutes, None for the device's own addresses."""
    return _Entries(Arp, command).read(text)
