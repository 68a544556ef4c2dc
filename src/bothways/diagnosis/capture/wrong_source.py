"""A SYN without an answer and an answer without a SYN that belong together: one call, two servers (S1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bothways.diagnosis.capture.course import Course, State, accepts
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK
from bothways.diagnosis.capture.stream import Opening, Seen, Stream
from bothways.diagnosis.findings import Confidence

_LATEST_S = 30.0


def wrong_sources(courses: Sequence[Course]) -> list[Judgement]:
    """Every call that was answered by another address than the one that was called."""
    orphans: dict[tuple[int, int], list[Course]] = defaultdict(list)
    for course in courses:
        # Nobody answers where both ends are one: all packets of such a stream are the client's.
        if (course.stream.opening is Opening.SYN_ACK and course.stream.syn_acks) or _refuses(course.stream):
            orphans[course.stream.client, course.stream.client_port].append(course)
    found = []
    for course in courses:
        if course.state is State.ASKED and course.stream.syns:
            ends = course.stream.client, course.stream.client_port
            found += _best(course, orphans.get(ends, ()))
    return found


def _refuses(stream: Stream) -> bool:
    """Whether a server's RST ACK is all there is: the answer to a SYN that went to another name."""
    if stream.opening is not Opening.PORTS:
        return False
    return all(one.is_reset and one.flags & ACK and not one.from_client for one in stream.packets)


def _answer(stream: Stream) -> Seen:
    return stream.syn_acks[0] if stream.syn_acks else stream.packets[0]


def _best(course: Course, orphans: Iterable[Course]) -> list[Judgement]:
    fits = [(_fit(course.stream, orphan.stream), orphan) for orphan in orphans]
    fitting = [(grade, orphan) for grade, orphan in fits if grade]
    if not fitting:
        return []
    grade, orphan = max(fitting, key=lambda one: one[0])
    called, answered = course.stream, orphan.stream
    refused = any(one.is_reset and one.from_client for one in answered.packets)
    asked_on = called.syns[-1].place > _answer(answered).place
    return [_judgement(course, answered, sure=grade == 2 and (refused or asked_on))]


def _fit(called: Stream, answered: Stream) -> int:
    """2 when number and time fit, 1 when only port and time do, 0 when it is another call."""
    syn, answer = called.syns[0], _answer(answered)
    if answer.is_reset and (called.capture.relative or not accepts(syn, answer)):
        return 0
    if not 0 <= answer.time_s - syn.time_s <= _LATEST_S:
        return 0
    if any(one.from_client and not one.is_reset for one in answered.packets):
        # The client goes on: the answer has the right name where the client gets it.
        return 0
    if not called.capture.relative and accepts(syn, answer):
        return 2
    return 1 if called.server_port == answered.server_port else 0


def _judgement(course: Course, answered: Stream, *, sure: bool) -> Judgement:
    called = course.stream
    syn, answer = called.syns[0], _answer(answered)
    reset = next((one for one in answered.packets if one.is_reset and one.from_client), None)
    server, other = called.side(client=False), answered.side(client=False)
    sentence = (
        f"the client calls {server} and is answered by {other} (packet {answer.number}): "
        f"on the way back the source {server} becomes {other}, and on the way out nothing is translated"
    )
    if reset is not None:
        sentence += f"; the client never called {other}, and resets (packet {reset.number})"
    lines = (*lines_of(called, syn), *lines_of(answered, answer, reset))
    return Judgement(
        course=course,
        cause=Cause.WRONG_SOURCE,
        confidence=Confidence.CERTAIN if sure else Confidence.LIKELY,
        packet=answer.number,
        sentence=sentence,
        lines=lines,
        why=("a static translation on the way that the client's own call does not use",),
        ask=(f"whether a call to {other} works: if so, that is the address to call",),
        also=(answered,),
    )
