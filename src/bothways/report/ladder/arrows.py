"""One packet of a ladder as lines of characters."""

from __future__ import annotations

from rich.cells import cell_len

from bothways.report.ladder.cells import Canvas, fitted
from bothways.report.ladder.columns import Columns
from bothways.report.ladder.picture import Fate, Row, Stretch
from bothways.report.ladder.words import (
    addresses,
    fate_of,
    mark_of,
    name_of,
    number_that_matters,
    numbers,
    place_of,
    why_of,
)

_MOST_RUNS = 4
REWRITTEN = "≠"


def row_lines(row: Row, where: Columns) -> list[str]:
    """The packet's arrows, one line for each stretch in one direction; then why it goes no further."""
    texts = _texts(row, where.gap - 4)
    runs = _runs(row, where)
    lines: list[Canvas] = []
    for run in runs[:_MOST_RUNS]:
        lines.append(where.lifelines())
        for index in run:
            _draw(lines[-1], row.stretches[index], texts[index], where, row)
    if len(runs) > _MOST_RUNS:
        lines.append(_left_out(where))
    lines = lines or [where.lifelines()]
    place = place_of(row)
    if place:
        lines[-1].put(where.at[place], mark_of(row))
    if place or row.dead:
        lines.append(_reason(row, where))
    lines[0].put(0, fitted(name_of(row), where.label - 1))
    return [str(line) for line in lines]


def _texts(row: Row, room: int) -> list[str]:
    """What stands on each stretch: the most that fits; both numbers on all of its stretches or on none."""
    full = all(_size(numbers(one)) <= room for one in row.stretches)
    texts = []
    for stretch in row.stretches:
        new, counted = addresses(stretch), number_that_matters(row, stretch)
        shown = numbers(stretch) if full else counted
        choices = ([*new, *shown], [*new, *counted], new, new[:1], shown, counted)
        wanted = choices if new else choices[-2:]
        texts.append(next((", ".join(one) for one in wanted if one and _size(one) <= room), ""))
    return texts


def _size(texts: list[str]) -> int:
    """With a blank on either side."""
    return cell_len(", ".join(texts)) + 2


def _runs(row: Row, where: Columns) -> list[list[int]]:
    """The stretches grouped into runs that keep their direction; one that stays in its column is no arrow."""
    runs: list[list[int]] = []
    previous = 0
    for index, stretch in enumerate(row.stretches):
        distance = where.at[stretch.end] - where.at[stretch.start]
        if not distance:
            continue
        direction = 1 if distance > 0 else -1
        if direction != previous:
            runs.append([])
        runs[-1].append(index)
        previous = direction
    return runs


def _draw(canvas: Canvas, stretch: Stretch, text: str, where: Columns, row: Row) -> None:
    """A lifeline that the arrow passes without stopping keeps its stroke."""
    start, end = where.at[stretch.start], where.at[stretch.end]
    dash = "╌" if row.fate is Fate.SUPPOSED else "─"
    low, high = sorted((start, end))
    for position in range(low + 1, high):
        if canvas.is_free(position):
            canvas.put(position, dash)
    canvas.put(end - 1 if end > start else end + 1, "►" if end > start else "◄")
    if stretch.changes:
        canvas.put(start, REWRITTEN)
    if text:
        # Text goes beside the sender, where no foreign lifeline is in the way.
        padded = f" {text} "
        canvas.put(start + 2 if end > start else start - 1 - cell_len(padded), padded)


def _left_out(where: Columns) -> Canvas:
    canvas = Canvas(where.width)
    for position in where.at.values():
        canvas.put(position, "…")
    return canvas


def _reason(row: Row, where: Columns) -> Canvas:
    """The reason under the mark, moved left where it would not fit; what kind of end it is, at the left."""
    canvas = where.lifelines()
    if row.end is not None:
        text = fitted(f"{mark_of(row)} {why_of(row)}", where.width - where.label)
        size = cell_len(text)
        start = min(where.at[row.end.column], where.width - size)
        canvas.put(start, text)
        _keep_apart(canvas, start + size, where)
    canvas.put(0, fitted(f"  {fate_of(row)}", where.label - 1))
    return canvas


def _keep_apart(canvas: Canvas, position: int, where: Columns) -> None:
    """A lifeline right behind a text would be read as its last letter."""
    if position in where.at.values():
        canvas.put(position, " ")
