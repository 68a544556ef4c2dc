"""`show route` of an ASA: destinations with masks or names, wrapped lines, several next hops, `tunneled`."""

from __future__ import annotations

import re
from ipaddress import IPv4Address
from typing import NamedTuple

from bothways.platforms.addresses import DOTTED, NO_NAMES, address, network, prefix_length
from bothways.platforms.description import Names
from bothways.platforms.lines import LineParser, known
from bothways.platforms.route_text import CODE, GATEWAY, LEGEND, Hop, hop, route_code
from bothways.state.rows import Route
from bothways.state.tables import Table

_DESTINATION = re.compile(rf"{CODE}(?P<base>\S+) (?P<mask>{DOTTED})(?P<hop> .*)?", re.ASCII)
_TABLE = re.compile(r"Routing Table: (?P<vrf>\S+)", re.ASCII)


class _Destination(NamedTuple):
    number: int
    code: str
    base: str
    mask: str


class _Routes(LineParser[Route]):
    known = known(LEGEND, GATEWAY)

    def __init__(self, command: str, names: Names) -> None:
        super().__init__(Route, command)
        self._names = names
        self._destination: _Destination | None = None
        self._first: Hop | None = None
        self._waiting = False
        self._vrf = ""

    def take(self, number: int, line: str) -> bool:
        if table := _TABLE.fullmatch(line):
            self._vrf = table["vrf"]
            return True
        if line.startswith(" ") and self._destination is not None:
            way = hop(line)
            return way is not None and self._add(number, way)
        match = _DESTINATION.fullmatch(line)
        if match is None:
            return False
        way = hop(match["hop"] or "")
        if match["hop"] and way is None:
            return False
        self._drop_waiting()
        self._destination = _Destination(number, route_code(match), match["base"], match["mask"])
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
        base: IPv4Address | None = address(self._destination.base, self._names)
        return self.add(
            line=number,
            prefix=network(base, prefix_length(self._destination.mask)),
            label=f"{self._destination.base} {self._destination.mask}",
            code=self._destination.code,
            distance=way.distance,
            metric=way.metric,
            next_hop=address(way.next_hop, self._names),
            interface=way.interface,
            vrf=self._vrf,
            tunneled=way.tunneled,
        )


def parse_route(text: str, command: str, names: Names = NO_NAMES) -> Table[Route]:
    """The routing table; destinations printed as names are looked up in `names`."""
    return _Routes(command, names).read(text)
