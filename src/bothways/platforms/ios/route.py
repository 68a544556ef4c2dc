"""`show ip route`: masks in classful headings, wrapped lines, several next hops, several tables."""

from __future__ import annotations

import re
from typing import NamedTuple

from bothways.platforms.addresses import DOTTED, address, network
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.platforms.route_text import CODE, GATEWAY, LEGEND, Hop, hop, route_code
from bothways.state.rows import Route
from bothways.state.tables import Table

_HEADING = re.compile(
    rf"\s*{DOTTED}(?:/(?P<length>\d{{1,2}}))? is (?P<variably>variably )?subnetted"
    r", \d+ subnets?(?:, \d+ masks)?",
    re.ASCII,
)
_DESTINATION = re.compile(rf"{CODE}(?P<base>{DOTTED})(?:/(?P<length>\d{{1,2}}))?(?P<hop> .*)?", re.ASCII)
_TABLE = re.compile(r"Routing Table: (?P<vrf>\S+)", re.ASCII)


class _Destination(NamedTuple):
    number: int
    code: str
    base: str
    printed_length: str
    length: int | None

    @property
    def label(self) -> str:
        return f"{self.base}/{self.printed_length}" if self.printed_length else self.base


class _Routes(LineParser[Route]):
    known = known(
        LEGEND, GATEWAY, *HEADS, r"Default gateway is ", r"Host +Gateway +Last Use", r"ICMP redirect"
    )

    def __init__(self, command: str) -> None:
        super().__init__(Route, command)
        self._heading_length: int | None = None
        self._destination: _Destination | None = None
        self._first: Hop | None = None
        self._waiting = False
        self._vrf = ""

    def take(self, number: int, line: str) -> bool:
        if table := _TABLE.fullmatch(line):
            self._vrf, self._heading_length = table["vrf"], None
            return True
        if heading := _HEADING.fullmatch(line):
            fixed = heading["length"] and not heading["variably"]
            self._heading_length = int(heading["length"]) if fixed else None
            return True
        if line.startswith(" ") and self._destination is not None:
            way = hop(line)
            return way is not None and self._add(number, way)
        return self._take_destination(number, line)

    def _take_destination(self, number: int, line: str) -> bool:
        match = _DESTINATION.fullmatch(line)
        if match is None or address(match["base"]) is None:
            return False
        way = hop(match["hop"] or "")
        if match["hop"] and way is None:
            return False
        self._drop_waiting()
        length = int(match["length"]) if match["length"] else self._heading_length
        self._destination = _Destination(
            number, route_code(match), match["base"], match["length"] or "", length
        )
        self._first, self._waiting = None, way is None
        return way is None or self._add(number, way)

    def finish(self) -> None:
        self._drop_waiting()

    def _drop_waiting(self) -> None:
        """A destination whose next hop was promised on the next line and never came."""
        if self._waiting and self._destination is not None:
            self.give_up(self._destination.number)
        self._waiting = False

    def _add(self, number: int, way: Hop) -> bool:
        assert self._destination is not None
        self._waiting = False
        way = way.after(self._first)
        self._first = self._first or way
        return self.add(
            line=number,
            prefix=network(address(self._destination.base), self._destination.length),
            label=self._destination.label,
            code=self._destination.code,
            distance=way.distance,
            metric=way.metric,
            next_hop=address(way.next_hop),
            interface=way.interface,
            vrf=self._vrf,
            tunneled=way.tunneled,
        )


def parse_route(text: str, command: str) -> Table[Route]:
    """The routing table; a destination without its own mask has that of the heading above it."""
    return _Routes(command).read(text)
