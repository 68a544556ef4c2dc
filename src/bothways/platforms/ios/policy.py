"""`show ip policy`: which interface sends its traffic through which route-map."""

from __future__ import annotations

import re

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.ios.names import long_name
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import PolicyBinding
from bothways.state.tables import Table

_ENTRY = re.compile(r"(?P<interface>local|Local|[A-Z][\w/.:-]*\d)\s+(?P<map>\S+)", re.ASCII)


class _Bindings(LineParser[PolicyBinding]):
    known = known(*HEADS, r"Interface\s+Route ?map")

    def take(self, number: int, line: str) -> bool:
        match = _ENTRY.fullmatch(line)
        if match is None:
            return False
        interface = "local" if match["interface"] == "Local" else long_name(match["interface"])
        return self.add(line=number, interface=interface, route_map=match["map"])


def parse_policy(text: str, command: str) -> Table[PolicyBinding]:
    """Bindings; interfaces have their long names, so that they join with the other tables."""
    return _Bindings(PolicyBinding, command).read(text)
