"""What captures show, for people and for programs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bothways.diagnosis.capture import Course, Judged, Judgement, Line
from bothways.report.capture_pictures import TERMINAL_ROWS, Group, grouped
from bothways.report.escaping import clean
from bothways.report.ladder import ladder, ladder_keys
from bothways.report.ladder.of_capture import MOST_ROWS, captured

_MOST_TOLD = 5
_MOST_ROWS = 20


def capture_lines(
    judged: Judged, *, everything: bool = False, drawn: Collection[Judgement] = ()
) -> Iterator[RenderableType]:
    """The verdict, each odd stream with its packets, the table of streams, and what was not seen.

    Args:
        judged: a capture.
        everything: every odd stream, every row.
        drawn: the streams whose ladders are drawn.
    """
    groups = grouped(judged.judgements)
    yield Text(clean(verdict(judged, groups)), style="bold")
    shown = groups if everything else groups[:_MOST_TOLD]
    for group in shown:
        yield ""
        yield from _told(group)
        yield from _drawn([one for one in group if one in drawn], everything=everything)
    if len(groups) > len(shown):
        yield f"and {_many(len(groups) - len(shown), 'more kind')} of odd streams; all of them: --all"
    yield ""
    yield _flags(judged)
    yield from _table(judged, everything=everything)
    for sentence in judged.could_not_see:
        yield clean(f"could not see: {sentence}")
    for sentence in judged.remarks:
        yield clean(f"by the way: {sentence}")
    yield from _pings(judged)


def verdict(judged: Judged, groups: Sequence[Group]) -> str:
    """One line: the file, how many streams, the worst of them."""
    name, count = judged.capture.name, len(judged.courses)
    if not count:
        return f"{name}: no TCP connection to be seen among {_many(judged.capture.total, 'packet')}"
    head = f"{name}: {_many(count, 'stream')}, {_counted(judged)}"
    if not groups:
        return f"{head}; none is odd"
    worst = groups[0][0]
    odd = len(judged.judgements)
    return (
        f"{head}; {odd} odd: {worst.cause} ({worst.confidence}), {worst.stream.name}, packet {worst.packet}"
    )


def _told(group: Group) -> Iterator[RenderableType]:
    one = group[0]
    more = f" (and {len(group) - 1} more like it)" if len(group) > 1 else ""
    yield Text(clean(f"{one.cause} ({one.confidence}): {one.stream.name}{more}"), style="bold")
    yield clean(f"  {one.sentence}")
    for line in one.lines:
        yield Text(clean(f"    {line_text(line)}"), style="dim")
    for sign in one.signs:
        yield clean(f"  {'for it' if sign.weight > 0 else 'against it'} ({sign.weight:+}): {sign.text}")
    for reason in one.why:
        yield clean(f"  {reason if reason.startswith('not ') else f'perhaps: {reason}'}")
    for wish in one.ask:
        yield clean(f"  to know more: {wish}")


def _drawn(odd: Sequence[Judgement], *, everything: bool) -> Iterator[RenderableType]:
    for one in odd:
        yield ""
        yield ladder(captured(one, most=MOST_ROWS if everything else TERMINAL_ROWS))


def line_text(line: Line) -> str:
    """`users.pcap:27 at 08:00:20.001500: …`."""
    return f"{line.file}:{line.number} at {line.moment}: {line.text}"


def _table(judged: Judged, *, everything: bool) -> Iterator[RenderableType]:
    odd = {one.stream.number: one for one in judged.judgements}
    courses = sorted(judged.courses, key=lambda one: (one.stream.number not in odd, one.stream.number))
    shown = courses if everything else courses[:_MOST_ROWS]
    if not shown:
        return
    parts = {part.number: one.stream.number for one in judged.judgements for part in one.also}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("#", "client > server", "packets", "bytes", "state", "ended by", "odd from", "why"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis")
    for course in shown:
        number = course.stream.number
        why = f"part of {parts[number]}" if number in parts else ""
        table.add_row(*(Text(clean(cell)) for cell in _row(course, odd.get(number), why)))
    yield table
    if len(courses) > len(shown):
        yield f"and {_many(len(courses) - len(shown), 'more stream')}; all of them: --all"


def _row(course: Course, judgement: Judgement | None, why: str) -> tuple[str, ...]:
    return (
        str(course.stream.number),
        course.stream.name,
        f"{course.client.packets}/{course.server.packets}",
        f"{course.client.bytes}/{course.server.bytes}",
        course.state,
        course.ended_by or "-",
        str(judgement.packet) if judgement else "-",
        judgement.cause if judgement else why,
    )


def _counted(judged: Judged) -> str:
    return ", ".join(f"{count} {state}" for state, count in judged.states.most_common())


def _flags(judged: Judged) -> str:
    """How many SYN, FIN and RST: where most connections close and one does not, the sum is off by one."""
    counts = ", ".join(f"{count} {name}" for name, count in judged.flag_counts.items())
    return f"{_many(len(judged.courses), 'connection')}: {counts}"


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _pings(judged: Judged) -> Iterator[str]:
    """Pings between two ends whose connections fail: a way that works for packets without state."""
    ends = {(one.stream.client, one.stream.server) for one in judged.judgements}
    for echo in judged.capture.echoes:
        if (echo.source, echo.destination) in ends and echo.answered:
            yield (
                f"by the way: {echo.answered} of {echo.asked} pings from "
                f"{judged.capture.address(echo.source)} "
                f"to {judged.capture.address(echo.destination)} are answered: both ways exist, and what "
                f"fails "
                "is something that keeps state"
            )


def capture_keys(judged: Judged, *, drawn: Collection[Judgement] = ()) -> dict[str, Any]:
    """A capture for programs; `drawn` are the odd streams that come with their ladders."""
    capture = judged.capture
    return {
        "file": capture.name,
        "form": capture.form,
        "packets": capture.total,
        "flags": dict(judged.flag_counts),
        "states": {str(state): count for state, count in judged.states.items()},
        "streams": [_stream_keys(course) for course in judged.courses],
        "odd": [_odd_keys(one, drawn=one in drawn) for one in judged.judgements],
        "could_not_see": list(judged.could_not_see),
        "remarks": list(judged.remarks),
    }


def _stream_keys(course: Course) -> dict[str, Any]:
    stream = course.stream
    return {
        "number": stream.number,
        "client": stream.side(client=True),
        "client_port": stream.client_port,
        "server": stream.side(client=False),
        "server_port": stream.server_port,
        "client_known_by": stream.opening.value,
        "state": course.state.value,
        "ended_by": course.ended_by,
        "packets": [course.client.packets, course.server.packets],
        "bytes": [course.client.bytes, course.server.bytes],
        "repeated": [course.client.repeated, course.server.repeated],
        "longest_gap_s": round(course.gap_s, 6),
    }


def _odd_keys(judgement: Judgement, *, drawn: bool) -> dict[str, Any]:
    return {
        "stream": judgement.stream.number,
        "cause": judgement.cause.value,
        "confidence": judgement.confidence.value,
        "severity": judgement.cause.severity.value,
        "packet": judgement.packet,
        "sentence": judgement.sentence,
        "evidence": [
            {"file": line.file, "packet": line.number, "at": line.moment, "text": line.text}
            for line in judgement.lines
        ],
        "signs": [{"name": sign.name, "weight": sign.weight, "text": sign.text} for sign in judgement.signs],
        "why": list(judgement.why),
        "ask": list(judgement.ask),
        "also": [stream.number for stream in judgement.also],
        "ladder": ladder_keys(captured(judgement)) if drawn else None,
    }
