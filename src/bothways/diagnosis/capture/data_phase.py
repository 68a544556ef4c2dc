"""Connections that open, work, and then stop: losses that nobody repairs, data that nobody answers."""

from __future__ import annotations

from collections import Counter

from bothways.diagnosis.capture.course import Course, State
from bothways.diagnosis.capture.forged import DEFAULT_IDLE_S
from bothways.diagnosis.capture.judgement import Cause, Judgement, lines_of
from bothways.diagnosis.capture.packets import ACK, SYN, after
from bothways.diagnosis.capture.stream import Seen, Stream
from bothways.diagnosis.findings import Confidence

_CTCP = 10000
_MOST_TRIES = 3
_LONG_S = 300.0
_PATIENCE_S = 1.0
_OTHER_WAY = 4


def unrepaired(course: Course) -> Judgement | None:
    """Duplicate acknowledgements that nothing answers, while new data goes on (S4: cTCP)."""
    stream = course.stream
    if not {"numbers", "length"} <= stream.capture.known:
        return None
    for from_client in (True, False):
        asker = course.server if from_client else course.client
        if asker.duplicate_acks < _MOST_TRIES or asker.acked is None:
            continue
        said = _never_repaired(course, asker.acked, from_client=from_client)
        if said is not None:
            return said
    return None


def _never_repaired(course: Course, missing: int, *, from_client: bool) -> Judgement | None:
    """Whether the byte that the last duplicate acknowledgements ask for never comes again."""
    stream = course.stream
    said = [one for one in stream.direct if one.from_client != from_client and one.ack == missing]
    # The first one to say so acknowledges what came before; those after it ask.
    asking = [one for one in said[1:] if one.flags & ACK and not one.length]
    sent = [one for one in stream.direct if one.from_client == from_client and one.length]
    if len(asking) < _MOST_TRIES:
        return None
    third = asking[_MOST_TRIES - 1]
    new = [one for one in sent if one.place > asking[0].place and after(one.seq, missing) > 0]
    again = [one for one in sent if one.place > asking[0].place and covers(one, missing)]
    patient = stream.direct[-1].time_s - third.time_s >= _PATIENCE_S
    if again or len(new) < _MOST_TRIES or not patient:
        return None
    return _loss(course, missing, asking, new, from_client=from_client)


def _loss(
    course: Course, missing: int, asking: list[Seen], new: list[Seen], *, from_client: bool
) -> Judgement:
    stream = course.stream
    first = next(
        (one for one in stream.direct if one.from_client == from_client and covers(one, missing)), None
    )
    where = (
        f"it passed here in packet {first.number} and was lost behind this place"
        if first is not None
        else "it never passed here: it was lost before"
    )
    who, other = ("client", "server") if from_client else ("server", "client")
    device = _foreign_ttl(stream, asking, from_client=not from_client)
    asker = (
        f"a device in the {other}'s name (TTL {asking[0].ttl}, and the {other} has {device})"
        if device
        else f"the {other}"
    )
    ctcp = stream.server_port == _CTCP and not course.missed
    never = (
        f"the {who} is no full TCP: IPsec over TCP (usually port {_CTCP}) never repeats anything, and a "
        f"device "
        "that follows the connection waits for that byte for ever"
    )
    elsewhere: tuple[str, ...] = () if ctcp else ("the repetitions take another way, past this capture",)
    elsewhere += ("the capture missed them: it misses other packets of this stream",) if course.missed else ()
    return Judgement(
        course=course,
        cause=Cause.PROXY_STALL if device else Cause.UNREPAIRED_LOSS,
        confidence=Confidence.CERTAIN if (ctcp or device) and not course.missed else Confidence.LIKELY,
        packet=asking[0].number,
        sentence=(
            f"{asker} asks {len(asking)} times for byte {missing} ({where}), and the {who} never repeats it "
            f"while it sends {len(new)} packets of new data"
        ),
        lines=lines_of(stream, first, asking[0], asking[_MOST_TRIES - 1], new[0], new[-1]),
        why=(never, *elsewhere),
        ask=("whether an inspection or IPS on the way takes this port: `show service-policy` tells",),
    )


