"""What stands on the arrows of a packet, as far as there is room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from bothways.report.ladder.picture import Row, Stretch
from bothways.report.ladder.words import addresses, number_that_matters, numbers

_ROOMY, _TIGHT = 4, 2
"""What an arrow keeps of the way to the next column: the line there and its head; a dash on either side."""


def arrow_texts(row: Row, gap: int) -> list[str]:
    """One text for each stretch: new addresses first; both numbers on all of its stretches or on none."""
    full = all(_size(numbers(one)) <= gap - _ROOMY for one in row.stretches)
    return [_best(_choices(row, stretch, gap, full=full)) for stretch in row.stretches]


def _best(choices: Iterable[tuple[list[str], int]]) -> str:
    return next((", ".join(said) for said, room in choices if said and _size(said) <= room), "")


def _choices(row: Row, stretch: Stretch, gap: int, *, full: bool) -> Iterator[tuple[list[str], int]]:
    """What may be said, the most telling first, and the room it may take."""
    new, counted = addresses(stretch), number_that_matters(row, stretch)
    shown = numbers(stretch) if full else counted
    if new:
        yield [*new, *shown], gap - _ROOMY
        yield [*new, *counted], gap - _ROOMY
        yield new, gap - _ROOMY
        yield new[:1], gap - _TIGHT
    yield shown, gap - _ROOMY
    yield counted, gap - _TIGHT


def _size(texts: list[str]) -> int:
    """With a blank on either side."""
    return cell_len(", ".join(texts)) + 2
