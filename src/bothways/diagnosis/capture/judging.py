"""All streams of a capture, judged: the odd ones first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.course import Course, State, course_of
from bothways.diagnosis.capture.drops import dropped
from bothways.diagnosis.capture.handshake import accepts, client_refuses, refused, shifted_reset, wrong_number
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.silence import answer_not_taken, no_answer, unreachable, unseen_handshake
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.capture.streams import streams_of
from bothways.diagnosis.capture.wrong_source import wrong_sources
from bothways.diagnosis.findings import Confidence, Severity
from bothways.flow import Flow

_ORDER = list(Severity)
_SURE = list(Confidence)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A capture and what is said about it.

    Attributes:
        courses: one for each stream, in the order of their first packets.
        judgements: of the odd streams; errors first, surer ones first.
        could_not_see: of the file, and of its streams.
    """

    capture: Capture
    courses: tuple[Course, ...]
    judgements: tuple[Judgement, ...]
    could_not_see: tuple[str, ...]

    @property
    def states(self) -> Counter[State]:
        """How many streams ended how."""
        return Counter(course.state for course in self.courses)

    def only(self, flow: Flow) -> Judged:
        """The streams of one flow."""

        def meant(stream: Stream) -> bool:
            ends = (int(flow.client), int(flow.server), flow.port)
            return (stream.client, stream.server, stream.server_port) == ends

        return replace(
            self,
            courses=tuple(one for one in self.courses if meant(one.stream)),
            judgements=tuple(one for one in self.judgements if meant(one.stream)),
        )


def judged(capture: Capture) -> Judged:
    """Judge every stream of a capture."""
    if capture.drops:
        return _judged_drops(capture)
    courses = tuple(_walked(stream) for stream in streams_of(capture))
    found = wrong_sources(courses)
    explained = {one.stream.number for one in found} | {part.number for one in found for part in one.also}
    explained |= set(_repeats(courses))
    for course in courses:
        if course.stream.number not in explained:
            judgement = _first(course)
            if judgement is not None:
                found.append(judgement)
            course.stream.forget()
    found.sort(
        key=lambda one: (
            _ORDER.index(one.cause.severity), _SURE.index(one.confidence), one.stream.number
        )
    )  # fmt: skip
    return Judged(capture, courses, tuple(found), (*capture.could_not_see, *_unseen(capture, courses)))


def _judged_drops(capture: Capture) -> Judged:
    """What is missing from a capture of dropped packets was not dropped, and proves nothing."""
    courses = tuple(_walked(stream) for stream in streams_of(capture))
    found = tuple(said for course in courses if (said := dropped(course)) is not None)
    unseen = "only dropped packets are in this capture: what else passed is not known"
    return Judged(capture, courses, found, (*capture.could_not_see, unseen))


def _walked(stream: Stream) -> Course:
    course = course_of(stream)
    stream.forget()
    return course


def _repeats(courses: tuple[Course, ...]) -> Iterator[int]:
    """Streams that are a call's repetition under a new number, answered for the number it had before."""
    asked: dict[tuple[int, int, int, int], list[Seen]] = defaultdict(list)
    for course in courses:
        stream = course.stream
        ends = stream.client, stream.client_port, stream.server, stream.server_port
        answers, syns = stream.syn_acks, stream.syns
        strange = answers and syns and not any(accepts(one, answers[0]) for one in syns)
        if strange and any(accepts(one, answers[0]) for one in asked[ends]):
            yield stream.number
        asked[ends] += syns[:1]


def _first(course: Course) -> Judgement | None:
    """The first judge that has something to say; the narrower ones are asked first."""
    return next((said for judge in _JUDGES if (said := judge(course)) is not None), None)


def _reset(course: Course) -> Judgement | None:
    """A connection that was open and ended with a RST."""
    reset, stream = course.reset, course.stream
    if reset is None or course.state is not State.RESET:
        return None
    who = "client" if reset.from_client else "server"
    closing = course.client.fin is not None and course.server.fin is not None
    return Judgement(
        course=course,
        cause=Cause.RESET,
        confidence=Confidence.CERTAIN,
        packet=reset.number,
        sentence=(
            f"a RST in the {who}'s name ends it (packet {reset.number}), after {course.client.bytes} "
            f"bytes of the client and {course.server.bytes} of the server"
            + (", both having said FIN" if closing else "")
        ),
        lines=lines_of(stream, reset),
    )


_JUDGES: tuple[Callable[[Course], Judgement | None], ...] = (
    wrong_number,
    shifted_reset,
    client_refuses,
    refused,
    unreachable,
    no_answer,
    unseen_handshake,
    answer_not_taken,
    _reset,
)


def _unseen(capture: Capture, courses: tuple[Course, ...]) -> list[str]:
    """What the streams do not show."""
    unseen = []
    one_sided = [course for course in courses if course.one_sided and not _only_asks(course)]
    if one_sided:
        which = "all" if len(one_sided) == len(courses) else str(len(one_sided))
        unseen.append(
            f"{which} of {len(courses)} streams show one direction only: the other one passes beside "
            f"this capture"
        )
    if capture.relative:
        unseen.append("the sequence numbers are relative: what changes them on the way cannot be told")
    return unseen


def _only_asks(course: Course) -> bool:
    return all(one.is_syn or one.is_reset for one in course.stream.packets)
