"""Which packets of a long stream a picture shows, and what is said of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.packets import ACK, FIN, RST, SYN, after
from bothways.report.ladder.crossings import Crossing

_WORTH_TELLING_S = 60.0


@dataclass(slots=True)
class _Sent:
    """What an end has sent so far."""

    end: int | None = None
    acked: int | None = None
    window: int = -1


def repetitions(crossings: Sequence[Crossing]) -> list[str]:
    """For each packet `again` (bytes sent before), `asks again` (acknowledged before), or nothing."""
    sides = {True: _Sent(), False: _Sent()}
    known = bool(crossings) and {"numbers", "length"} <= crossings[0].first.stream.capture.known
    return [_repeats(sides, one) if known else "" for one in crossings]


def _repeats(sides: dict[bool, _Sent], crossing: Crossing) -> str:
    seen = crossing.first.seen
    side, other = sides[seen.from_client], sides[not seen.from_client]
    if seen.flags & RST:
        return ""
    size = seen.length + bool(seen.flags & SYN) + bool(seen.flags & FIN)
    said = ""
    end = seen.seq + size
    if size and side.end is not None and after(end, side.end) <= 0:
        said = "again"
    elif size:
        side.end = end
    elif side.acked == seen.ack and side.window == seen.window:
        said = "asks again" if other.end is not None and after(other.end, seen.ack) > 0 else ""
    if seen.flags & ACK:
        side.acked, side.window = seen.ack, seen.window
    return said


def kept(crossings: Sequence[Crossing], course: Course, told: Iterable[int], most: int) -> list[int]:
    """Places among the packets that are shown: what the verdict rests on, the handshake, the end.

    Args:
        crossings: all of them.
        course: of the stream.
        told: numbers, in the file, of the packets that the verdict rests on, the odd one first.
        most: how many are shown.
    """
    return chosen(_by_worth(crossings, course, tuple(told)), len(crossings), most)


def chosen(by_worth: Iterable[int], count: int, most: int) -> list[int]:
    """The first `most` of `count` places, in order, and those that stand alone between two of them.

    One packet takes no more room than saying that it is left out.
    """
    if count <= most:
        return list(range(count))
    wanted: dict[int, None] = {}
    for index in by_worth:
        if len(wanted) == most:
            break
        wanted.setdefault(index)
    shown = sorted(wanted)
    singles = [one + 1 for one, other in pairwise([-1, *shown, count]) if other - one == 2]
    return sorted([*shown, *singles])


def _by_worth(crossings: Sequence[Crossing], course: Course, told: Sequence[int]) -> Iterator[int]:
    at = {number: index for index, one in enumerate(crossings) for number in one.numbers}
    odd = [at[number] for number in told if number in at]
    yield from odd
    yield from _handshake(crossings)
    yield len(crossings) - 1
    if course.gap_before is not None and course.gap_s >= _WORTH_TELLING_S:
        quiet = at.get(course.gap_before.number, 0)
        yield from (quiet, max(quiet - 1, 0))
    for flag, count in ((RST, 1), (FIN, 2)):
        yield from [index for index, one in enumerate(crossings) if one.first.seen.flags & flag][:count]
    for index in odd[:1]:
        yield from (place for place in (index - 1, index + 1) if 0 <= place < len(crossings))
    yield from range(len(crossings))


def _handshake(crossings: Sequence[Crossing]) -> Iterator[int]:
    """The first SYN, the first SYN/ACK, and what the client says to it."""
    syn = next((at for at, one in enumerate(crossings) if one.first.seen.is_syn), None)
    answer = next((at for at, one in enumerate(crossings) if one.first.seen.is_syn_ack), None)
    yield from (at for at in (syn, answer) if at is not None)
    if answer is not None:
        later = range(answer + 1, len(crossings))
        yield from [at for at in later if crossings[at].from_client and not crossings[at].first.seen.is_syn][
            :1
        ]


def left_out(crossings: Sequence[Crossing], repeated: Sequence[str], hidden: int = 0) -> str:
    """What is said of packets that are not shown, in one line; `hidden` of them were only counted."""
    count = len(crossings)
    told: Counter[str] = Counter()
    for one, said in zip(crossings, repeated, strict=True):
        seen = one.first.seen
        name = "SYN/ACK" if seen.is_syn_ack else "SYN" if seen.is_syn else "RST" if seen.is_reset else ""
        told[name or ("FIN" if seen.is_fin else "")] += 1
        told[{"again": "sent again", "asks again": "acknowledging the same again"}.get(said, "")] += not name
    payload = sum(one.first.seen.length for one in crossings)
    if hidden:
        return f"{count + hidden:,} packets, most of them counted only"
    head = f"{count:,} packet{'s' if count > 1 else ''}"
    odd = [f"{number:,} {name}" for name, number in told.items() if name and number]
    if odd:
        return f"{head}, among them {', '.join(odd)}"
    return f"{head} as they should be" + (f", {payload:,} bytes" if payload else "")
