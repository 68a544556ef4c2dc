"""All streams of a capture, judged: the odd ones first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bothways.diagnosis.capture.capture import Capture
from bothways.diagnosis.capture.course import Course, State, accepts, course_of
from bothways.diagnosis.capture.data_phase import reset_after_silence, unanswered, unrepaired
from bothways.diagnosis.capture.drops import dropped
from bothways.diagnosis.capture.forged import forged
from bothways.diagnosis.capture.handshake import client_refuses, refused, shifted_reset, wrong_number
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK, FIN, RST, SYN, Mark
from bothways.diagnosis.capture.signs import signs_of, usual_ttls
from bothways.diagnosis.capture.silence import (
    answer_not_taken,
    no_answer,
    unreachable,
    unseen_handshake,
)
from bothways.diagnosis.capture.stream import Seen, Stream, with_packets
from bothways.diagnosis.capture.streams import streams_of
from bothways.diagnosis.capture.turned import turned_around
from bothways.diagnosis.capture.unseen import only_asks, unseen_in
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
        remarks: what is odd about the file, or missing in it, and changes no verdict.
    """

    capture: Capture
    courses: tuple[Course, ...]
    judgements: tuple[Judgement, ...]
    could_not_see: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def states(self) -> Counter[State]:
        """How many streams ended how."""
        return Counter(course.state for course in self.courses)

    @property
    def flag_counts(self) -> dict[str, int]:
        """How many SYN, SYN/ACK, FIN and RST there are, repeated ones too, copies left out."""
        rows = [course.stream.rows for course in self.courses]
        packets = self.capture.packets
        flags = packets.flags[np.concatenate(rows)] if rows else np.zeros(0, np.uint8)
        marks = packets.marks[np.concatenate(rows)] if rows else np.zeros(0, np.uint8)
        flags = flags[(marks & Mark.DUPLICATE) == 0]
        opening = flags & (SYN | ACK)
        return {
            "SYN": int(np.count_nonzero(opening == SYN)),
            "SYN/ACK": int(np.count_nonzero(opening == SYN | ACK)),
            "FIN": int(np.count_nonzero(flags & FIN)),
            "RST": int(np.count_nonzero(flags & RST)),
        }

    def only(self, flow: Flow, twins: Collection[Stream] = ()) -> Judged:
        """The streams of one flow, and those that are the same call under other names."""

        def meant(stream: Stream) -> bool:
            ends = (int(flow.client), int(flow.server), flow.port)
            return (stream.client, stream.server, stream.server_port) == ends or stream in twins

        return replace(
            self,
            courses=tuple(one for one in self.courses if meant(one.stream)),
            judgements=tuple(one for one in self.judgements if meant(one.stream)),
        )


def judged(capture: Capture) -> Judged:
    """Judge every stream of a capture."""
    if capture.of_drops:
        return _judged_drops(capture)
    courses = tuple(_walked(stream) for stream in with_packets(streams_of(capture)))
    found = wrong_sources(courses)
    explained = {one.stream.number for one in found} | {part.number for one in found for part in one.also}
    ttls = usual_ttls(capture)
    explained |= set(_repeats(courses))
    for course in courses:
        if course.stream.number not in explained and not course.plain:
            judgement = _first(course, ttls)
            if judgement is not None:
                found.append(judgement)
            course.stream.forget()
    found = list(_as_seen(found, courses))
    found.sort(
        key=lambda one: (
            _ORDER.index(one.cause.severity), _SURE.index(one.confidence), one.stream.number
        )
    )  # fmt: skip
    unseen, remarks = unseen_in(capture, courses, {one.stream.number for one in found})
    return Judged(
        capture, courses, tuple(found), (*capture.could_not_see, *unseen), (*remarks, *capture.remarks)
    )


