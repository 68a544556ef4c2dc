"""`show conn long` and `show conn detail`, and the lines around connections: header and legend.

A record has its ends on the first line, and flags, times and bytes on the same or on the next one:

    TCP inside: 10.12.0.130/17559 (10.12.0.130/17559) inside: 172.16.1.18/443 (172.16.1.18/443), …
    UDP inside: 10.12.0.130/45879 outside: 203.0.113.80/53,
        flags - N1, idle 21s, uptime 21s, timeout 2m0s, bytes 28
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.platforms.addresses import DOTTED
from bothways.platforms.asa.conn_count import CONN_COUNT
from bothways.platforms.lines import LONGEST_LINE, known

_END = rf"({DOTTED})(?:/(\d{{1,5}}))?(?: \([^()]*\))?"
_RECORD = re.compile(rf"([A-Z0-9]+) (\S+): {_END} (\S+): {_END},?(.*)", re.ASCII)
_FLAGS = re.compile(r"\bflags (?P<flags>[\w-]*(?: [\w-]+)?)", re.ASCII)
_IDLE = re.compile(r"\bidle (?P<idle>[\w:]+)", re.ASCII)
_BYTES = re.compile(r"\bbytes (?P<bytes>\d{1,18})\b", re.ASCII)
_DETAIL = re.compile(r"\s+(?:flags|idle) ", re.ASCII)
_AROUND = known(
    CONN_COUNT.pattern,
    r"\s*(?:Flags: +)?\w - ",
    r"\s+Initiator: ",
    r"\s+Connection lookup keyid: ",
    r"Inspect Snort:",
    r"\s+preserve-connection:",
)


@dataclass(slots=True)
class LongRow:
    """One connection as texts, in the order of the plain form's columns."""

    line: int
    ends: list[str]

    def add_details(self, text: str) -> None:
        """Idle time, bytes and flags, whichever the text has."""
        for index, (pattern, name) in enumerate(((_IDLE, "idle"), (_BYTES, "bytes"), (_FLAGS, "flags")), 7):
            if match := pattern.search(text):
                self.ends[index] = match[name]


def _nameif(printed: str) -> str:
    """The interface: an ASA with traffic zones prints `zone:nameif(nameif)`."""
    return printed.rsplit(":", 1)[-1].split("(", 1)[0]


class LongForms:
    """Lines that are not in the plain form, in order."""

    def __init__(self) -> None:
        self._rows: list[LongRow] = []
        self._last: LongRow | None = None
        self.unknown: list[int] = []

    def take(self, number: int, line: str) -> None:
        """One line; blank ones are nothing."""
        line = line.rstrip()
        if not line:
            return
        if len(line) > LONGEST_LINE:
            self.unknown.append(number)
        elif match := _RECORD.fullmatch(line):
            protocol, a_name, a_host, a_port, b_name, b_host, b_port, details = match.groups(default="")
            ends = [protocol, _nameif(a_name), a_host, a_port, _nameif(b_name), b_host, b_port, "", "", ""]
            self._last = LongRow(number, ends)
            self._last.add_details(details)
            self._rows.append(self._last)
        elif self._last is not None and _DETAIL.match(line):
            self._last.add_details(line)
        elif not _AROUND.match(line):
            self.unknown.append(number)

    def rows(self) -> list[LongRow]:
        """The records found."""
        return self._rows
