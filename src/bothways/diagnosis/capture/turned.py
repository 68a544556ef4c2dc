"""A firewall that sends the SYN on over the wire it came on, and that the answer never passes.

So captured by the firewall itself, where the SYN/ACK is missing: what the client says next tells that it had
one, and which.
"""

from __future__ import annotations

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK, RST, SEQUENCE_SPACE, SYN
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

_ASK = "capture on the client's own wire: the SYN/ACK, and from which MAC address it comes"


def renumbered_past(course: Course) -> Judgement | None:
    """A RST of the client for a number that only the SYN behind the firewall had (S0)."""
    stream = course.stream
    found = _sent_on(stream)
    if not found or stream.syn_acks or stream.capture.relative:
        return None
    own = {(one.seq + 1) % SEQUENCE_SPACE for one in stream.syns if not _from_device(stream, one)}
    for reset in _of_client(stream, RST):
        changed = next((one for one in found if (one.seq + 1) % SEQUENCE_SPACE == reset.seq), None)
        if changed is None or reset.seq in own:
            continue
        device = stream.capture.links[changed.link].source
        return Judgement(
            course=course,
            cause=Cause.ISN_MISMATCH,
            confidence=Confidence.CERTAIN,
            packet=reset.number,
            sentence=(
                f"the client resets (packet {reset.number}) with {reset.seq}, a number of the SYN as "
                f"{device} sent it on over this wire (packet {changed.number}), not of its own (packet "
                f"{stream.syns[0].number}): the SYN/ACK acknowledged the changed number and came past "
                f"{device}"
            ),
            lines=lines_of(stream, stream.syns[0], changed, reset),
            ask=(_ASK,),
        )
    return None


def acknowledged_past(course: Course) -> Judgement | None:
    """An ACK of the client for a SYN/ACK that did not pass, and that is not sent on (S0, the other form)."""
    stream = course.stream
    found = _sent_on(stream)
    if not found or stream.syn_acks:
        return None
    ack = next((one for one in _of_client(stream, ACK) if not one.is_reset), None)
    if ack is None or any(_from_device(stream, one) and not one.is_syn for one in _every(stream)):
        return None
    device = stream.capture.links[found[0].link].source
    return Judgement(
        course=course,
        cause=Cause.HANDSHAKE_UNSEEN,
        confidence=Confidence.CERTAIN,
        packet=ack.number,
        sentence=(
            f"the client's ACK (packet {ack.number}) answers a SYN/ACK that did not pass here, and {device}, "
            f"which sent the SYN on over this wire (packet {found[0].number}), sends neither it nor anything "
            "after it on: a firewall that the SYN/ACK went past"
        ),
        lines=lines_of(stream, stream.syns[0], found[0], ack),
        ask=(_ASK,),
    )


def _sent_on(stream: Stream) -> list[Seen]:
    """The SYNs that whoever got the first one sent on over the same wire."""
    if not stream.syns or stream.syns[0].link < 0:
        return []
    return [one for one in _every(stream) if one.is_syn and _from_device(stream, one)]


def _from_device(stream: Stream, seen: Seen) -> bool:
    links = stream.capture.links
    if seen.link < 0 or not links[seen.link].source or not seen.from_client:
        return False
    return links[seen.link].source == links[stream.syns[0].link].destination


def _of_client(stream: Stream, flag: int) -> list[Seen]:
    """Packets from the client's own address that are no SYN."""
    return [
        one
        for one in _every(stream)
        if one.from_client and one.flags & flag and not one.flags & SYN and not _from_device(stream, one)
    ]


def _every(stream: Stream) -> list[Seen]:
    return sorted((*stream.packets, *stream.copies), key=lambda one: (one.time_ns, one.place))
