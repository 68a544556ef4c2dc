"""`show mac address-table` in the forms of the 3560, the 4500, the 6500 and of old 2900s."""

from __future__ import annotations

import re

from bothways.platforms.addresses import MAC
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import Mac
from bothways.state.tables import Table

_ENTRY = re.compile(
    rf"(?:\* )?\s*(?P<vlan>\d{{1,4}}|[Aa]ll|N/A|---)\s+(?P<mac>{MAC})"
    r"\s+(?P<kind>[A-Za-z]+)\s+(?P<rest>\S.*)",
    re.ASCII,
)
_OLD_ENTRY = re.compile(
    rf"(?P<mac>{MAC})\s+(?P<kind>[A-Z][a-z]+)\s+(?P<vlan>\d{{1,4}})\s+(?P<port>\S+)", re.ASCII
)


class _Entries(LineParser[Mac]):
    known = known(
        *HEADS,
        r"\s*(?:Mac Address Table|Unicast Entries|Multicast Entries|Legend: |age - |n/a - |[SRD] - )",
        r"[\s+-]*$|\s*[Vv]lan +[Mm]ac [Aa]ddress|Total Mac Addresses|Displaying entries from",
        r"(?:Dynamic|Secure|Static|System Self) Addresses|Total MAC addresses",
        r"Non-static Address|Destination Address +Address Type",
        r"\s{10,}(?:[A-Z][A-Za-z-]*[\d/]+,?)+$",  # the ports of a multicast entry, continued
    )

    def take(self, number: int, line: str) -> bool:
        if old := _OLD_ENTRY.fullmatch(line):
            return self._add(number, old, old["port"])
        match = _ENTRY.fullmatch(line)
        return match is not None and self._add(number, match, match["rest"].split()[-1])

    def _add(self, number: int, match: re.Match[str], port: str) -> bool:
        return self.add(
            line=number,
            vlan=match["vlan"],
            mac=match["mac"].lower(),
            kind=match["kind"].lower(),
            port=port,
        )


def parse_mac_table(text: str, command: str) -> Table[Mac]:
    """Learned and own addresses; ports are named as the table prints them (`Fa0/1`)."""
    return _Entries(Mac, command).read(text)
