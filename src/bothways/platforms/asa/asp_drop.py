"""`show asp drop`: counters of dropped frames and flows, keyed by phase and name.

The list of names is open. Long descriptions push the count to the right and cut the name, closing
parenthesis included; descriptions contain parentheses of their own; releases before 7.0(8) print no
names at all, and then a line is counted as unknown.
"""

from __future__ import annotations

import re

from bothways.platforms.lines import LineParser, known
from bothways.state.log_rows import AspDrop
from bothways.state.tables import Table

_PHASE = re.compile(r"(?P<phase>Frame|Flow) drop:")
_COUNTER = re.compile(r"(?P<body>\S.*\S)\s+(?P<count>\d{1,18})", re.ASCII)
_NAME = re.compile(r"[\w.-]+", re.ASCII)
_CUT_AT = 90
"""A name may lack its closing parenthesis only where the column ends."""


class _Counters(LineParser[AspDrop]):
    known = known(r"Last clearing: ")

    def __init__(self, command: str) -> None:
        super().__init__(AspDrop, command)
        self._phase = ""

    def take(self, number: int, line: str) -> bool:
        if phase := _PHASE.fullmatch(line.strip()):
            self._phase = phase["phase"].lower()
            return True
        match = _COUNTER.fullmatch(line.strip())
        if match is None or not self._phase:
            return False
        body = match["body"]
        description, opened, name = body.rpartition("(")
        if name.endswith(")"):
            name = name[:-1]
        elif len(body) < _CUT_AT:
            return False
        if not opened or not _NAME.fullmatch(name):
            return False
        return self.add(
            line=number,
            phase=self._phase,
            name=name,
            description=description.rstrip(),
            count=int(match["count"]),
        )


def parse_asp_drop(text: str, command: str) -> Table[AspDrop]:
    """The counters; the device leaves out those that are zero."""
    return _Counters(command).read(text)
