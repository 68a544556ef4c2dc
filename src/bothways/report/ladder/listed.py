"""A ladder for terminals too narrow for arrows: each packet a few lines."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.report.ladder.arrows import REWRITTEN
from bothways.report.ladder.cells import wrapped
from bothways.report.ladder.picture import Picture, Row
from bothways.report.ladder.words import (
    change_text,
    fate_of,
    mark_of,
    name_of,
    names_on_the_way,
    numbers_in_full,
    why_of,
)


def listed(row: Row, picture: Picture, width: int) -> list[str]:
    """The packet's way, its numbers, what is rewritten, and where it ends."""
    return [line for text in _told(row, picture) for line in wrapped(text, width, 4)]


def _told(row: Row, picture: Picture) -> Iterator[str]:
    yield f"{name_of(row)}: {' → '.join(names_on_the_way(row, picture))}"
    for stretch in row.stretches:
        if stretch.changes:
            changed = ", ".join(map(change_text, stretch.changes))
            yield f"  {REWRITTEN} {picture.column(stretch.start).name}: {changed}"
        elif stretch is row.stretches[0] and numbers_in_full(stretch):
            yield f"  {', '.join(numbers_in_full(stretch))}"
    if row.end is not None:
        yield f"  {mark_of(row)} {fate_of(row)}, {picture.column(row.end.column).name}: {why_of(row)}"
    elif row.dead:
        yield f"  {mark_of(row)} {fate_of(row)}"