def _foreign_ttl(stream: Stream, asking: list[Seen], *, from_client: bool) -> int:
    """The TTL that the asker's other packets have, where these are far from it; 0 where they agree."""
    asked = {one.ttl for one in asking}
    own = [one.ttl for one in stream.direct if one.from_client == from_client and one.length]
    own += [one.ttl for one in stream.direct if one.from_client == from_client and one.flags & SYN]
    if "ttl" not in stream.capture.known or not own:
        return 0
    # A way that changed is a few routers longer or shorter; a device in between is not.
    near = any(abs(one - other) <= _OTHER_WAY for one in asked for other in own)
    return 0 if near else own[0]


def covers(packet: Seen, byte: int) -> bool:
    """Whether a packet carries the byte of that number."""
    return 0 <= after(byte, packet.seq) < packet.length


def unanswered(course: Course) -> Judgement | None:
    """Data that is repeated to the end, and nothing comes back (a way that broke, a forgotten connection)."""
    stream = course.stream
    if course.state not in (State.OPEN, State.RESET, State.HALF_CLOSED) or course.one_sided:
        return None
    if "numbers" not in stream.capture.known:
        return None
    last = _last_heard(stream)
    if last is None:
        return None
    from_client = not last.from_client
    tail = [
        one
        for one in stream.direct
        if one.place > last.place and one.from_client == from_client and (one.length or one.is_fin)
    ]
    tries = Counter(one.seq for one in tail)
    if not tries or max(tries.values()) < _MOST_TRIES:
        return None
    seq = max(tries, key=lambda one: tries[one])
    repeated = [one for one in tail if one.seq == seq]
    first = repeated[0]
    gap = first.time_s - last.time_s
    who = "client" if from_client else "server"
    idle = gap >= _LONG_S
    sentence = (
        f"after {gap:.1f} s of silence the {who}'s data (packet {first.number}) is sent {len(repeated)} "
        f"times in "
        f"{repeated[-1].time_s - first.time_s:.1f} s and never answered"
    )
    return Judgement(
        course=course,
        cause=Cause.IDLE_TIMEOUT if idle else Cause.DATA_UNANSWERED,
        confidence=_sure(gap) if idle else Confidence.LIKELY,
        packet=first.number,
        sentence=sentence + (_against(gap) if idle else ""),
        lines=lines_of(stream, last, first, repeated[-1]),
        why=_why_silent(idle=idle),
        ask=("the firewalls' logs for 106015 with these addresses, and 302014 with its reason",),
    )


def _why_silent(*, idle: bool) -> tuple[str, ...]:
    if idle:
        return ("a firewall forgot the silent connection and drops what comes after, saying nothing",)
    return (
        "the way changed under the connection: it now meets a firewall that does not know it, or a hole",
        "the other end is gone",
    )


def _sure(gap: float) -> Confidence:
    return Confidence.LIKELY if gap >= DEFAULT_IDLE_S else Confidence.POSSIBLE


def _against(gap: float) -> str:
    verb = "exceeds" if gap >= DEFAULT_IDLE_S else "is within"
    return f"; the silence {verb} the {DEFAULT_IDLE_S} s an ASA allows by default"


def _last_heard(stream: Stream) -> Seen | None:
    """The last packet before the end was left talking alone: the last one of the other end."""
    packets = [one for one in stream.direct if not one.is_reset]
    if not packets or all(one.flags & SYN for one in packets):
        return None
    talker = packets[-1].from_client
    return next((one for one in reversed(packets) if one.from_client != talker), None)


def reset_after_silence(course: Course) -> Judgement | None:
    """A long silence, and the next packet is answered with a RST."""
    stream, reset = course.stream, course.reset
    if reset is None or course.state is not State.RESET or "time" not in stream.capture.known:
        return None
    before = [one for one in stream.direct if one.place < reset.place]
    if len(before) < 2 or before[-1].from_client == reset.from_client:
        return None
    gap = before[-1].time_s - before[-2].time_s
    if gap < _LONG_S:
        return None
    who = "client" if reset.from_client else "server"
    return Judgement(
        course=course,
        cause=Cause.IDLE_TIMEOUT,
        confidence=_sure(gap),
        packet=reset.number,
        sentence=(
            f"after {gap:.1f} s of silence the next packet ({before[-1].number}) is answered with a RST "
            f"in the "
            f"{who}'s name (packet {reset.number})" + _against(gap)
        ),
        lines=lines_of(stream, before[-2], before[-1], reset),
        why=("a firewall forgot the silent connection", f"the {who} itself closed it meanwhile"),
    )
