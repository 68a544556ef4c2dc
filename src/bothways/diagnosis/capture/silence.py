"""Handshakes that nobody answers, or whose answers get lost."""

from __future__ import annotations

from math import inf

from bothways.diagnosis.capture.course import Course, State, accepts
from bothways.diagnosis.capture.judgement import Cause, Judgement, Line, lines_of
from bothways.diagnosis.capture.packets import RST, SEQUENCE_SPACE, SYN, after
from bothways.diagnosis.capture.stream import Opening, Seen, Stream
from bothways.diagnosis.findings import Confidence

_SETTLED = 3
"""SYNs or SYN/ACKs that nobody heeded: a fourth changes nothing."""
PATIENCE_S = 1.0
"""The shortest time after which a stack asks again: sooner, an answer may be on its way."""


def unreachable(course: Course) -> Judgement | None:
    """An ICMP error about the SYN."""
    stream, capture = course.stream, course.stream.capture
    if course.state is not State.ASKED:
        return None
    ends = (stream.client, stream.server, stream.client_port, stream.server_port)
    for error in capture.unreachables:
        if (error.source, error.destination, error.sport, error.dport) == ends:
            sender = capture.address(error.sender)
            said = Line(
                capture.name,
                error.number,
                capture.moment(error.time_ns),
                f"ICMP {sender} > {stream.side(client=True)}: {error.says}",
            )
            return Judgement(
                course=course,
                cause=Cause.UNREACHABLE,
                confidence=Confidence.CERTAIN,
                packet=error.number,
                sentence=f"{sender} answers the SYN with ICMP: {error.says}",
                lines=(*lines_of(stream, stream.packets[0]), said),
            )
    return None


def capture_left_s(stream: Stream, packet: Seen) -> float:
    """How long the capture goes on behind a packet, by its last one of any kind; for ever without times."""
    capture = stream.capture
    return (capture.span_ns[1] - packet.time_ns) / 1e9 if "time" in capture.known else inf


def begun_late(course: Course) -> bool:
    """A call that the capture leaves in the middle of its handshake: nothing can be said of it."""
    return (
        course.state in (State.ASKED, State.ANSWERED)
        and course.stream.opening is Opening.SYN
        and max(len(course.stream.syns), len(course.stream.syn_acks)) < _SETTLED
        and capture_left_s(course.stream, course.stream.direct[-1]) < PATIENCE_S
    )


def _sure_of_silence(stream: Stream, syns: tuple[Seen, ...]) -> Confidence:
    """Three SYNs had two chances; two had one, if the capture goes on long enough to see it."""
    if len(syns) == 1:
        return Confidence.POSSIBLE
    waited_s = max(PATIENCE_S, syns[-1].time_s - syns[-2].time_s)
    patient = len(syns) > 2 or capture_left_s(stream, syns[-1]) >= waited_s
    return Confidence.CERTAIN if patient else Confidence.LIKELY


def no_answer(course: Course) -> Judgement | None:
    """SYNs, and nothing else."""
    stream = course.stream
    if course.state is not State.ASKED or not stream.syns or course.server.packets:
        return None
    syns = stream.syns
    if len(syns) == 1 and capture_left_s(stream, syns[0]) < PATIENCE_S:
        return None
    times = f"{len(syns)} times in {syns[-1].time_s - syns[0].time_s:.1f} s" if len(syns) > 1 else "once"
    if len(course.stream.packets) > len(syns):
        return None
    return Judgement(
        course=course,
        cause=Cause.NO_ANSWER,
        confidence=_sure_of_silence(stream, syns),
        packet=syns[-1].number,
        sentence=f"the SYN passes here {times}, and no answer ever does",
        lines=lines_of(stream, syns[0], syns[-1]),
        why=(
            "the SYN dies between here and the server: no route, an access list, a server that is down",
            "the answer takes another way and dies there, or passes beside this capture",
        ),
        ask=("capture on the server's wire: whether the SYN arrives there decides",),
    )


