"""What both captures of a call show together, and how sure that is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bothways.diagnosis.capture.calls import Call, CallPacket
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.judgement import Cause
from bothways.diagnosis.capture.packets import SYN
from bothways.diagnosis.capture.pairing import Pair
from bothways.diagnosis.capture.stream import Seen
from bothways.diagnosis.capture.whereabouts import OUTSIDE
from bothways.diagnosis.findings import Confidence

_FEW = 2
Said = tuple[Cause, Confidence, str] | None


def told(call: JoinedCall) -> JoinedCall:
    """The call with its verdict, if there is one."""
    for judge in (_one_way, _not_undone, _made_reset, _lost_from):
        said = judge(call)
        if said is not None:
            cause, confidence, sentence = said
            return replace(call, cause=cause, confidence=confidence, sentence=sentence)
    return call


def _one_way(call: JoinedCall) -> Said:
    if not call.rewrites.one_way or call.rewrites.server is None:
        return None
    here, there = call.rewrites.server
    called = here if not call.rewrites.server_back else there
    reset = any(pair_reset(pair) for pair in call.pairs)
    return (
        Cause.WRONG_SOURCE,
        Confidence.CERTAIN,
        f"between the two captures {there} is translated to {here} one way only: "
        f"{call.rewrites.sentences[0]}; "
        f"the client called {called}" + (", and resets what comes from elsewhere" if reset else ""),
    )


def pair_reset(pair: Pair) -> bool:
    """Whether a packet is a RST."""
    return packet_of(pair).seen.is_reset


def packet_of(pair: Pair) -> CallPacket:
    """The packet where it was seen, here before there."""
    packet: CallPacket | None = pair[0] or pair[1]
    assert packet is not None
    return packet


def _not_undone(call: JoinedCall) -> Said:
    rewrites = call.rewrites
    if not rewrites.client_numbers or rewrites.undone is not False:
        return None
    sentence = next(one for one in rewrites.sentences if "added to the client's numbers" in one)
    return Cause.ISN_MISMATCH, Confidence.CERTAIN, f"between the two captures {sentence}"


def _made_reset(call: JoinedCall) -> Said:
    """A RST that is not in the capture on the side of whose name it bears."""
    made = [pair for pair in call.pairs if pair_reset(pair) and call.between(pair) == "made"]
    if not made or call.elsewhere:
        return None
    packet = packet_of(made[0])
    who, other = ("client", "server") if packet.seen.from_client else ("server", "client")
    own, seen = (call.here, call.there) if made[0][0] is None else (call.there, call.here)
    sentence = (
        f"the RST in the {who}'s name ({packet.stream.capture.name}:{packet.seen.number}) is on the "
        f"{other}'s side alone"
    )
    if call.odd_ones.get(packet) == OUTSIDE:
        sure = seen.made_resets.get(packet.seen.number, Confidence.POSSIBLE)
        return Cause.RESET_BY_DEVICE, sure, _outside(packet, own, sentence)
    return (
        Cause.RESET_BY_DEVICE,
        Confidence.LIKELY if _like_its_own(seen, packet) else Confidence.CERTAIN,
        f"{sentence}: a device between the captures made it; on the {who}'s side the connection is "
        f"{own.course.state}, " + ("so that the client goes on waiting" if who == "client" else
                                   "and knows nothing of it"),
    )  # fmt: skip


def _outside(packet: CallPacket, own: Call, sentence: str) -> str:
    """What a RST behind the end of the other capture tells."""
    who = "client" if packet.seen.from_client else "server"
    made = "a device between the captures made it"
    return (
        f"{sentence}; {own.stream.capture.name} shows nothing of that moment or later, where the connection "
        f"is {own.course.state} on the {who}'s side: if that capture was running still, {made}, and "
        f"the {who} goes on waiting"
    )


def _like_its_own(call: Call, reset: CallPacket) -> bool:
    """Whether a RST has the TTL of its sender's other packets: the other capture may have missed it."""
    if "ttl" not in reset.stream.capture.known:
        return False
    own = {one.seen.ttl for one in call.packets
           if one.seen.from_client == reset.seen.from_client and not one.seen.is_reset}  # fmt: skip
    return any(abs(ttl - reset.seen.ttl) <= 1 for ttl in own)


def _lost_from(call: JoinedCall) -> Said:
    """Everything of one end is lost from some packet on, though it went on sending."""
    if not any(call.fate(pair) == "both" for pair in call.pairs):
        return None
    for from_client in (True, False):
        mine = [pair for pair in call.pairs if packet_of(pair).seen.from_client == from_client]
        tail: list[Pair] = []
        while mine and call.between(mine[-1]) == "lost":
            tail.insert(0, mine.pop())
        known = [pair for pair in tail if call.fate(pair) == "lost"]
        if len(tail) < 2 or not _missed_by_somebody(call, tail) or call.elsewhere:
            continue
        first = packet_of(tail[0])
        who = "client" if from_client else "server"
        before = ", and those before it arrived" if mine else ""
        sentence = (
            f"from {first.stream.capture.name}:{first.seen.number} ({first.seen.flag_names}) on, all "
            f"{len(tail)} packets of the {who} are lost between the two captures{before}"
        )
        if len(known) > 1:
            return Cause.LOST_BETWEEN, Confidence.CERTAIN, sentence
        other = (call.there if tail[0][0] is not None else call.here).stream.capture.name
        sentence += f"; or {other} was not running any more: it shows nothing of that time or later"
        return Cause.LOST_BETWEEN, Confidence.POSSIBLE, sentence
    return None


def _missed_by_somebody(call: JoinedCall, tail: list[Pair]) -> bool:
    """Whether an end shows that the packets did not arrive: three of them, one again, or an answer again.

    A capture misses a packet now and then, and two empty ACKs at the end of a call; that is no loss between.
    """
    carrying = [packet_of(pair).seen for pair in tail if _carries(packet_of(pair).seen)]
    if carrying:
        return len(carrying) > _FEW or len({one.seq for one in carrying}) < len(carrying)
    first = packet_of(tail[0]).seen
    own = call.here if tail[0][0] is not None else call.there
    others = [one.seen for one in own.packets if one.seen.from_client != first.from_client]
    again = Counter(one.seq for one in others if _carries(one) and one.place > first.place)
    return any(count >= _FEW for count in again.values())


def _carries(seen: Seen) -> bool:
    """Whether a packet has to be acknowledged."""
    return not seen.is_reset and bool(seen.length or seen.flags & SYN or seen.is_fin)
