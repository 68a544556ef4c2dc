"""An evidence run as a page: what was foretold, then what was captured, each with its ladder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bothways.diagnosis import Trace
from bothways.diagnosis.capture.evidence import Captured, Evidence, Outcome
from bothways.fleet.collect import Collected
from bothways.report.capture import verdict as capture_verdict
from bothways.report.capture_join import join_verdict
from bothways.report.capture_pictures import grouped, pictures_of
from bothways.report.collected import beside, unseen, verdict
from bothways.report.collected_pictures import picture_of_capture
from bothways.report.flow_chapter import flow_chapter
from bothways.report.ladder.sheet import Chapter, Mood, Said, Sheet
from bothways.report.moments import stamp

_MOODS = {Outcome.LIVES: Mood.GOOD, Outcome.DIES: Mood.BAD, Outcome.UNSEEN: Mood.DIM}
_HEADLINES = {
    Outcome.LIVES: "Seen to live",
    Outcome.DIES: "Seen to die",
    Outcome.UNSEEN: "Not seen",
}


def collected_sheet(  # noqa: PLR0913  what a report is made of
    collected: Collected,
    evidence: Evidence,
    *,
    wait: str,
    made_at: datetime,
    keys: Mapping[str, Any],
    following: str,
) -> Sheet:
    """The report of a run.

    Args:
        collected: the run.
        evidence: what its captures say.
        wait: how long a connection was waited for, in words.
        made_at: when.
        keys: what `--format json` prints.
        following: the next command; "" for none.
    """
    flow = collected.proposal.flow
    agrees = {True: ", as foretold", False: ", not as foretold", None: ""}[evidence.agrees]
    return Sheet(
        title=f"bothways collect {flow}",
        headline=f"{_HEADLINES[evidence.outcome]}{agrees}",
        mood=_MOODS[evidence.outcome],
        chapters=(
            _whole(collected, evidence, wait),
            *_captures(evidence, collected.proposal.trace),
            *_joins(evidence),
            flow_chapter(collected.proposal.trace, heading="What was foretold"),
        ),
        next=following,
        made_at=made_at,
        source=f"captures on {', '.join(collected.proposal.by_device)}, {stamp(made_at)}",
        keys=keys,
    )


def _whole(collected: Collected, evidence: Evidence, wait: str) -> Chapter:
    firewalls = (
        Said(f"{one.device} beside its packets", tuple(beside(one, evidence))) for one in collected.taken
    )
    return Chapter(
        heading="What was seen",
        verdict=verdict(collected, evidence, wait),
        mood=_MOODS[evidence.outcome],
        said=(Said("Not as foretold", evidence.differences), *firewalls),
        could_not_see=tuple(unseen(collected, evidence)),
    )


def _captures(evidence: Evidence, trace: Trace) -> Iterator[Chapter]:
    for one in evidence.captured:
        if not one.judged.courses:
            continue
        told = [said.sentence for said in one.judged.judgements]
        yield Chapter(
            heading=_name(one),
            verdict=capture_verdict(one.judged, grouped(one.judged.judgements)),
            mood=Mood.BAD if one.judged.judgements else Mood.DIM,
            picture=picture_of_capture(one, trace),
            said=(Said("What it shows", tuple(dict.fromkeys(told))),),
        )


def _joins(evidence: Evidence) -> Iterator[Chapter]:
    for device, joined in evidence.joins:
        pictures = pictures_of((), [joined]) or (None,)
        odd = [call.sentence for call in joined.calls if call.cause is not None]
        yield Chapter(
            heading=f"Through {device}",
            verdict=join_verdict(joined),
            mood=Mood.BAD if odd else Mood.GOOD,
            picture=pictures[0],
            said=(Said("What it shows", tuple(dict.fromkeys(odd))),),
        )


def _name(one: Captured) -> str:
    return f"{one.device}, {one.interface}" if one.interface else f"{one.device}, dropped"
