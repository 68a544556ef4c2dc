"""The ladder of a capture of an evidence run: what was foretold, beside what passed the interface."""

from __future__ import annotations

from bothways.diagnosis import Trace
from bothways.diagnosis.capture import Course, Judgement
from bothways.diagnosis.capture.evidence import Captured
from bothways.flow import Fate
from bothways.report.capture_pictures import worst
from bothways.report.ladder import picture_of
from bothways.report.ladder.beside import beside
from bothways.report.ladder.of_capture import MOST_ROWS, captured
from bothways.report.ladder.picture import Picture


def picture_of_capture(one: Captured, trace: Trace, *, most: int = MOST_ROWS) -> Picture | None:
    """One call of it: the worst, or the first that was opened meanwhile; None where nothing was captured.

    Beside what was foretold where that is known, and the call has a beginning to compare.

    Args:
        one: a capture.
        trace: the walk of the flow, made before.
        most: how many packets of a call are shown that stands for itself.
    """
    what = _call(one)
    if what is None:
        return None
    course = what.course if isinstance(what, Judgement) else what
    comparable = one.interface and course.stream.syns and trace.legs and trace.fate is not Fate.UNKNOWN
    if comparable:
        return beside(picture_of(trace), what, (one.device, one.interface))
    return captured(what, most=most)


def _call(one: Captured) -> Judgement | Course | None:
    odd = worst(one.judged)
    if odd:
        return odd[0]
    opened = [course for course in one.judged.courses if course.stream.syns]
    return next(iter(opened or one.judged.courses), None)
