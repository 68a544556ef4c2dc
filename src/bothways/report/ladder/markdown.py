"""A ladder in a document: the picture in a fenced block, and its packets as a table."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.report.ladder.picture import Picture, Row, Stretch
from bothways.report.ladder.text import ladder_text
from bothways.report.ladder.words import (
    agreement,
    change_text,
    fate_of,
    name_of,
    number_text,
    sighting_text,
    why_of,
)
from bothways.report.markdown_text import fenced, table

_LEAST_WIDTH = 88
_GAP = 18
_BESIDE = 32
"""The cells that no gap takes: packet names at the left, half a name at either end."""
_HEADINGS = ("packet", "from", "to", "addresses", "seq", "ack", "wire", "rewritten before")
_SEEN = ("packet", "captured", "where and what")


def ladder_markdown(picture: Picture) -> str:
    """The picture as people see it on a terminal, then every stretch of every packet."""
    width = max(_LEAST_WIDTH, _BESIDE + _GAP * (len(picture.columns) - 1))
    parts = (
        fenced(ladder_text(picture, width).splitlines()),
        table(_HEADINGS, (cells for row in picture.rows for cells in _stretches(row, picture))),
        table(_SEEN, (cells for row in picture.rows for cells in _sightings(row, picture))),
    )
    return "\n\n".join(filter(None, parts))


def _stretches(row: Row, picture: Picture) -> Iterator[tuple[str, ...]]:
    for stretch in row.stretches:
        yield (name_of(row), *_names(stretch, picture), *_headers(stretch))
    if row.end is not None:
        onward = f"would go {row.end.through}" if str(row.end.through) else ""
        ending = f"{fate_of(row)}: {why_of(row)}"
        yield name_of(row), picture.column(row.end.column).name, "", ending, "", "", onward, ""


def _names(stretch: Stretch, picture: Picture) -> tuple[str, str]:
    return picture.column(stretch.start).name, picture.column(stretch.end).name


def _headers(stretch: Stretch) -> tuple[str, ...]:
    return (
        f"{stretch.source} > {stretch.destination}",
        number_text(stretch.seq),
        number_text(stretch.ack),
        str(stretch.through),
        ", ".join(map(change_text, stretch.changes)),
    )


def _sightings(row: Row, picture: Picture) -> Iterator[tuple[str, ...]]:
    if row.agrees is False and not row.sightings:
        yield name_of(row), agreement(row), "nothing was captured of it"
    for sighting in row.sightings:
        yield name_of(row), agreement(row), sighting_text(sighting, picture)
