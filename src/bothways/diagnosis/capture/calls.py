"""Calls as both sides of a device may know them: a stream, and what answered it from another address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Cause
from bothways.diagnosis.capture.judging import Judged
from bothways.diagnosis.capture.packets import SEQUENCE_SPACE
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

End = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class CallPacket:
    """A packet of a call, with the addresses it has at this place."""

    stream: Stream
    seen: Seen

    @property
    def source(self) -> End:
        """Address and port it comes from."""
        one = self.stream
        return (one.client, one.client_port) if self.seen.from_client else (one.server, one.server_port)

    @property
    def destination(self) -> End:
        """Address and port it goes to."""
        one = self.stream
        return (one.server, one.server_port) if self.seen.from_client else (one.client, one.client_port)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call in one capture.

    Attributes:
        course: of the stream that the client opened.
        packets: of it and of the streams that are part of it, in order; what a device sends on over the same
            wire is left out.
        client_isn, server_isn: where each end's numbers start here; None when that was not seen.
        made_resets: packets with a RST that look like a device's here, and how surely.
        other_server: the capture has packets of the same client and port with another server, and they are in
            no call.
    """

    course: Course
    packets: tuple[CallPacket, ...]
    client_isn: int | None
    server_isn: int | None
    made_resets: Mapping[int, Confidence]
    other_server: bool = False

    @property
    def stream(self) -> Stream:
        """The stream that the client opened."""
        return self.course.stream

    def relative(self, seen: Seen, *, by_isn: bool) -> int:
        """A packet's number, counted from its end's first one where both captures have that."""
        isn = self.client_isn if seen.from_client else self.server_isn
        return (seen.seq - isn) % SEQUENCE_SPACE if by_isn and isn is not None else seen.seq


def calls_of(judged: Judged) -> Iterator[Call]:
    """The calls of a capture; streams that belong to another one's call are in that."""
    parts = {part.number: one.stream.number for one in judged.judgements for part in one.also}
    by_number = {course.stream.number: course.stream for course in judged.courses}
    also: dict[int, list[Stream]] = {}
    for part, whole in parts.items():
        also.setdefault(whole, []).append(by_number[part])
    made = {one.packet: one.confidence for one in judged.judgements if one.cause is Cause.RESET_BY_DEVICE}
    clients: dict[End, set[int]] = {}
    for course in judged.courses:
        if course.stream.number not in parts:
            end = course.stream.client, course.stream.client_port
            clients.setdefault(end, set()).add(course.stream.server)
    for course in judged.courses:
        if course.stream.number not in parts:
            call = _call(course, also.get(course.stream.number, []), made)
            end = course.stream.client, course.stream.client_port
            yield replace(call, other_server=len(clients[end]) > 1)


def _call(course: Course, also: list[Stream], made: Mapping[int, Confidence]) -> Call:
    streams = [course.stream, *also]
    packets = [CallPacket(stream, seen) for stream in streams for seen in _direct(stream, course.stream)]
    packets.sort(key=lambda one: one.seen.place)
    syn = next((one.seen for one in packets if one.seen.is_syn and one.seen.from_client), None)
    answer = next((one.seen for one in packets if one.seen.is_syn_ack and not one.seen.from_client), None)
    return Call(
        course,
        tuple(packets),
        syn.seq if syn is not None else None,
        answer.seq if answer is not None else None,
        made,
    )


def _direct(stream: Stream, opened: Stream) -> Iterator[Seen]:
    """Packets between the client and its first router, where MAC addresses tell them from those sent on."""
    links, syns = stream.capture.links, opened.syns
    own = links[syns[0].link].source if syns and syns[0].link >= 0 else ""
    turned = own and any(one.link >= 0 and links[one.link].source != own for one in syns)
    for seen in stream.packets:
        link = links[seen.link] if seen.link >= 0 else None
        if not turned or link is None or own == (link.source if seen.from_client else link.destination):
            yield seen
