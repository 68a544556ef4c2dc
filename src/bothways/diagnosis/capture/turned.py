"""A firewall that sends the SYN on over the wire it came on, and that the answer never passes.

So captured by the firewall itself, where the SYN/ACK is missing: what the client says next tells that it had
one, and which.
"""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.capture.course import Course
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK, RST, SEQUENCE_SPACE, SYN
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

_AT_ONCE_NS = 10_000_000
"""Where no MAC addresses tell, what stands twice so soon was sent on; no stack asks again that fast."""
_ASK = "capture on the client's own wire: the SYN/ACK, and from which MAC address it comes"


@dataclass(frozen=True, slots=True)
class _Both:
    """The packets in the client's name, in order: its own, and those that whoever got them sent on."""

    own: tuple[Seen, ...]
    passed_on: tuple[Seen, ...]

    @property
    def syns(self) -> list[Seen]:
        """The SYNs that were sent on."""
        return [one for one in self.passed_on if one.is_syn]


def turned_around(course: Course) -> Judgement | None:
    """What the client says to an answer that is not here, behind a SYN that was sent on over this wire."""
    stream = course.stream
    if not stream.syns or stream.syn_acks:
        return None
    both = _both(stream)
    if not both.syns:
        return None
    return _renumbered_past(course, both) or _acknowledged_past(course, both)


def _renumbered_past(course: Course, both: _Both) -> Judgement | None:
    """A RST of the client for a number that only the SYN behind the firewall had (S0)."""
    stream, found = course.stream, both.syns
    # Relative numbers of a dissector are 0 on every SYN, hence always the client's own.
    own = {(one.seq + 1) % SEQUENCE_SPACE for one in stream.syns if one not in found}
    for reset in _answering(both, RST):
        changed = [one for one in found if (one.seq + 1) % SEQUENCE_SPACE == reset.seq]
        if not changed or reset.seq in own:
            continue
        device = _device(stream)
        return Judgement(
            course=course,
            cause=Cause.ISN_MISMATCH,
            confidence=Confidence.CERTAIN if _addressed(stream) or len(changed) > 1 else Confidence.LIKELY,
            packet=reset.number,
            sentence=(
                f"the client resets (packet {reset.number}) with {reset.seq}, a number of the SYN as "
                f"{device} sent it on over this wire (packet {changed[0].number}), not of its own (packet "
                f"{stream.syns[0].number}): the SYN/ACK acknowledged the changed number and came past "
                f"{device}"
            ),
            lines=lines_of(stream, stream.syns[0], changed[0], reset),
            ask=(_ASK,),
        )
    return None


def _acknowledged_past(course: Course, both: _Both) -> Judgement | None:
    """An ACK of the client for a SYN/ACK that did not pass, and that is not sent on (S0, the other form)."""
    stream, syn = course.stream, both.syns[0]
    ack = next((one for one in _answering(both, ACK) if not one.is_reset), None)
    if ack is None or any(not one.is_syn for one in both.passed_on) or _cut_off(stream, ack):
        return None
    return Judgement(
        course=course,
        cause=Cause.HANDSHAKE_UNSEEN,
        confidence=Confidence.CERTAIN if _addressed(stream) else Confidence.LIKELY,
        packet=ack.number,
        sentence=(
            f"the client's ACK (packet {ack.number}) answers a SYN/ACK that did not pass here, and "
            f"{_device(stream)}, which sent the SYN on over this wire (packet {syn.number}), sends "
            "neither it nor anything after it on: a firewall that the SYN/ACK went past"
        ),
        lines=lines_of(stream, stream.syns[0], syn, ack),
        ask=(_ASK,),
    )


def _cut_off(stream: Stream, ack: Seen) -> bool:
    """Whether the capture ends before the firewall could have sent it on."""
    return stream.capture.span_ns[1] - ack.time_ns < _AT_ONCE_NS


def _addressed(stream: Stream) -> bool:
    """Whether frames tell who sends what."""
    return stream.syns[0].link >= 0


def _device(stream: Stream) -> str:
    """Whom the client sends its SYN to."""
    return stream.capture.links[stream.syns[0].link].destination if _addressed(stream) else "a device"


def _answering(both: _Both, flag: int) -> list[Seen]:
    """Packets from the client's own address that are no SYN."""
    return [one for one in both.own if one.flags & flag and not one.flags & SYN]


def _both(stream: Stream) -> _Both:
    every = sorted((*stream.packets, *stream.copies), key=lambda one: (one.time_ns, one.place))
    mine = [one for one in every if one.from_client]
    passed_on = _sent_by_the_device(stream, mine) if _addressed(stream) else _standing_twice(mine)
    places = {one.place for one in passed_on}
    return _Both(tuple(one for one in mine if one.place not in places), tuple(passed_on))


def _sent_by_the_device(stream: Stream, mine: list[Seen]) -> list[Seen]:
    device, links = _device(stream), stream.capture.links
    return [one for one in mine if one.link >= 0 and device and links[one.link].source == device]


def _standing_twice(mine: list[Seen]) -> list[Seen]:
    found: list[Seen] = []
    waiting: dict[tuple[int, int, int, int], Seen] = {}
    for one in mine:
        # A firewall may change the number of a SYN, hence of all that follows: it is no part of the likeness.
        form = one.flags, one.ack, one.length, one.window
        first = waiting.pop(form, None)
        if first is not None and one.time_ns - first.time_ns <= _AT_ONCE_NS:
            found.append(one)
        else:
            waiting[form] = one
    return found
