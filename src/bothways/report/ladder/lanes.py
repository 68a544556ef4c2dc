"""Where the columns of a drawn ladder stand: far enough apart for what is written between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from rich.cells import cell_len

from bothways.report.ladder.aloud import number_words, way_words
from bothways.report.ladder.lettering import CELL, shown
from bothways.report.ladder.picture import Picture, Stretch

INSET = 20
"""Between a lifeline and the text beside it: the big cross has room there."""
_LEAST, _MOST = 132, 236
_LEAST_IN_ALL, _MOST_OF_FEW = 520, 320
_LEAST_HALF = 64


@dataclass(frozen=True, slots=True)
class Lanes:
    """Positions of the lifelines.

    Attributes:
        at: key of a column to the position of its lifeline.
        rooms: key of a column to the width its heading may have.
        width: of all of them with their margins.
    """

    at: dict[str, float]
    rooms: dict[str, float]
    width: float

    def gap(self, stretch: Stretch) -> tuple[float, float]:
        """From the lifeline a stretch starts at to the next one on its way."""
        start, end = self.at[stretch.start], self.at[stretch.end]
        places = sorted(self.at.values())
        index = places.index(start)
        if start == end:
            return start, start
        return start, places[index + 1] if end > start else places[index - 1]

    def passed(self, stretch: Stretch) -> list[float]:
        """The lifelines it goes by without stopping, in its own order."""
        start, end = self.at[stretch.start], self.at[stretch.end]
        between = [x for x in self.at.values() if min(start, end) < x < max(start, end)]
        return sorted(between, reverse=end < start)


def lanes(picture: Picture) -> Lanes:
    """The columns of a picture, each gap as wide as its texts ask for."""
    keys = [column.key for column in picture.columns]
    gaps = [_LEAST] * (len(keys) - 1)
    order = {key: index for index, key in enumerate(keys)}
    for row in picture.rows:
        for stretch in row.stretches:
            start, end = order[stretch.start], order[stretch.end]
            if start != end:
                index = start if end > start else start - 1
                wanted = ceil(max(map(cell_len, _texts(stretch)), default=0) * CELL) + 2 * INSET + 1
                gaps[index] = max(gaps[index], min(wanted, _MOST))
    return _placed(keys, _widened(gaps))


def _texts(stretch: Stretch) -> Iterator[str]:
    """What is to stand in the gap on one line each."""
    for what, number in (("seq", stretch.seq), ("ack", stretch.ack)):
        if number is not None:
            yield shown(number_words(what, number))
    yield from map(shown, way_words(stretch.through))
    for change in stretch.changes:
        yield shown(f"≠ {change.what} {change.before}")
        yield shown(f"now {change.after}")


def _widened(gaps: list[int]) -> list[int]:
    """Few columns stand further apart than they must: texts under the arrows need not be broken."""
    missing = _LEAST_IN_ALL - sum(gaps)
    if not gaps or missing <= 0:
        return gaps
    return [min(gap + missing // len(gaps), max(gap, _MOST_OF_FEW)) for gap in gaps]


def _placed(keys: Sequence[str], gaps: Sequence[int]) -> Lanes:
    """The outer lifelines have half a heading outside of them."""
    left = max(gaps[0] / 2 if gaps else _MOST_OF_FEW / 2, _LEAST_HALF)
    at, x = {}, left
    for key, gap in zip(keys, [*gaps, 0], strict=True):
        at[key] = x
        x += gap
    right = max(gaps[-1] / 2 if gaps else left, _LEAST_HALF)
    nearest = [min(pair) for pair in zip([2 * left, *gaps], [*gaps, 2 * right], strict=True)]
    rooms = {key: gap - 16.0 for key, gap in zip(keys, nearest, strict=True)}
    return Lanes(at, rooms, max(at.values(), default=0) + right)