def _as_seen(found: Iterable[Judgement], courses: Sequence[Course]) -> Iterator[Judgement]:
    """Silence proves little where other calls show the client's direction alone, and nothing where all do."""
    blind = any(one.one_sided and one.client.packets and not only_asks(one) for one in courses)
    seeing = any(not one.one_sided for one in courses)
    for one in found:
        if one.cause is not Cause.NO_ANSWER or not blind:
            yield one
        elif seeing:
            beside = "the answer passes beside this capture, as that of other calls in it does"
            yield replace(one, confidence=Confidence.POSSIBLE, why=(beside, *one.why[:1]))


def _judged_drops(capture: Capture) -> Judged:
    """What is missing from a capture of dropped packets was not dropped, and proves nothing."""
    courses = tuple(_walked(stream) for stream in with_packets(streams_of(capture)))
    found = tuple(said for course in courses if (said := dropped(course)) is not None)
    if not capture.total:
        return Judged(
            capture, (), (), capture.could_not_see, capture.remarks
        )  # none was dropped, and that was asked
    unseen = "only dropped packets are in this capture: what else passed is not known"
    return Judged(capture, courses, found, (*capture.could_not_see, unseen), capture.remarks)


def _walked(stream: Stream) -> Course:
    course = course_of(stream)
    # What the handshake shows is asked for of every stream, and small.
    _ = stream.syns
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


def _first(course: Course, ttls: Mapping[int, int]) -> Judgement | None:
    """The first judge that has something to say; the narrower ones are asked first."""
    said = next((said for judge in _HANDSHAKE if (said := judge(course)) is not None), None)
    made = forged(course, ttls) if said is None or said.cause in _RESETS else None
    if made is not None or said is not None:
        return made or said
    return next((said for judge in _LATER if (said := judge(course)) is not None), None)


_RESETS = (Cause.REFUSED, Cause.CLIENT_REFUSES)


def _unheeded(course: Course) -> Judgement | None:
    """A RST that ends nothing."""
    reset = course.unheeded
    if reset is None:
        return None
    who = "client" if reset.from_client else "server"
    what = (
        f"ends nothing: both ends go on behind it, so that it was not the {who}'s, or of another connection"
    )
    return _of_reset(course, reset, f"a RST in the {who}'s name (packet {reset.number}) {what}")


def _reset(course: Course) -> Judgement | None:
    """A connection that was open and ended with a RST."""
    reset = course.reset
    if reset is None or course.state is not State.RESET:
        return None
    who = "client" if reset.from_client else "server"
    sentence = (
        f"a RST in the {who}'s name ends it (packet {reset.number}), after {course.client.bytes} "
        f"bytes of the client and {course.server.bytes} of the server"
    )
    return _of_reset(course, reset, sentence, _older(course))


def _of_reset(course: Course, reset: Seen, sentence: str, why: tuple[str, ...] = ()) -> Judgement:
    return Judgement(
        course=course,
        cause=Cause.RESET,
        confidence=Confidence.CERTAIN,
        packet=reset.number,
        sentence=sentence,
        lines=lines_of(course.stream, reset),
        signs=signs_of(course.stream, reset, None),
        why=why,
    )


def _older(course: Course) -> tuple[str, ...]:
    """A server that answers a SYN with a mere ACK still has the connection that used this port before."""
    first = next((one for one in course.stream.direct if not one.from_client), None)
    if first is None or first.flags & (SYN | RST) or not course.stream.syns:
        return ()
    return ("an older connection of this port is still known on the server's side: an ACK answers the SYN",)


_HANDSHAKE: tuple[Callable[[Course], Judgement | None], ...] = (
    wrong_number,
    turned_around,
    shifted_reset,
    client_refuses,
    refused,
    unreachable,
    no_answer,
    unseen_handshake,
    answer_not_taken,
)
_LATER: tuple[Callable[[Course], Judgement | None], ...] = (
    unrepaired,
    reset_after_silence,
    unanswered,
    _reset,
    _unheeded,
)
