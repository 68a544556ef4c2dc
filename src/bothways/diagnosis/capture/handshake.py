"""Handshakes that fail, told apart by what the third packet answers."""

from __future__ import annotations

from bothways.diagnosis.capture.course import Course, State, accepts
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE, after
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

_MISSED = 1 << 20
_SIDES = "capture on the client's own wire: what the client gets decides, not what passes here"


def third(stream: Stream) -> Seen | None:
    """The client's first packet after the first SYN/ACK, repeated SYNs left out."""
    answered = stream.syn_acks
    if not answered:
        return None
    later = (
        one for one in stream.packets if one.from_client and not one.is_syn and one.place > answered[0].place
    )
    return next(later, None)


def wrong_number(course: Course) -> Judgement | None:
    """A SYN/ACK for another number than the client's SYN had (S0)."""
    stream = course.stream
    syns, answers = stream.syns, _delivered(stream)
    if (
        not syns
        or not answers
        or "numbers" not in stream.capture.known
        or any(accepts(syns[0], one) for one in answers)
    ):
        return None
    syn, answer = syns[0], answers[0]
    expected = (syn.seq + 1) % SEQUENCE_SPACE
    delta = (answer.ack - expected) % SEQUENCE_SPACE
    reset = next((one for one in stream.packets if one.is_reset and one.from_client), None)
    sentence = (
        f"the SYN/ACK (packet {answer.number}) acknowledges {answer.ack}, and the client's SYN asked for "
        f"{expected}: a device on the way of the SYN adds {delta} to the client's numbers, "
        "and the answer came back past it"
    )
    changed = next((one for one in syns if accepts(one, answer)), None)
    if changed is not None and changed.link >= 0:
        device = stream.capture.links[syn.link].destination
        sentence += f"; that device is {device} on this very wire, see packet {changed.number}"
    if reset is not None:
        sentence += f"; the client has to refuse it with a RST (packet {reset.number})"
    sure = (reset is not None and reset.seq == answer.ack) or changed is not None
    return Judgement(
        course=course,
        cause=Cause.ISN_MISMATCH,
        confidence=Confidence.CERTAIN if sure else Confidence.LIKELY,
        packet=answer.number,
        sentence=sentence,
        lines=lines_of(stream, syn, changed, answer, reset),
    )


def _delivered(stream: Stream) -> tuple[Seen, ...]:
    """The SYN/ACKs that reach the client's own MAC address, where frames show the SYN sent on; else all."""
    links, syns = stream.capture.links, stream.syns
    if not syns or any(one.link < 0 for one in (*syns, *stream.syn_acks)):
        return stream.syn_acks
    if len({links[one.link].source for one in syns}) == 1:
        return stream.syn_acks
    own = links[syns[0].link].source
    return tuple(one for one in stream.syn_acks if one.link >= 0 and links[one.link].destination == own)


def shifted_reset(course: Course) -> Judgement | None:
    """A third packet RST whose number nobody asked for: what S0 looks like on the server's side."""
    stream = course.stream
    reset = third(stream)
    if reset is None or not reset.is_reset or course.client.bytes or "numbers" not in stream.capture.known:
        return None
    if stream.capture.relative:
        return None
    answer = stream.syn_acks[0]
    shift = (reset.seq - answer.ack) % SEQUENCE_SPACE
    # A little more than was asked for is data that the capture missed; and a server that talks has its ACK.
    if abs(after(reset.seq, answer.ack)) < _MISSED or reset.flags & ACK or course.server.bytes:
        return None
    return Judgement(
        course=course,
        cause=Cause.ISN_MISMATCH,
        confidence=Confidence.LIKELY,
        packet=reset.number,
        sentence=(
            f"the client answers the SYN/ACK with a RST (packet {reset.number}) whose number is {shift} "
            f"off the one "
            f"it was asked for, {answer.ack}: the RST passed a device that changes the client's numbers, "
            "and the SYN/ACK did not"
        ),
        lines=lines_of(stream, stream.syns[0] if stream.syns else None, answer, reset),
        ask=(_SIDES,),
    )


def client_refuses(course: Course) -> Judgement | None:
    """A RST as third packet, though as seen here nothing is wrong with the SYN/ACK (S1 at the firewall)."""
    stream = course.stream
    reset = third(stream)
    # With an ACK it is the end of a program that had its answer, and gave up.
    if reset is None or not reset.is_reset or reset.flags & ACK or not stream.syns or course.server.bytes:
        return None
    answer = stream.syn_acks[0]
    if "numbers" in stream.capture.known and not stream.capture.relative and reset.seq != answer.ack:
        return None
    if "numbers" in stream.capture.known and not any(accepts(one, answer) for one in stream.syns):
        return None
    why = (
        "on the client's side the SYN/ACK gets another source address: a one-way NAT",
        "on the client's side the SYN/ACK gets another number: a firewall that only one direction passes",
        "a firewall that the SYN did not pass answers in the client's name (`service resetoutbound`)",
        "the client wants no more: a health check or a scan for open ports; or somebody asked in its name",
    )
    return Judgement(
        course=course,
        cause=Cause.CLIENT_REFUSES,
        confidence=Confidence.CERTAIN,
        packet=reset.number,
        sentence=(
            f"the client refuses the SYN/ACK with a RST (packet {reset.number}), and as seen here "
            f"source and number of that SYN/ACK (packet {answer.number}) are what the client called: "
            "what is between here and the server is innocent"
        ),
        lines=lines_of(stream, stream.syns[0], answer, reset),
        why=why,
        ask=(_SIDES, "ask the client's side for their NAT configuration and their route to the server"),
    )


def refused(course: Course) -> Judgement | None:
    """The plain no: a RST in answer to the SYN."""
    stream, reset = course.stream, course.reset
    if course.state is not State.REFUSED or reset is None or not stream.syns:
        return None
    syn = stream.syns[0]
    exact = bool(reset.flags & ACK) and (accepts(syn, reset) or "numbers" not in stream.capture.known)
    return Judgement(
        course=course,
        cause=Cause.REFUSED,
        confidence=Confidence.CERTAIN if exact else Confidence.LIKELY,
        packet=reset.number,
        sentence=(
            f"the SYN is answered with a RST (packet {reset.number}), "
            f"{reset.time_s - syn.time_s:.6f} s after it: nobody listens there, or a device says so in the "
            "server's name"
        ),
        lines=lines_of(stream, syn, reset),
        why=(
            f"no program listens on port {stream.server_port}",
            "a firewall with `service resetinbound` or `resetoutbound` refuses it",
        ),
    )
