"""`show nameif`: which port has which name and security level."""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Nameif
from bothways.state.tables import Table

_ENTRY = re.compile(r"(?P<port>\S+)\s+(?P<name>\S+)\s+(?P<level>\d{1,3})", re.ASCII)


class _Entries(LineParser[Nameif]):
    known = known(r"Interface\s+Name\s+Security")

    def take(self, number: int, line: str) -> bool:
        match = _ENTRY.fullmatch(line)
        return match is not None and self.add(
            line=number, port=match["port"], name=match["name"], level=int(match["level"])
        )


def parse_nameif(text: str, command: str) -> Table[Nameif]:
    """Ports with a name, in the device's order."""
    return _Entries(Nameif, command).read(text)
