"""Objects of ports that manual translations name."""

from __future__ import annotations

import re

from bothways.platforms.config_text import read_config
from bothways.platforms.services import TCP_SERVICES, UDP_SERVICES
from bothways.state.nat_rows import ServiceObject
from bothways.state.tables import Table, TableBuilder

_OBJECT = re.compile(r"object service (?P<name>\S+)", re.ASCII)
_WORD = r"(?:\d{1,5}|[a-z][\w-]*)"
_SIDE = rf"(?: SIDE (?P<SIDE_how>eq|range|gt|lt) (?P<SIDE>{_WORD})(?: (?P<SIDE_last>{_WORD}))?)?"
_SERVICE = re.compile(
    r"service (?P<protocol>tcp|udp)" + _SIDE.replace("SIDE", "source") + _SIDE.replace("SIDE", "destination"),
    re.ASCII,
)
_LAST = 65535


def port(word: str, protocol: str) -> int | None:
    """The number of a port, said as a number or by its name."""
    if word.isascii() and word.isdigit():
        return int(word) if int(word) <= _LAST else None
    return (TCP_SERVICES if protocol == "tcp" else UDP_SERVICES).get(word)


def parse_service_objects(text: str, command: str) -> Table[ServiceObject]:
    """Those whose ports are known; of the others nothing is said."""
    rows = TableBuilder(ServiceObject, command)
    for entry in read_config(text).entries:
        named, match = _OBJECT.fullmatch(entry.section), _SERVICE.fullmatch(entry.text)
        if not (entry.depth and named and match):
            continue
        sides = [_ports(match, side) for side in ("source", "destination")]
        if sides != [None, None] and () not in sides:
            rows.add(
                line=entry.number,
                name=named["name"],
                protocol=match["protocol"],
                source_ports=sides[0],
                destination_ports=sides[1],
            )
    return rows.table()


def _ports(match: re.Match[str], side: str) -> tuple[int, int] | tuple[()] | None:
    """A range; nothing in it where it is not understood, None where the side is not named."""
    how = match[f"{side}_how"]
    if how is None:
        return None
    first = port(match[side], match["protocol"])
    second = match[f"{side}_last"]
    if first is None or (second is None) == (how == "range"):
        return ()
    if how == "range":
        last = port(second, match["protocol"])
        return (first, last) if last is not None and first <= last else ()
    return {"eq": (first, first), "gt": (first + 1, _LAST), "lt": (0, first - 1)}[how]
