"""A picture with all its texts changed in one way: made harmless, turned to ASCII, escaped."""

from __future__ import annotations

from dataclasses import replace

from bothways.report.ladder.cells import Say
from bothways.report.ladder.picture import (
    Change,
    Column,
    End,
    Number,
    Passage,
    Picture,
    Row,
    Sighting,
    Stretch,
)


def with_texts(picture: Picture, say: Say) -> Picture:
    """The picture as `say` says it; keys stay, since columns are found by them and nobody reads them."""
    return replace(
        picture,
        title=say(picture.title),
        source=say(picture.source),
        columns=tuple(_column(column, say) for column in picture.columns),
        rows=tuple(_row(row, say) for row in picture.rows),
        legend=tuple((say(symbol), say(meaning)) for symbol, meaning in picture.legend),
    )


def _column(column: Column, say: Say) -> Column:
    return replace(column, name=say(column.name), aliases=tuple(map(say, column.aliases)))


def _row(row: Row, say: Say) -> Row:
    return replace(
        row,
        kind=say(row.kind),
        stretches=tuple(_stretch(stretch, say) for stretch in row.stretches),
        end=_end(row.end, say),
        sightings=tuple(_sighting(sighting, say) for sighting in row.sightings),
        remark=say(row.remark),
    )


def _stretch(stretch: Stretch, say: Say) -> Stretch:
    return replace(
        stretch,
        source=say(stretch.source),
        destination=say(stretch.destination),
        seq=_number(stretch.seq, say),
        ack=_number(stretch.ack, say),
        changes=tuple(Change(say(one.what), say(one.before), say(one.after)) for one in stretch.changes),
        through=_passage(stretch.through, say),
    )


def _number(number: Number | None, say: Say) -> Number | None:
    return replace(number, relative=say(number.relative)) if number else None


def _passage(passage: Passage, say: Say) -> Passage:
    return Passage(
        leaves=say(passage.leaves),
        next_hop=say(passage.next_hop),
        source_mac=say(passage.source_mac),
        next_hop_mac=say(passage.next_hop_mac),
        enters=say(passage.enters),
        vrf=say(passage.vrf),
    )


def _end(end: End | None, say: Say) -> End | None:
    if end is None:
        return None
    return replace(end, why=say(end.why), counter=say(end.counter), through=_passage(end.through, say))


def _sighting(sighting: Sighting, say: Say) -> Sighting:
    return replace(sighting, file=say(sighting.file), time=say(sighting.time), text=say(sighting.text))
