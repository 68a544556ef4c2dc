"""What a report tells of captures: joined calls, odd streams, each file, and what a snapshot foretells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bothways.diagnosis.capture import Joined, JoinedCall, Judged, Judgement
from bothways.diagnosis.capture.foretold import Foretold
from bothways.diagnosis.findings import Severity
from bothways.report.capture import line_text, verdict
from bothways.report.capture_foretold import foretold_picture
from bothways.report.capture_join import join_verdict
from bothways.report.capture_pictures import MOST_IN_FILES, grouped, odd_calls, worst
from bothways.report.flow_chapter import flow_chapter
from bothways.report.ladder.of_capture import captured
from bothways.report.ladder.of_join import joined_picture
from bothways.report.ladder.sheet import Chapter, Mood, Said


def capture_chapters(
    seen: Sequence[Judged], joins: Iterable[Joined], found: Iterable[Foretold], *, everything: bool = False
) -> Iterator[Chapter]:
    """Joined calls first, then each file with its odd streams, then what the devices' state says of them."""
    for joined in joins:
        calls = odd_calls(joined, everything=everything, most=MOST_IN_FILES)
        yield Chapter(
            heading=f"{joined.here.capture.name} and {joined.there.capture.name}",
            verdict=join_verdict(joined),
            mood=Mood.BAD if any(call.cause is not None for call in calls) else Mood.GOOD,
        )
        yield from map(_call, calls)
    for one in seen:
        odd = worst(one, everything=everything, most=MOST_IN_FILES)
        yield _file(one, alone=not odd and len(one.courses) == 1)
        yield from map(_stream, odd)
    for said in found:
        yield _foretold(said)


def capture_headline(seen: Sequence[Judged]) -> str:
    """What a reader wants to know first, in a few words."""
    count = sum(len(one.courses) for one in seen)
    failed = [one for judged in seen for one in judged.judgements if _fails(one)]
    if not count:
        return "No TCP connection to be seen"
    streams = f"{count} stream{'' if count == 1 else 's'}"
    if not failed:
        doubt = "; not everything was seen" if any(one.could_not_see for one in seen) else ""
        return f"None of {streams} failed{doubt}"
    causes = ", ".join(dict.fromkeys(one.cause.value for one in failed))
    return f"{len(failed)} of {streams} failed: {causes}"


def capture_mood(seen: Sequence[Judged]) -> Mood:
    """How that sounds."""
    if any(_fails(one) for judged in seen for one in judged.judgements):
        return Mood.BAD
    doubt = any(one.could_not_see for one in seen) or not any(one.courses for one in seen)
    return Mood.DIM if doubt else Mood.GOOD


def _fails(one: Judgement) -> bool:
    return one.cause.severity is not Severity.NOTE


def _file(judged: Judged, *, alone: bool) -> Chapter:
    """A capture as a whole; the only stream of one is drawn here if there is nothing odd about it."""
    states = tuple(f"{count} {state}" for state, count in judged.states.most_common())
    flags = tuple(f"{count} {name}" for name, count in judged.flag_counts.items())
    return Chapter(
        heading=judged.capture.name,
        verdict=verdict(judged, grouped(judged.judgements)),
        mood=capture_mood([judged]),
        picture=captured(judged.courses[0]) if alone else None,
        said=(Said("Streams", states), Said("Flags", flags), Said("By the way", tuple(judged.remarks))),
        could_not_see=tuple(judged.could_not_see),
    )


def _stream(one: Judgement) -> Chapter:
    signs = tuple(
        f"{'for it' if sign.weight > 0 else 'against it'} ({sign.weight:+}): {sign.text}"
        for sign in one.signs
    )
    return Chapter(
        heading=f"{one.cause}: {one.stream.name}",
        verdict=f"{one.sentence} ({one.confidence})",
        mood=Mood.BAD if _fails(one) else Mood.DIM,
        picture=captured(one),
        said=(
            Said("It rests on", tuple(map(line_text, one.lines))),
            Said("Weighed", signs),
            Said("What may stand behind it", one.why),
            Said("To know more", one.ask),
        ),
    )


def _call(call: JoinedCall) -> Chapter:
    rewrites = tuple(one for one in call.rewrites.sentences if one not in call.sentence)
    doubt = f" ({call.confidence})" if call.cause is not None else ""
    return Chapter(
        heading=f"{call.cause}: {call.here.stream.name}" if call.cause is not None else call.here.stream.name,
        verdict=f"{call.sentence or 'in both captures'}{doubt}",
        mood=Mood.BAD if call.cause is not None else Mood.GOOD,
        picture=joined_picture(call),
        said=(Said("Rewritten between the two", rewrites),),
    )


def _foretold(one: Foretold) -> Chapter:
    said = (Said("By the snapshot", (one.sentence, *one.idle_sentences)),)
    told = flow_chapter(one.walked, heading=f"Foretold: {one.judgement.stream.name}", said=said)
    return replace(told, picture=foretold_picture(one)) if one.walked.legs else told
