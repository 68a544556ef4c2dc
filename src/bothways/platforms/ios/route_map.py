"""`show route-map [all]`: one row a sequence. Its counters are no evidence: hardware does not keep them."""

from __future__ import annotations

import re
from ipaddress import IPv4Address

from bothways.platforms.addresses import address
from bothways.platforms.ios.heads import HEADS
from bothways.platforms.lines import LineParser, known
from bothways.state.rows import RouteMapEntry
from bothways.state.tables import Table

_HEAD = re.compile(
    r"route-map (?P<map>\S+), (?P<action>permit|deny), sequence (?P<sequence>\d{1,9})(?:, identifier \d+)?",
    re.ASCII,
)
_SECTION = re.compile(r"\s+(?P<section>Match|Set) clauses:")
_COUNTER = re.compile(r"\s+Policy routing matches: \d+ packets, \d+ bytes", re.ASCII)
_ACLS = re.compile(r"ip address \(access-lists\): ?(?P<acls>\S.*)")
_NEXT_HOP = re.compile(r"ip next-hop (?P<hops>[\d. ]+)", re.ASCII)

_TRACKED = re.compile(
    r"ip next-hop verify-availability (?P<hop>[\d.]+) \d+ track \d+ +\[(?P<state>up|down)\]", re.ASCII
)


class _Entries(LineParser[RouteMapEntry]):
    known = known(*HEADS, r"(?:STATIC|DYNAMIC) routemaps", r"Current active dynamic routemaps")

    def __init__(self, command: str) -> None:
        super().__init__(RouteMapEntry, command)
        self._head: tuple[int, re.Match[str]] | None = None
        self._section = ""
        self._forget()

    def _forget(self) -> None:
        self._acls: tuple[str, ...] = ()
        self._next_hops: tuple[IPv4Address, ...] = ()
        self._down: tuple[IPv4Address, ...] = ()
        self._other: list[str] = []

    def take(self, number: int, line: str) -> bool:
        if head := _HEAD.fullmatch(line.strip()):
            self._close()
            self._head, self._section = (number, head), ""
            return True
        if self._head is None or not line.startswith(" "):
            return False
        if section := _SECTION.fullmatch(line):
            self._section = section["section"]
            return True
        if _COUNTER.fullmatch(line):
            return True
        return bool(self._section) and self._clause(line.strip())

    def finish(self) -> None:
        self._close()

    def _clause(self, clause: str) -> bool:
        acls = _ACLS.fullmatch(clause) if self._section == "Match" else None
        hops = _NEXT_HOP.fullmatch(clause) if self._section == "Set" else None
        addresses = [address(word) for word in hops["hops"].split()] if hops else []
        tracked = _TRACKED.fullmatch(clause) if self._section == "Set" else None
        if tracked and (hop := address(tracked["hop"])):
            if tracked["state"] == "up":
                self._next_hops += (hop,)
            else:
                self._down += (hop,)
        elif acls:
            self._acls += tuple(acls["acls"].split())
        elif addresses and None not in addresses:
            self._next_hops += tuple(hop for hop in addresses if hop is not None)
        else:
            self._other.append(clause)
        return True

    def _close(self) -> None:
        if self._head is None:
            return
        number, head = self._head
        self.add(
            line=number,
            route_map=head["map"],
            action=head["action"],
            sequence=int(head["sequence"]),
            acls=self._acls,
            next_hops=self._next_hops,
            down=self._down,
            other=tuple(self._other),
        )
        self._head = None
        self._forget()


def parse_route_map(text: str, command: str) -> Table[RouteMapEntry]:
    """Sequences in order; a tracked next hop counts while its track is up."""
    return _Entries(command).read(text)
