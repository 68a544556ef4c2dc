"""One packet of a ladder as lines of characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len

from bothways.report.ladder.arrow_texts import arrow_texts
from bothways.report.ladder.cells import Canvas, fitted
from bothways.report.ladder.columns import Columns
from bothways.report.ladder.picture import Fate, Row
from bothways.report.ladder.words import fate_of, mark_of, place_of, rewritten, why_of

_MOST_RUNS = 4
REWRITTEN = "≠"


def row_lines(row: Row, where: Columns) -> list[str]:
    """The packet's arrows, one line for each stretch in one direction; then why it goes no further."""
    texts = arrow_texts(row, where.gap)
    runs = _runs(row, where)
    last = where.lifelines()
    lines = [] if runs else [last]
    for run in runs[:_MOST_RUNS]:
        last = where.lifelines()
        for index in run:
            _draw(last, row, index, texts[index], where)
        lines += [last, *_untold(row, run, texts, where)]
    if len(runs) > _MOST_RUNS:
        last = _left_out(where)
        lines.append(last)
    place = place_of(row)
    if place:
        last.put(where.at[place], mark_of(row))
    if place or row.dead:
        lines.append(_reason(row, where))
    lines[0].put(0, where.label_of(row))
    return [str(line) for line in lines]


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


def _draw(canvas: Canvas, row: Row, index: int, text: str, where: Columns) -> None:
    """A lifeline that the arrow passes without stopping keeps its stroke."""
    stretch = row.stretches[index]
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
        size = cell_len(padded)
        dashes = 1 if size <= where.gap - 4 else 0
        canvas.put(start + 1 + dashes if end > start else start - dashes - size, padded)


def _untold(row: Row, run: list[int], texts: list[str], where: Columns) -> Iterator[Canvas]:
    """A line for rewrites of which nothing found room behind its mark."""
    notes: dict[int, str] = {}
    for index in run:
        stretch = row.stretches[index]
        new = rewritten(stretch)
        if new and not any(one in texts[index] for one in new):
            notes[where.at[stretch.start]] = f"{REWRITTEN} {', '.join(new)}"
    if notes:
        canvas = where.lifelines()
        for position, following in pairwise([*sorted(notes), where.width + 1]):
            text = fitted(notes[position], following - position - 1)
            canvas.put(position, text)
            _keep_apart(canvas, position + cell_len(text), where)
        yield canvas


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
