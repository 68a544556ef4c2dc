"""How every form says what a picture holds: fates, numbers, addresses, rewrites, sightings."""

from __future__ import annotations

import re

from bothways.report.ladder.picture import Change, Fate, Number, Picture, Row, Sighting, Stretch

_CLOCK = re.compile(r"\d\d:\d\d:\d\d(\.\d{1,3})?", re.ASCII)
DEAD = "DIES HERE"
DISAGREES = "DISAGREES"
_ENDS = {
    Fate.ARRIVES: "",
    Fate.DIES: "dies",
    Fate.REFUSED: "refused",
    Fate.AFTERWARDS: "afterwards",
    Fate.SUPPOSED: "supposed",
    Fate.SEEN: "seen last",
    Fate.UNSEEN: "not seen",
}
_MARKS = {Fate.DIES: "✗", Fate.REFUSED: "✗", Fate.UNSEEN: "?", Fate.SEEN: "?"}
_ADDRESSES = ("source", "destination")
_CARRIES_SEQ = ("SYN", "RST")


def name_of(row: Row) -> str:
    """`2 SYN/ACK`; in brackets when it is never sent."""
    name = f"{row.number} {row.kind}"
    return f"({name})" if row.fate is Fate.SUPPOSED else name


def time_of(row: Row) -> str:
    """When it was captured first, to the millisecond; "" where the capture has no times."""
    found = _CLOCK.search(row.sightings[0].time) if row.sightings else None
    return found.group() if found else ""


def fate_of(row: Row) -> str:
    """What becomes of it, in a word or two; the dead packet's are like no other's."""
    return DEAD if row.dead else _ENDS[row.fate]


def mark_of(row: Row) -> str:
    """The sign where its way ends: what dies of itself, what dies because of that, what is lost to sight."""
    return "✗" if row.dead else _MARKS.get(row.fate, "x")


def why_of(row: Row) -> str:
    """Why its way ends, with the counter that counts it."""
    if row.end is None:
        return ""
    return f"{row.end.why} ({row.end.counter})" if row.end.counter else row.end.why


def number_text(number: Number | None) -> str:
    """Relative, and absolute where somebody saw it."""
    if number is None:
        return ""
    absolute = "" if number.absolute is None else str(number.absolute)
    if not number.relative or number.relative == absolute:
        return absolute or number.relative
    return f"{number.relative} ({absolute})" if absolute else number.relative


def short(number: Number) -> str:
    """Relative; absolute where only that is known."""
    return number.relative or number_text(number)


def addresses(stretch: Stretch) -> list[str]:
    """The addresses rewritten where the stretch starts; a port is said where it is what changed."""
    return [_address(one) for one in stretch.changes if one.what in _ADDRESSES]


def rewritten(stretch: Stretch) -> list[str]:
    """All that was rewritten where the stretch starts, as it would stand on an arrow."""
    return [_address(one) if one.what in _ADDRESSES else _counted(one, stretch) for one in stretch.changes]


def numbers(stretch: Stretch) -> list[str]:
    """Both numbers, relative."""
    return [f"{what} {short(number)}" for what, number in _pairs(stretch) if number]


def numbers_in_full(stretch: Stretch) -> list[str]:
    """Both numbers, absolute too where somebody saw them."""
    return [f"{what} {number_text(number)}" for what, number in _pairs(stretch) if number]


def number_that_matters(row: Row, stretch: Stretch) -> list[str]:
    """What a SYN or RST carries; what any other packet acknowledges."""
    what, number = ("seq", stretch.seq) if row.kind in _CARRIES_SEQ else ("ack", stretch.ack)
    return [f"{what} {short(number)}"] if number else []


def change_text(change: Change) -> str:
    """`seq C → C+Δ`."""
    return f"{change.what} {change.before} → {change.after}"


def sighting_text(sighting: Sighting, picture: Picture) -> str:
    """`users.pcap:27 at edge-asa 08:00:20.001500 10.12.0.130.50112 > …`."""
    name = {column.key: column.name for column in picture.columns}.get(sighting.at, "")
    where = f"at {name}" if name not in ("", sighting.file) else ""
    file = f"{sighting.file}:{sighting.number}"
    return " ".join(filter(None, (file, where, sighting.time, sighting.text)))


def place_of(row: Row) -> str:
    """The key of the column where its way ends, "" for a packet that arrives."""
    if row.end is not None:
        return row.end.column
    return row.stretches[-1].end if row.dead and row.stretches else ""


def agreement(row: Row) -> str:
    """Whether capture and prediction go together, in a word."""
    if row.agrees is None:
        return "captured" if row.sightings else ""
    return "agrees" if row.agrees else DISAGREES


def names_on_the_way(row: Row, picture: Picture) -> list[str]:
    """The columns a packet comes to, its sender first."""
    if not row.stretches:
        return [picture.column(row.end.column).name] if row.end else []
    keys = [row.stretches[0].start, *(stretch.end for stretch in row.stretches)]
    return [picture.column(key).name for key in keys]


def _pairs(stretch: Stretch) -> tuple[tuple[str, Number | None], ...]:
    return ("seq", stretch.seq), ("ack", stretch.ack)


def _address(change: Change) -> str:
    host, _, port = change.after.rpartition(":")
    before_host, _, before_port = change.before.rpartition(":")
    return host if host and port == before_port and host != before_host else change.after


def _counted(change: Change, stretch: Stretch) -> str:
    number = dict(_pairs(stretch)).get(change.what)
    return f"{change.what} {short(number) if number else change.after}"
