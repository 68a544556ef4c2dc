"""`show link state group`, as a 4948E prints it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.link_state import LinkGroup
from bothways.lab.ios.ranges import short

_LEGEND = "(Up):Interface up   (Dwn):Interface Down   (Dis):Interface disabled"
_A_LINE = 4


def render_link_groups(device: IosDevice, words: Sequence[str]) -> str:
    """The groups, or one of them; with their interfaces behind `detail`."""
    wanted = [int(word) for word in words if word.isdigit()]
    groups = [one for one in device.link_groups.values() if not wanted or one.number in wanted]
    detail = "detail" in words
    lines = [line for group in groups for line in _group(device, group, detail=detail)]
    return "".join(f"{line}\n" for line in (*lines, *(("", _LEGEND) if detail and lines else ())))


def _group(device: IosDevice, group: LinkGroup, *, detail: bool) -> Iterator[str]:
    status = "Enabled" if group.tracked else "Disabled"
    up = "Up" if group.is_up(device.switching.up) else "Down"
    yield f"Link State Group: {group.number}      Status: {status}, {up}"
    if detail:
        yield from _members(device, "Upstream Interfaces   : ", group.upstream)
        yield from _members(device, "Downstream Interfaces : ", group.downstream)


def _members(device: IosDevice, head: str, names: Sequence[str]) -> Iterator[str]:
    shown = [f"{short(name)}({_state(device, name)})" for name in names]
    for at in range(0, max(len(shown), 1), _A_LINE):
        yield (head if not at else " " * len(head)) + " ".join(shown[at : at + _A_LINE])


def _state(device: IosDevice, name: str) -> str:
    if name in device.held_down:
        return "Dis"
    return "Up" if device.link_up(name) else "Dwn"
