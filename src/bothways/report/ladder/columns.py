"""Where the columns of a ladder stand on lines of a given width."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle

from rich.cells import cell_len

from bothways.report.ladder.cells import Canvas, fitted
from bothways.report.ladder.picture import CAPTURED, Picture, Row
from bothways.report.ladder.words import name_of, time_of

LEAST_WIDTH = 80
_LABEL_WIDTHS = (14, 22)
_LEAST_GAP = 9
_WIDEST_END = 15
_GAP_BESIDE_TIMES = 15
"""Leaves an address on every arrow."""
_MOST_TIMED = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """Names and positions.

    Attributes:
        at: key of a column to the position of its line.
        names: key of a column to what stands over it.
        label: the cells at the left, where packets are named.
        timed: how many of them a name has before the packet's time; 0 where times have no room.
        width: of the whole picture.
    """

    at: dict[str, int]
    names: dict[str, str]
    label: int
    timed: int
    width: int

    @property
    def gap(self) -> int:
        """The distance between neighbours."""
        positions = list(self.at.values())
        return positions[1] - positions[0]

    @property
    def readable(self) -> bool:
        """Wide enough for arrows with names over them."""
        return self.width >= LEAST_WIDTH and len(self.at) > 1 and self.gap >= _LEAST_GAP

    def label_of(self, row: Row) -> str:
        """What stands at the left of a packet."""
        name = name_of(row)
        if self.timed:
            name += " " * (self.timed - cell_len(name) + 1) + time_of(row)
        return fitted(name, self.label - 1)

    def lifelines(self) -> Canvas:
        """A line on which nothing happens."""
        canvas = Canvas(self.width)
        for position in self.at.values():
            canvas.put(position, "│")
        return canvas

    def heading(self) -> list[str]:
        """The names over their lines: on two lines by turns where they would touch, then shortened."""
        longest = max(cell_len(name) for name in self.names.values())
        lines = [Canvas(self.width)]
        if longest > self.gap - 2 and len(self.at) > 2:
            lines = [Canvas(self.width), Canvas(self.width)]
        room = self.gap * len(lines) - 2
        for (key, position), line in zip(self.at.items(), cycle(lines)):
            if line is lines[0] and len(lines) > 1:
                lines[1].put(position, "│")
            shown = fitted(self.names[key], room)
            size = cell_len(shown)
            line.put(min(max(position - size // 2, 0), self.width - size), shown)
        return [str(line) for line in lines]


def columns(picture: Picture, width: int) -> Columns:
    """Even columns over `width` cells, room for packet names on the left.

    A captured packet's time stands behind its name where that leaves the arrows enough room.
    """
    longest = max((cell_len(name_of(row)) for row in picture.rows), default=0)
    times = max((cell_len(time_of(row)) for row in picture.rows), default=0)
    if picture.source == CAPTURED and times and longest + times < _MOST_TIMED:
        timed = _evenly(picture, max(longest + times + 2, _LABEL_WIDTHS[0]), longest, width)
        if len(timed.at) > 1 and timed.gap >= _GAP_BESIDE_TIMES:
            return timed
    least, most = _LABEL_WIDTHS
    return _evenly(picture, min(max(longest + 1, least), most), 0, width)


def _evenly(picture: Picture, label: int, timed: int, width: int) -> Columns:
    names = {column.key: column.name for column in picture.columns}
    ends = [min(cell_len(name), _WIDEST_END) // 2 for name in names.values()] or [0]
    first, last = label + ends[0], width - 1 - ends[-1]
    gap = (last - first) // max(len(names) - 1, 1)
    at = {key: first + index * gap for index, key in enumerate(names)}
    return Columns(at, names, label, timed, width)
