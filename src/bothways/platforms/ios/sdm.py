"""`show sdm prefer`: the template in force, the one after the next reload, and room for policy routing."""

from __future__ import annotations

import re

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import SdmTemplate
from bothways.state.tables import Table

_ACTIVE = re.compile(
    r'\s*(?:The current template is "(?P<quoted>[^"]+)"|This is the (?P<plain>.*)) template\.'
)
_NEXT = re.compile(r'\s*On next reload, template will be "?(?P<name>[^"]*[^" ])"? template\.')
_PBR = re.compile(
    r"\s*(?:number of )?(?:IPv4 )?policy.based routing aces: *"
    r"(?P<room>\d{1,9}(?:\.\d{1,6})?) ?(?P<kilo>k)?",
    re.ASCII | re.IGNORECASE,
)


class _Template(LineParser[SdmTemplate]):
    known = known(
        *HEADS,
        r"\s*The selected template optimizes|\s*the switch to support|\s*\d+ routed interfaces and \d+ VLANs",
        r"Showing SDM Template Info|\s*[A-Z][\w /+.*()-]+: +[\d.]+[Kk*]?|These numbers are typical",
        r"\s+number of [\w /+.()-]+: *[\d.]+[Kk]?$|\s*\* values can be modified|\s*and one of the",
    )

    def __init__(self, command: str) -> None:
        super().__init__(SdmTemplate, command)
        self._line = 0
        self._active = self._next = ""
        self._pbr_aces: int | None = None

    def take(self, number: int, line: str) -> bool:
        if match := _ACTIVE.fullmatch(line):
            self._line = self._line or number
            self._active = self._active or match["quoted"] or match["plain"]
            return True
        if match := _NEXT.fullmatch(line):
            self._next = match["name"]
            return True
        if match := _PBR.fullmatch(line):
            self._pbr_aces = int(float(match["room"]) * (1024 if match["kilo"] else 1))
            return True
        return False

    def finish(self) -> None:
        if self._line:
            self.add(
                line=self._line,
                active=self._active,
                next=self._next or self._active,
                pbr_aces=self._pbr_aces,
            )


def parse_sdm(text: str, command: str) -> Table[SdmTemplate]:
    """One row, or none where the text names no template."""
    return _Template(command).read(text)
