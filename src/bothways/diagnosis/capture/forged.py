"""A RST that its sender did not send: a device answered in its name (S3)."""

from __future__ import annotations

from collections.abc import Mapping

from bothways.diagnosis.capture.course import Course, State
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.signs import Sign, hops_away, signs_of, trigger_of
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

_LIKELY, _CERTAIN = 5, 8
DEFAULT_IDLE_S = 3600
"""What an ASA lets a connection be silent, where nobody configured otherwise."""


def forged(course: Course, ttls: Mapping[int, int]) -> Judgement | None:
    """The first RST of a stream, if the signs say that a device made it."""
    stream, reset = course.stream, course.reset or course.unheeded
    if reset is None:
        return None
    sender = stream.client if reset.from_client else stream.server
    signs = signs_of(stream, reset, ttls.get(sender))
    weight = sum(sign.weight for sign in signs)
    speaking = sum(sign.weight > 0 for sign in signs)
    if weight < _LIKELY or speaking < 2:
        return None
    sure = weight >= _CERTAIN and speaking > 2
    trigger = trigger_of(stream, reset)
    return Judgement(
        course=course,
        cause=Cause.RESET_BY_DEVICE,
        confidence=Confidence.CERTAIN if sure else Confidence.LIKELY,
        packet=reset.number,
        sentence=_sentence(stream, reset, trigger, signs),
        lines=lines_of(stream, _ordinary(stream, reset), trigger, reset),
        signs=signs,
        why=_why(course, trigger),
        ask=(
            "the firewall's log at that second: 302014 with a reason for this connection, then 106015",
            "a capture on the other side of the firewall: a RST that is not there was made in between",
        ),
    )


def _sentence(stream: Stream, reset: Seen, trigger: Seen | None, signs: tuple[Sign, ...]) -> str:
    who = "client" if reset.from_client else "server"
    sentence = (
        f"the RST of packet {reset.number} was not sent by the {who} {stream.side(client=reset.from_client)}"
    )
    if any(sign.name == "ttl" and sign.weight > 0 for sign in signs):
        hops = hops_away(reset.ttl)
        sentence += f": a device {hops} hop{'' if hops == 1 else 's'} from here made it"
    else:
        sentence += ": a device on the way made it"
    if trigger is not None:
        sentence += f" in answer to packet {trigger.number} ({trigger.flag_names})"
    other = "server" if reset.from_client else "client"
    return f"{sentence}; whether the {who} got one too is not to be seen on the {other}'s side"


def _ordinary(stream: Stream, reset: Seen) -> Seen | None:
    """The last packet that really is the sender's: what the RST is compared with."""
    mine = [
        one
        for one in stream.direct
        if one.from_client == reset.from_client and one.place < reset.place and not one.is_reset
    ]
    return mine[-1] if mine else None


def silence_before(stream: Stream, packet: Seen) -> float:
    """How long nothing passed before a packet."""
    before = [one for one in stream.direct if one.place < packet.place]
    return packet.time_s - before[-1].time_s if before else 0.0


def _why(course: Course, trigger: Seen | None) -> tuple[str, ...]:
    """What makes a firewall answer in an end's name, likeliest first."""
    stream = course.stream
    if course.state is State.REFUSED or trigger is None:
        return ("a firewall refuses the call in the server's name: a rule with `service reset…`",)
    if trigger.is_syn_ack:
        forgot = (
            "a firewall that the SYN did not pass has no connection for the SYN/ACK, and answers it in the "
            "client's name (`service resetoutbound`, on by default): the ways out and back differ"
        )
        return forgot, "an inspection or IPS refuses the call on both sides"
    forgot = (
        "a firewall that no longer has the connection answers for the other end (`service "
        "resetoutbound`, on by "
        "default): removed early by clear conn or clear xlate, a failover, an inspection or the normaliser"
    )
    if "time" not in stream.capture.known:
        return (forgot, "an idle timeout: the text has no times to hold it against")
    gap = silence_before(stream, trigger)
    if gap < DEFAULT_IDLE_S:
        idle = (
            f"not an idle timeout, unless one below {gap:.1f} s is configured: so long was the silence "
            f"before "
            f"that packet, and the default is {DEFAULT_IDLE_S} s"
        )
        return (forgot, idle)
    return (
        f"an idle timeout: {gap:.0f} s of silence before it, and the default is {DEFAULT_IDLE_S} s",
        forgot,
    )
