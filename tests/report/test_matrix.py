"""All calls between two hosts, a line each."""

from __future__ import annotations

from bothways.diagnosis import Confidence, Place, Trace
from bothways.flow import Fate, Flow
from bothways.report import matrix_lines


def seen(flow: str, fate: Fate, at: Place) -> Trace:
    return Trace(
        flow=Flow.parse(flow),
        fate=fate,
        at=at,
        mechanism="",
        confidence=Confidence.CERTAIN,
        legs=(),
        evidence=(),
        could_not_see=(),
        inferences=(),
        remarks=(),
    )


def test_the_matrix_is_a_line_a_call() -> None:
    """S1-08: which call lives, which dies and where, in columns that no terminal wraps."""
    traces = [
        seen("192.4.4.4 10.1.1.1 tcp/23", Fate.WRONG_SOURCE, Place("192.4.4.4", 2)),
        seen("192.4.4.4 192.1.1.1 tcp/23", Fate.COMPLETE, Place("", 0)),
        seen("10.1.1.1 192.4.4.4 tcp/23", Fate.UNKNOWN, Place("", 0)),
    ]
    assert list(matrix_lines(traces)) == [
        "call                        fate          where",
        "192.4.4.4 10.1.1.1 tcp/23   wrong-source  192.4.4.4, packet 2",
        "192.4.4.4 192.1.1.1 tcp/23  complete",
        "10.1.1.1 192.4.4.4 tcp/23   unknown",
    ]
