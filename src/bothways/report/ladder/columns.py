"""The columns of a ladder: hosts at the outside, devices between them in the order packets meet them."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.trace import Trace
from bothways.report.escaping import clean

LABEL_WIDTH = 14
_LEAST_GAP = 9


@dataclass(frozen=True, slots=True)
class Columns:
    """Names and positions.

    Attributes:
        at: participant to the position of its line.
        width: of the whole picture.
        other_names: a participant's name by another address of it, which a translation shows.
    """

    at: dict[str, int]
    width: int
    other_names: dict[str, str]

    @property
    def gap(self) -> int:
        """The distance between neighbours."""
        positions = list(self.at.values())
        return positions[1] - positions[0]

    @property
    def readable(self) -> bool:
        """Wide enough for arrows with names over them."""
        return self.gap >= _LEAST_GAP

    def position(self, name: str) -> int:
        """Where a participant's line is."""
        return self.at[self.other_names.get(name, name)]

    def heading(self) -> str:
        """The names over their lines, shortened where they would touch."""
        row = [" "] * self.width
        room = self.gap - 2
        for name, position in self.at.items():
            shown = clean(name)
            shown = shown if len(shown) <= room else shown[: room - 1] + "…"
            start = min(max(position - len(shown) // 2, 0), self.width - len(shown))
            row[start : start + len(shown)] = shown
        return "".join(row).rstrip()


def participants(trace: Trace) -> list[str]:
    """Client, devices, server; a device that only the answer meets stands where the answer meets it."""
    legs = (*trace.opening, *trace.legs)
    out = [leg for leg in legs if leg.sent.source == trace.flow.client]
    there, others = _longest(tuple(out)), tuple(leg for leg in legs if leg not in out)
    back = list(reversed(_longest(others)))
    devices = list(there)
    for index, device in enumerate(back):
        if device not in devices:
            following = next((other for other in back[index:] if other in devices), None)
            devices.insert(devices.index(following) if following else len(devices), device)
    return [str(trace.flow.client), *devices, str(trace.flow.server)]


def _other_names(trace: Trace, names: list[str]) -> dict[str, str]:
    """Whom the packets mean by addresses that are not those of the flow."""
    found: dict[str, str] = {}
    for leg in trace.legs:
        ends = (names[0], names[-1])
        if leg.sent.source != trace.flow.client:
            ends = (names[-1], names[0])
        for address, name in zip((leg.sent.source, leg.sent.destination), ends, strict=True):
            if str(address) not in names:
                found[str(address)] = name
    return found


def _longest(legs: tuple[Leg, ...]) -> list[str]:
    paths = [list(dict.fromkeys(leg.path)) for leg in legs]
    return max(paths, key=len, default=[])


def columns(trace: Trace, width: int) -> Columns:
    """Even columns over `width` characters, room for packet names on the left."""
    names = participants(trace)
    first = LABEL_WIDTH + min(len(names[0]), 15) // 2
    last = width - 1 - min(len(names[-1]), 15) // 2
    gap = (last - first) // (len(names) - 1)
    at = {name: first + index * gap for index, name in enumerate(names)}
    return Columns(at, width, _other_names(trace, names))