def unseen_handshake(course: Course) -> Judgement | None:
    """The client accepts, and the server goes on as if it had not (S0 without randomisation)."""
    stream = course.stream
    answers = stream.syn_acks
    accepted = _accepted(stream)
    if accepted is None or _heard(stream, accepted):
        return None
    again = [one for one in answers[1:] if one.place > accepted.place]
    # A lost ACK makes the server repeat once, and the client's next one ends that.
    if len(again) < 2 and not (again and course.client.repeated > 1):
        return None
    syn = stream.syns[0] if stream.syns else None
    sentence = (
        f"the client takes the SYN/ACK (its ACK is packet {accepted.number}), and the server goes on "
        f"repeating it "
        f"({len(again)} more): it does not get the client's packets after its SYN, or does not take them"
    )
    turned = next((one for one in stream.copies if syn and one.is_syn and one.link != syn.link), None)
    device = ""
    if turned is not None and syn is not None and not _sent_on(stream, accepted):
        device = stream.capture.links[syn.link].destination
        sentence += (
            f"; {device} sends the SYN on over this wire (packet {turned.number}) and not the ACK: a "
            f"firewall "
            "that the SYN/ACK did not pass"
        )
    return Judgement(
        course=course,
        cause=Cause.HANDSHAKE_UNSEEN,
        confidence=_sure_of_unseen(course, again, device),
        packet=accepted.number,
        sentence=sentence,
        lines=lines_of(stream, syn, turned, answers[0], accepted, again[0]),
        why=(
            "a stateful firewall on the way to the server saw the SYN and not the SYN/ACK",
            *(() if device else _server_side(course)),
        ),
        ask=("the firewall's log: 106015, or the counters tcp-3whs-failed and tcp-not-syn",),
    )


def _sure_of_unseen(course: Course, again: list[Seen], device: str) -> Confidence:
    if device:
        return Confidence.CERTAIN
    return Confidence.LIKELY if course.client.bytes or len(again) > 2 else Confidence.POSSIBLE


def _server_side(course: Course) -> tuple[str, ...]:
    """What looks the same and is the server's own doing."""
    full = "the server's queue of new connections is full, and it drops the ACK: its own counters tell"
    if course.client.bytes:
        return (full,)
    return (
        full,
        "the server takes no connection before there is data (an accept filter), and the client sent none",
    )


def _heard(stream: Stream, accepted: Seen) -> bool:
    """Whether the server shows that an ACK reached it: by data, a FIN, or an acknowledgement of data."""
    first = (accepted.seq + 1) % SEQUENCE_SPACE
    return any(
        not one.from_client
        and not one.flags & (SYN | RST)
        and (one.length or one.is_fin or after(one.ack, first) >= 0)
        for one in stream.packets
    )


def _accepted(stream: Stream) -> Seen | None:
    """The client's first ACK for a SYN/ACK of this capture."""
    answers = stream.syn_acks
    if not answers or "numbers" not in stream.capture.known:
        return None
    if stream.syns and not any(accepts(one, answers[0]) for one in stream.syns):
        return None
    for one in stream.packets:
        if one.from_client and one.flags & 0x17 == 0x10 and one.place > answers[0].place:
            return one
    return None


def _sent_on(stream: Stream, packet: Seen) -> bool:
    return any(
        (one.seq, one.ack, one.flags, one.from_client)
        == (packet.seq, packet.ack, packet.flags, packet.from_client)
        for one in stream.copies
    )


def answer_not_taken(course: Course) -> Judgement | None:
    """The server answers, and the client goes on asking, or says nothing more."""
    stream = course.stream
    answers = stream.syn_acks
    if course.state is not State.ANSWERED or not stream.syns:
        return None
    asked_on = [one for one in stream.syns if one.place > answers[0].place] if answers else []
    if not answers or not (asked_on or len(answers) > 1) or begun_late(course):
        return None
    more = f"{len(asked_on)} more time{'' if len(asked_on) == 1 else 's'}"
    what = f"asks {more}" if asked_on else "says nothing more"
    where = (
        "it is lost between here and the client, or the client refuses it and its RST does not pass here"
        if asked_on
        else "it is lost between here and the client, or the client's ACK takes another way"
    )
    return Judgement(
        course=course,
        cause=Cause.ANSWER_NOT_TAKEN,
        confidence=_sure_of_not_taken(stream, asked_on),
        packet=answers[0].number,
        sentence=(f"the server's SYN/ACK passes here {len(answers)} times, and the client {what}: {where}"),
        lines=lines_of(stream, stream.syns[0], answers[0], asked_on[-1] if asked_on else answers[-1]),
        ask=("capture on the client's wire: whether the SYN/ACK arrives there, and from whom, decides",),
    )


def _sure_of_not_taken(stream: Stream, asked_on: list[Seen]) -> Confidence:
    """One repetition is one lost packet; it takes two, or a capture that goes on and shows no third."""
    if len(asked_on) > 1 or (asked_on and capture_left_s(stream, asked_on[-1]) > 3 * PATIENCE_S):
        return Confidence.CERTAIN
    return Confidence.LIKELY
