"""Which captured streams are drawn: the worst of each cause, so that an answer stays short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bothways.diagnosis.capture import Joined, JoinedCall, Judged, Judgement
from bothways.diagnosis.capture.foretold import Foretold
from bothways.diagnosis.findings import Severity
from bothways.report.capture_foretold import foretold_picture
from bothways.report.ladder.of_capture import MOST_ROWS, captured
from bothways.report.ladder.of_join import joined_picture
from bothways.report.ladder.picture import Picture

MOST_LADDERS = 3
TERMINAL_ROWS = 5
"""Of an answer on a terminal: the handshake, the odd packet, the end."""
MOST_IN_FILES = 20
Group = list[Judgement]


def grouped(judgements: Sequence[Judgement]) -> list[Group]:
    """Odd streams of one cause between the same two ends and the same port are one story."""
    groups: dict[tuple[str, int, int, int], Group] = {}
    for one in judgements:
        stream = one.stream
        groups.setdefault((one.cause, stream.client, stream.server, stream.server_port), []).append(one)
    return list(groups.values())


def worst(judged: Judged, *, everything: bool = False, most: int = MOST_LADDERS) -> list[Judgement]:
    """The streams to draw: the first of each story, one of each cause; a program's own RST is no failure."""
    stories = [group[0] for group in grouped(judged.judgements)]
    if everything:
        return stories
    causes: dict[str, Judgement] = {}
    for one in stories:
        if one.cause.severity is not Severity.NOTE:
            causes.setdefault(one.cause, one)
    return list(causes.values())[:most]


def odd_calls(joined: Joined, *, everything: bool = False, most: int = MOST_LADDERS) -> list[JoinedCall]:
    """The joined calls to draw; where nothing is odd, the first one."""
    odd = [call for call in joined.calls if call.cause is not None]
    told = odd or list(joined.calls[:1])
    return told if everything else told[:most]


def terse(picture: Picture) -> Picture:
    """Without the line that says each captured packet once more, where these are told above the ladder."""
    return replace(picture, rows=tuple(replace(row, sightings=()) for row in picture.rows))


def pictures_of(
    judged: Iterable[Judged],
    joins: Iterable[Joined] = (),
    foretold: Sequence[Foretold] = (),
    *,
    everything: bool = False,
) -> tuple[Picture, ...]:
    """The ladders of a report: joined calls, then walks beside captures, then each capture's odd streams.

    A stream that is shown beside its walk is not shown alone; a capture in which nothing is odd and that has
    only one stream shows that.
    """
    found = [
        joined_picture(call)
        for joined in joins
        for call in odd_calls(joined, everything=everything, most=MOST_IN_FILES)
    ]
    walked = [one for one in foretold if one.walked.legs]
    found += [foretold_picture(one) for one in walked]
    shown = {one.judgement for one in walked}
    for one in judged:
        odd: Sequence[Judgement] = worst(one, everything=everything, most=MOST_IN_FILES)
        found += [captured(judgement, most=MOST_ROWS) for judgement in odd if judgement not in shown]
        if not odd and len(one.courses) == 1:
            found.append(captured(one.courses[0]))
    return tuple(found)
