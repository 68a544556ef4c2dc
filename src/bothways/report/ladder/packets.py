"""The packets of a ladder in full: every stretch with its wire, its addresses and both its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.report.ladder.cells import wrapped
from bothways.report.ladder.picture import Picture, Row, Stretch
from bothways.report.ladder.words import (
    agreement,
    change_text,
    fate_of,
    name_of,
    numbers_in_full,
    sighting_text,
    why_of,
)


def packet_lines(picture: Picture, width: int) -> list[str]:
    """Under a ladder: what did not fit on its arrows."""
    told = (text for row in picture.rows for text in _told(row, picture))
    return [line for text in told for line in wrapped(text, width, 6)]


def _told(row: Row, picture: Picture) -> Iterator[str]:
    yield f"packet {name_of(row)}"
    for stretch in row.stretches:
        start, end = (picture.column(key).name for key in (stretch.start, stretch.end))
        if stretch.changes:
            yield f"  {start} rewrites {', '.join(map(change_text, stretch.changes))}"
        yield f"  {start} → {end}: {'; '.join(filter(None, (_headers(stretch), str(stretch.through))))}"
    if row.end is not None:
        onward = str(row.end.through)
        going = f"; would go {onward}" if onward else ""
        yield f"  {picture.column(row.end.column).name}: {fate_of(row)}: {why_of(row)}{going}"
    elif row.dead:
        yield f"  {fate_of(row)}"
    if row.agrees is False:
        yield f"  {agreement(row)}: what was captured is not what was predicted"
    for sighting in row.sightings:
        yield f"  captured: {sighting_text(sighting, picture)}"
    if row.remark:
        yield f"  note: {row.remark}"


def _headers(stretch: Stretch) -> str:
    return ", ".join((f"{stretch.source} > {stretch.destination}", *numbers_in_full(stretch)))
