"""`show conn count`: what a read looks at before it asks for the connections themselves."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.rows import ConnCount
from bothways.state.tables import Table

CONN_COUNT = re.compile(r"(?P<in_use>\d{1,15}) in use, (?P<most>\d{1,15}) most used\.?", re.ASCII)


class _Count(LineParser[ConnCount]):
    known = known(r"Inspect Snort:", r"\s+preserve-connection:")

    def take(self, number: int, line: str) -> bool:
        match = CONN_COUNT.fullmatch(line.strip())
        return match is not None and self.add(
            line=number, in_use=int(match["in_use"]), most_used=int(match["most"])
        )


def parse_conn_count(text: str, command: str) -> Table[ConnCount]:
    """One row."""
    return _Count(ConnCount, command).read(text)
