"""Configuration lines that do something to packets which is not walked: found by patterns, told as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bothways.platforms.config_text import read_config
from bothways.state.rows import Unmodelled
from bothways.state.tables import Table, TableBuilder

_INTERFACE = re.compile(r"interface (?P<name>\S+)")
_NAMEIF = re.compile(r"nameif (?P<name>\S+)")


@dataclass(frozen=True, slots=True)
class Feature:
    """A kind of line.

    Attributes:
        pattern: of the line; a group `interface` names where it works, else it is the section's interface.
        diverts: it may send a packet elsewhere, change it, or let one live; otherwise it can only drop.
    """

    pattern: re.Pattern[str]
    diverts: bool


def feature(pattern: str, *, diverts: bool) -> Feature:
    """A kind of line, by the pattern of its start."""
    return Feature(re.compile(pattern, re.ASCII), diverts)


def unmodelled(text: str, command: str, features: Iterable[Feature]) -> Table[Unmodelled]:
    """The lines of a configuration that one of `features` describes."""
    rows, entries = TableBuilder(Unmodelled, command), read_config(text).entries
    names = {
        entry.section: name["name"]
        for entry in entries
        if entry.section.startswith("interface ") and (name := _NAMEIF.fullmatch(entry.text))
    }
    wanted = tuple(features)
    for entry in entries:
        for kind in wanted:
            match = kind.pattern.match(entry.text)
            if match is None:
                continue
            section = _INTERFACE.match(entry.section)
            interface = match.groupdict().get("interface") or (
                names.get(entry.section, section["name"]) if section else ""
            )
            rows.add(line=entry.number, interface=interface, text=entry.text, diverts=kind.diverts)
            break
    return rows.table()
