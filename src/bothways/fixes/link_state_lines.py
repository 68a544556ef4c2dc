"""The lines of a link state group: in which order they are typed, and taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from bothways.fixes.contract import Inputs
from bothways.fixes.steps import Undo
from bothways.fixes.tokens import InterfaceName

_NUMBERED = re.compile(r"(?P<start>[A-Za-z-]+(?:\d+/)*)(?P<last>\d+)")


class LinkStateInputs(Inputs):
    """What link-state-group is rendered from.

    Attributes:
        uplink: the interface whose loss takes the others down.
        downstream: the ports that go down with it, in the order of the configuration.
    """

    group: Annotated[int, Field(ge=1, le=20)]
    uplink: InterfaceName
    downstream: Annotated[tuple[InterfaceName, ...], Field(min_length=1)]


def ranges_of(ports: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Ports whose last numbers follow each other, together."""
    found: list[list[str]] = []
    for port in ports:
        if found and _follows(found[-1][-1], port):
            found[-1].append(port)
        else:
            found.append([port])
    return tuple(map(tuple, found))


def _follows(one: str, other: str) -> bool:
    left, right = _NUMBERED.fullmatch(one), _NUMBERED.fullmatch(other)
    if left is None or right is None or left["start"] != right["start"]:
        return False
    return int(right["last"]) == int(left["last"]) + 1


def header(ports: Sequence[str]) -> str:
    """`interface range GigabitEthernet1/1 - 40`, with the dash of a keyboard; one port has no range."""
    last = _NUMBERED.fullmatch(ports[-1])
    if len(ports) == 1 or last is None:
        return f"interface {ports[0]}"
    return f"interface range {ports[0]} - {last['last']}"


def commands_in_order(lines: Sequence[str]) -> bool:
    """Whether the uplink is in the group before any port is."""
    roles = [line.rsplit(" ", 1)[1] for line in lines if line.startswith("link state group ")]
    return "downstream" not in roles or "upstream" in roles[: roles.index("downstream")]


def undo(inputs: LinkStateInputs) -> tuple[Undo, ...]:
    """The one line that frees all ports first: without it the group does nothing; then the members."""
    track = f"link state track {inputs.group}"
    members = [(name, "downstream") for name in inputs.downstream] + [(inputs.uplink, "upstream")]
    return (
        Undo(section="", ours=track, text=f"no {track}"),
        *(_member(name, f"link state group {inputs.group} {role}") for name, role in members),
    )


def _member(interface: str, line: str) -> Undo:
    section = f"interface {interface}"
    return Undo(section=section, ours=line, enter=(section,), text=f"no {line}")
