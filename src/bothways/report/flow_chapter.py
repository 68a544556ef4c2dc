"""What a report tells of one trace."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.diagnosis.findings import Finding
from bothways.diagnosis.trace import Trace
from bothways.fixes.menu_item import MenuItem
from bothways.flow import Fate
from bothways.report.ladder.of_trace import picture_of
from bothways.report.ladder.sheet import Chapter, Mood, Said
from bothways.report.verdict import verdict_line


def flow_chapter(
    trace: Trace,
    findings: Sequence[Finding] = (),
    *,
    heading: str = "",
    said: Sequence[Said] = (),
    ways: Sequence[MenuItem] = (),
) -> Chapter:
    """Its verdict and ladder, and all that was concluded and not seen.

    Args:
        trace: a walk.
        findings: of the rules.
        heading: tells it from the other traces of the report.
        said: what else is to be told, before its notes.
        ways: out of it.
    """
    return Chapter(
        heading=heading,
        verdict=verdict_line(trace),
        mood=mood_of(trace),
        picture=picture_of(trace),
        said=(*said, Said("Notes", trace.remarks), Said("Inferred", trace.inferences)),
        could_not_see=trace.could_not_see,
        evidence=trace.evidence,
        findings=tuple(findings),
        ways=tuple(ways),
    )


def mood_of(trace: Trace) -> Mood:
    """A flow that lives is good news only where all was seen."""
    if trace.fate is Fate.UNKNOWN or (trace.fate is Fate.COMPLETE and trace.could_not_see):
        return Mood.DIM
    return Mood.GOOD if trace.fate is Fate.COMPLETE else Mood.BAD


def headline_of(trace: Trace) -> str:
    """What a reader wants to know first, in a few words."""
    if trace.fate is Fate.COMPLETE:
        return "Lives, as far as could be seen" if trace.could_not_see else "Lives"
    if trace.fate is Fate.UNKNOWN:
        return "Nobody knows: not everything was seen"
    if not trace.at.device:
        return f"Dies: {trace.fate}"
    kind = next((leg.sent.kind for leg in trace.legs if leg.sent.number == trace.at.packet), "")
    words = ", ".join(filter(None, (f"packet {trace.at.packet}", kind)))
    return f"Dies at {trace.at.device} with {words}"
