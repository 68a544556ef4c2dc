"""`show link state group detail`: groups and their interfaces, wrapped as the device or a paste wraps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bothways.platforms.ios.heads import HEADS
from bothways.platforms.ios.names import long_name
from bothways.platforms.lines import LONGEST_LINE, known, text_lines
from bothways.state.link_rows import LinkStateGroup, LinkStateMember
from bothways.state.tables import Table, TableBuilder

# A line is cut into these parts wherever they stand: a paste of a 4948E had the status on the next line,
# glued to the head of its uplinks (`Status: Enabled, ` newline `UpUpstream Interfaces : Po11(Up)`).
_PART = re.compile(
    r"(?P<group>Link State Group:\s*(?P<number>\d{1,5}))|Status:\s*(?P<enabled>Enabled|Disabled),?"
    r"|(?P<role>Upstream|Downstream) Interfaces\s*:"
    r"|(?P<port>[A-Z][A-Za-z-]*\d[\d/.]*)\((?P<state>Up|Dwn|Dis)\)"
    r"|(?P<status>Up|Down)(?=Upstream|\s|$)",
    re.ASCII,
)
_KNOWN = known(*HEADS, r"\s*\(Up\):Interface up", r"\s*\(D(?:wn|is)\):Interface ")
_STATES = {"Up": "up", "Dwn": "down", "Dis": "disabled"}


@dataclass(frozen=True, slots=True)
class _Said:
    """One part, and the line it stands on."""

    line: int
    part: re.Match[str]


def parse_link_groups(text: str, command: str) -> Table[LinkStateGroup]:
    """One row a group, on the line that names it."""
    rows = TableBuilder(LinkStateGroup, command)
    group: tuple[int, int] | None = None
    enabled: bool | None = None
    for said in _parts(text, rows):
        part = said.part
        if part["group"]:
            group, enabled = (said.line, int(part["number"])), None
        elif part["enabled"]:
            enabled = part["enabled"] == "Enabled"
        elif part["status"] and group is not None and enabled is not None:
            line, number = group
            rows.add(line=line, group=number, enabled=enabled, up=part["status"] == "Up")
            group = enabled = None
    return rows.table()


def parse_link_members(text: str, command: str) -> Table[LinkStateMember]:
    """One row an interface, in the order of the text."""
    rows = TableBuilder(LinkStateMember, command)
    group, role = 0, ""
    for said in _parts(text, rows):
        part = said.part
        if part["group"]:
            group, role = int(part["number"]), ""
        elif part["role"]:
            role = part["role"].lower()
        elif part["port"] and role:
            rows.add(
                line=said.line,
                group=group,
                role=role,
                interface=long_name(part["port"]),
                state=_STATES[part["state"]],
            )
    return rows.table()


def _parts(text: str, rows: TableBuilder[LinkStateGroup] | TableBuilder[LinkStateMember]) -> Iterator[_Said]:
    """The parts in order; a line with anything else in it is unknown, and still gives what it has."""
    for number, line in enumerate(text_lines(text), 1):
        if not line.strip() or (len(line) <= LONGEST_LINE and _KNOWN.match(line)):
            continue
        if len(line) > LONGEST_LINE or _PART.sub("", line).strip():
            rows.unknown(number)
            continue
        yield from (_Said(number, part) for part in _PART.finditer(line))
