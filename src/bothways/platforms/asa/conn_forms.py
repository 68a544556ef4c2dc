"""Connections in all other forms than the plain one, and the lines around them: header and legend.

Old releases leave out a comma, some print mapped addresses in parentheses, some protocols have no ports:

    TCP outside 192.168.1.10(20.20.20.24):49736 inside 192.168.1.21:0 idle 0:01:32, bytes 0, flags Ti

`show conn long` and `show conn detail` print the ends on the first line of a record, and flags, times and
bytes on the same or on the next one:

    TCP inside: 10.12.0.130/17559 (10.12.0.130/17559) inside: 172.16.1.18/443 (172.16.1.18/443), flags SaAB
    UDP inside: 10.12.0.130/45879 outside: 203.0.113.80/53,
        flags - N1, idle 21s, uptime 21s, timeout 2m0s, bytes 28
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.asa.conn_count import CONN_COUNT
from bothways.platforms.asa.idle import seconds
from bothways.platforms.columns import NO_NUMBER
from bothways.platforms.lines import LONGEST_LINE, known

_END = rf"({DOTTED})(?:\([\d.]+\))?(?::(\d{{1,5}}))?"
_ONE_LINE = re.compile(
    rf"([A-Z0-9]+) +(\S+) +{_END} +(NP Identity Ifc|\S+) +{_END}"
    r"((?:,? idle [\w:]+)?(?:, bytes \d{1,18})?(?:,? flags ?[\w-]*(?: [\w-]+)?)?)",
    re.ASCII,
)
_LONG_END = rf"({DOTTED})(?:/(\d{{1,5}}))?(?: \([^()]*\))?"
_RECORD = re.compile(rf"([A-Z0-9]+) (\S+): {_LONG_END} (\S+): {_LONG_END},?(.*)", re.ASCII)
_FLAGS = re.compile(r"\bflags (?P<flags>[\w-]*(?: [\w-]+)?)", re.ASCII)
_IDLE = re.compile(r"\bidle (?P<idle>[\w:]+)", re.ASCII)
_BYTES = re.compile(r"\bbytes (?P<bytes>\d{1,18})\b", re.ASCII)
_DETAIL = re.compile(r"\s+(?:flags|idle) ", re.ASCII)
_NEAR = 2  # some captures have a blank line after each
_AROUND = known(
    CONN_COUNT.pattern,
    r"\s*(?:Flags: +)?\w - ",
    r"\s+Initiator: ",
    r"\s+Connection lookup keyid: ",
    r"Inspect Snort:",
    r"\s+preserve-connection:",
)


@dataclass(slots=True)
class FormRow:
    """One connection, its cells as the table's columns hold them."""

    line: int
    protocol: str
    a_interface: str
    a_address: int
    a_port: int
    b_interface: str
    b_address: int
    b_port: int
    idle_s: int = NO_NUMBER
    bytes: int = NO_NUMBER
    flags: str = ""

    def add_details(self, text: str) -> None:
        """Idle time, bytes and flags, whichever the text has."""
        if match := _IDLE.search(text):
            self.idle_s = seconds(match["idle"])
        if match := _BYTES.search(text):
            self.bytes = int(match["bytes"])
        if match := _FLAGS.search(text):
            self.flags = match["flags"]


def _nameif(printed: str) -> str:
    """The interface: an ASA with traffic zones prints `zone:nameif(nameif)`."""
    return printed.rsplit(":", 1)[-1].split("(", 1)[0]


def _row(number: int, cells: tuple[str, ...]) -> FormRow | None:
    """The row of one record's groups; None when an address or a port is impossible."""
    protocol, a_name, a_host, a_port, b_name, b_host, b_port, details = cells
    a_address, b_address = address(a_host), address(b_host)
    ports = int(a_port or 0), int(b_port or 0)
    if a_address is None or b_address is None or max(ports) > 65535:
        return None
    row = FormRow(number, protocol, a_name, int(a_address), ports[0], b_name, int(b_address), ports[1])
    row.add_details(details)
    return row


class ConnForms:
    """Lines that are not in the plain form, in order."""

    def __init__(self) -> None:
        self.rows: list[FormRow] = []
        self.unknown: list[int] = []
        self._open: FormRow | None = None

    def take(self, number: int, line: str) -> None:
        """One line; blank ones are nothing."""
        line = line.rstrip()
        if line and (len(line) > LONGEST_LINE or not self._taken(number, line)):
            self.unknown.append(number)

    def _taken(self, number: int, line: str) -> bool:
        if match := _ONE_LINE.fullmatch(line):
            self._open = None
            return self._add(_row(number, match.groups(default="")))
        if match := _RECORD.fullmatch(line):
            cells = list(match.groups(default=""))
            cells[1], cells[4] = _nameif(cells[1]), _nameif(cells[4])
            self._open = _row(number, tuple(cells))
            return self._add(self._open)
        follows = self._open is not None and number - self._open.line <= _NEAR
        if self._open is not None and follows and _DETAIL.match(line):
            self._open.add_details(line)
            return True
        return bool(_AROUND.match(line))

    def _add(self, row: FormRow | None) -> bool:
        if row is not None:
            self.rows.append(row)
        return row is not None
