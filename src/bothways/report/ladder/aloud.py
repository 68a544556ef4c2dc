"""A ladder in words: what is read aloud in place of the drawing, and what stands beside its marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.cells import cell_len

from bothways.report.ladder.lettering import spoken
from bothways.report.ladder.picture import Change, Column, Fate, Number, Passage, Picture, Row, Stretch
from bothways.report.ladder.words import DISAGREES, number_text
from bothways.report.ladder.words import agreement as word_of_agreement

_SHORT = 26
"""Cells of a line that may stand between two lifelines."""
FATES = {
    Fate.ARRIVES: "arrives",
    Fate.DIES: "dies",
    Fate.REFUSED: "refused",
    Fate.AFTERWARDS: "dies, too",
    Fate.SUPPOSED: "supposed",
    Fate.SEEN: "seen",
    Fate.UNSEEN: "not seen further",
}
_ENDS = {
    Fate.ARRIVES: "ends",
    Fate.DIES: "dies",
    Fate.REFUSED: "dies",
    Fate.AFTERWARDS: "dies, too, as the flow is dead already,",
    Fate.SUPPOSED: "would die",
    Fate.SEEN: "ends",
    Fate.UNSEEN: "is not seen further than",
}


def picture_words(picture: Picture) -> str:
    """What the picture shows, in a sentence or two."""
    dead = next((row for row in picture.rows if row.dead), None)
    count = len(picture.rows)
    end = (
        f"the flow dies with packet {dead.number}, {spoken(dead.kind)}"
        if dead
        else "no packet is marked dead"
    )
    columns = ", ".join(spoken(column.name) for column in picture.columns)
    return (
        f"A ladder, {spoken(picture.source)}: {count} {'packet' if count == 1 else 'packets'}, "
        f"{end}. From left to right: {columns}."
    )


def column_words(column: Column) -> str:
    """A column, with the other addresses it has."""
    also = f", also {', '.join(spoken(alias) for alias in column.aliases)}" if column.aliases else ""
    return f"{column.kind} {spoken(column.name)}{also}"


def row_words(row: Row, picture: Picture) -> str:
    """One packet, whole: from where to where, what becomes of it, and what was rewritten on the way."""
    if (
        not row.stretches and row.end is None and row.remark
    ):  # a place in the picture where packets are left out
        return spoken(row.remark)
    names = {column.key: spoken(column.name) for column in picture.columns}
    supposed = "supposed " if row.fate is Fate.SUPPOSED else ""
    told = [f"{supposed}packet {row.number}, {spoken(row.kind)}{_ends(row)}: {_fate(row, names)}"]
    if row.dead:
        told.append("the flow dies of this")
    told += _rewrites(row, names)
    told += [f"by way of {_way(row, names)}"] if len(row.stretches) > 1 else []
    told += _numbers(row.stretches[:1])
    told += sightings(row, picture)
    told += [agreement(row)] if row.agrees is not None else []
    told += [spoken(row.remark)] if row.remark else []
    return "; ".join(told)


def agreement(row: Row) -> str:
    """Whether capture and prediction go together, in words; "" where only one of them is there."""
    if row.agrees is None:
        return ""
    if not row.agrees and not row.sightings:
        return f"{DISAGREES}: nothing was captured of it"
    return f"{word_of_agreement(row)} with what was captured"


def sightings(row: Row, picture: Picture, say: Callable[[str], str] = spoken) -> list[str]:
    """Each packet of a capture that stands for the row, on a line; no place that the file's name says."""
    names = {column.key: column.name for column in picture.columns}
    places = [names.get(one.at, one.file) for one in row.sightings]
    return [
        f"captured{'' if place == one.file else f' at {say(place)}'} as {say(one.file)}:{one.number}, "
        f"{say(one.time)}: {say(one.text)}"
        for one, place in zip(row.sightings, places, strict=True)
    ]


def number_words(what: str, number: Number) -> str:
    """`seq C+1 (2507699368)`."""
    return f"{what} {number_text(number) or '?'}"


def change_words(change: Change) -> str:
    """What a device did to a packet."""
    return f"{spoken(change.what)} from {spoken(change.before)} to {spoken(change.after)}"


def way_words(passage: Passage) -> list[str]:
    """How a packet leaves one and comes to the next, a line each."""
    out = f"out {passage.leaves}" if passage.leaves else ""
    to = f"to {passage.next_hop}" if passage.next_hop else ""
    vrf = f"VRF {passage.vrf}" if passage.vrf else ""
    into = f"in {passage.enters}" if passage.enters else ""
    onward = f"{out} {to}" if out and to else ""
    leaves = [onward] if onward and cell_len(onward) <= _SHORT else [out, to]
    return list(filter(None, (*leaves, ", ".join(filter(None, (into, vrf))))))


def end_words(row: Row) -> str:
    """Why a packet goes no further, and what counts it."""
    if row.end is None:
        return ""
    counter = f" (counted as {spoken(row.end.counter)})" if row.end.counter else ""
    return f"{spoken(row.end.why)}{counter}".strip()


def _ends(row: Row) -> str:
    if not row.stretches:
        return ""
    first = row.stretches[0]
    return f", from {spoken(first.source)} to {spoken(first.destination)}"


def _fate(row: Row, names: dict[str, str]) -> str:
    if row.end is None:
        return FATES[row.fate]
    joint = "" if row.fate is Fate.UNSEEN else " at"
    told = [
        f"{_ENDS[row.fate]}{joint} {names[row.end.column]}",
        "refused" if row.fate is Fate.REFUSED else "",
    ]
    return ": ".join(filter(None, (*told, end_words(row))))


def _rewrites(row: Row, names: dict[str, str]) -> Iterator[str]:
    for stretch in row.stretches:
        if stretch.changes:
            yield f"{names[stretch.start]} rewrites {', '.join(map(change_words, stretch.changes))}"


def _way(row: Row, names: dict[str, str]) -> str:
    return ", ".join(names[stretch.start] for stretch in row.stretches[1:])


def _numbers(stretches: tuple[Stretch, ...]) -> Iterator[str]:
    for stretch in stretches:
        for what, number in (("seq", stretch.seq), ("ack", stretch.ack)):
            if number is not None:
                yield spoken(number_words(what, number))
