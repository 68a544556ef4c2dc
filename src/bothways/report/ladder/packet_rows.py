"""The packets of a picture as rows of a table: all that the drawing has no room for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bothways.report.ladder.aloud import FATES, agreement, change_words, end_words, number_words, sightings
from bothways.report.ladder.lettering import shown
from bothways.report.ladder.picture import Picture, Row, Stretch


@dataclass(frozen=True, slots=True)
class Step:
    """From one column to the next, by which interfaces, next hop and frame."""

    start: str
    end: str
    through: str


@dataclass(frozen=True, slots=True)
class PacketRow:
    """One packet.

    Attributes:
        packet: its number and kind.
        dead: the flow dies of it.
        ends: what becomes of it, where and why.
        told: what was captured of it, and what else is said.
    """

    packet: str
    dead: bool
    way: tuple[Step, ...]
    numbers: tuple[str, ...]
    rewrites: tuple[str, ...]
    ends: str
    told: tuple[str, ...]


def packet_rows(picture: Picture) -> list[PacketRow]:
    """The rows, in the picture's order."""
    names = {column.key: shown(column.name) for column in picture.columns}
    return [_packet(row, picture, names) for row in picture.rows]


def _packet(row: Row, picture: Picture, names: dict[str, str]) -> PacketRow:
    told = [*sightings(row, picture, shown), agreement(row), shown(row.remark)]
    way = [Step(names[one.start], names[one.end], shown(str(one.through))) for one in row.stretches]
    changed = [(names[one.start], change) for one in row.stretches for change in one.changes]
    return PacketRow(
        packet=shown(f"{row.number} {row.kind}") if row.stretches or row.end else shown(row.kind),
        dead=row.dead,
        way=tuple(way),
        numbers=tuple(_numbers(row.stretches, names)),
        rewrites=tuple(f"{name}: {change_words(change)}" for name, change in changed),
        ends=_ends(row, names) if row.stretches or row.end else "",
        told=tuple(filter(None, told)),
    )


def _numbers(stretches: tuple[Stretch, ...], names: dict[str, str]) -> Iterator[str]:
    """Those it sets out with, and those that are others behind a device."""
    before: dict[str, str] = {}
    for stretch in stretches:
        for what, number in (("seq", stretch.seq), ("ack", stretch.ack)):
            words = shown(number_words(what, number)) if number is not None else ""
            if words and before.get(what) != words:
                yield f"{words} behind {names[stretch.start]}" if what in before else words
                before[what] = words


def _ends(row: Row, names: dict[str, str]) -> str:
    if row.end is None:
        return FATES[row.fate]
    onward = shown(str(row.end.through))
    would = f"it would have gone {onward}" if onward else ""
    return "; ".join(filter(None, (f"{FATES[row.fate]} at {names[row.end.column]}", end_words(row), would)))
