"""Two captures of the same calls, before and behind a device: what it did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.calls import Call, CallPacket, calls_of
from bothways.diagnosis.capture.clocks import Clocks, Twin, clocks_of
from bothways.diagnosis.capture.judgement import Cause
from bothways.diagnosis.capture.judging import Judged
from bothways.diagnosis.capture.pairing import Pair, paired_calls, paired_packets
from bothways.diagnosis.capture.rewrites import Rewrites, rewrites_of
from bothways.diagnosis.findings import Confidence


@dataclass(frozen=True, slots=True, eq=False)
class JoinedCall:
    """A call that both captures have.

    Attributes:
        pairs: each packet here and there.
        client_here: whether the first capture is nearer to the client; None when that cannot be told.
        cause, confidence, sentence: what both together show; None when nothing is odd.
    """

    here: Call
    there: Call
    pairs: tuple[Pair, ...]
    rewrites: Rewrites
    client_here: bool | None
    cause: Cause | None = None
    confidence: Confidence | None = None
    sentence: str = ""

    def fate(self, pair: Pair) -> str:
        """`both`, `lost` between, `made` between, or `one` side alone where the order is not known."""
        one, other = pair
        if one is not None and other is not None:
            return "both"
        packet = one or other
        assert packet is not None
        if self.client_here is None:
            return "one"
        nearer_sender = packet.seen.from_client == self.client_here
        return "lost" if (one is not None) == nearer_sender else "made"


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Two captures, joined.

    Attributes:
        clocks: how the clocks compare; None when no packet is in both.
        calls: those of both; the odd ones first.
        here_only, there_only: how many calls one capture has alone.
    """

    here: Judged
    there: Judged
    clocks: Clocks | None
    calls: tuple[JoinedCall, ...]
    here_only: int
    there_only: int

    @property
    def fates(self) -> Counter[str]:
        """How many packets of the joined calls were in both, lost, made."""
        return Counter(call.fate(pair) for call in self.calls for pair in call.pairs)


def join(here: Judged, there: Judged) -> Joined:
    """Join two captures."""
    ours, theirs = list(calls_of(here)), list(calls_of(there))
    pairs = paired_calls(ours, theirs)
    rough = clocks_of([twin for one, other in pairs for twin in _first_twins(one, other)])
    packets = [paired_packets(one, other, rough) for one, other in pairs]
    clocks = clocks_of([twin for found in packets for twin in _twins(found)]) or rough
    if rough is not None and clocks is not None:
        packets = [paired_packets(one, other, clocks) for one, other in pairs]
    side = _client_here(pairs, packets)
    calls = [_joined(one, other, found, side) for (one, other), found in zip(pairs, packets, strict=True)]
    calls.sort(key=lambda call: call.cause is None)
    return Joined(here, there, clocks, tuple(calls), len(ours) - len(pairs), len(theirs) - len(pairs))


def _first_twins(one: Call, other: Call) -> list[Twin]:
    """The first SYN and SYN/ACK of both, or the first packets: before anything can be compared by time."""
    found = []
    for kind in ("is_syn", "is_syn_ack"):
        first = next((packet.seen for packet in one.packets if getattr(packet.seen, kind)), None)
        second = next((packet.seen for packet in other.packets if getattr(packet.seen, kind)), None)
        if first is not None and second is not None:
            found.append((first.time_s, second.time_s, first.from_client))
    if found:
        return found
    first, second = one.packets[0].seen, other.packets[0].seen
    return [(first.time_s, second.time_s, first.from_client)]


def _twins(pairs: Sequence[Pair]) -> list[Twin]:
    return [
        (one.seen.time_s, other.seen.time_s, one.seen.from_client)
        for one, other in pairs
        if one is not None and other is not None
    ]


def _client_here(pairs: Sequence[tuple[Call, Call]], packets: Sequence[list[Pair]]) -> bool | None:
    """Which capture is nearer to the clients: TTLs first, then the time from SYN to SYN/ACK."""
    votes: Counter[bool] = Counter()
    for found in packets:
        for one, other in found:
            if one is not None and other is not None and one.seen.ttl != other.seen.ttl:
                votes[(one.seen.ttl > other.seen.ttl) == one.seen.from_client] += 1
    if votes:
        return votes.most_common(1)[0][0]
    waits = [(_wait(one), _wait(other)) for one, other in pairs]
    longer = Counter(here > there for here, there in waits if here and there and here != there)
    return longer.most_common(1)[0][0] if longer else None


def _wait(call: Call) -> float:
    syn = next((one.seen for one in call.packets if one.seen.is_syn), None)
    answer = next((one.seen for one in call.packets if one.seen.is_syn_ack), None)
    return answer.time_s - syn.time_s if syn and answer else 0.0


def _joined(one: Call, other: Call, pairs: list[Pair], side: bool | None) -> JoinedCall:
    plain = JoinedCall(one, other, tuple(pairs), rewrites_of(one, pairs), side)
    for judge in (_one_way, _not_undone, _made_reset, _lost_from):
        said = judge(plain)
        if said is not None:
            cause, confidence, sentence = said
            return JoinedCall(one, other, plain.pairs, plain.rewrites, side, cause, confidence, sentence)
    return plain


Said = tuple[Cause, Confidence, str] | None


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
    packet = pair[0] or pair[1]
    return packet is not None and packet.seen.is_reset


def _not_undone(call: JoinedCall) -> Said:
    rewrites = call.rewrites
    if not rewrites.client_numbers or rewrites.undone is not False:
        return None
    sentence = next(one for one in rewrites.sentences if "added to the client's numbers" in one)
    return Cause.ISN_MISMATCH, Confidence.CERTAIN, f"between the two captures {sentence}"


def _made_reset(call: JoinedCall) -> Said:
    made = [pair for pair in call.pairs if call.fate(pair) == "made" and pair_reset(pair)]
    packet = (made[0][0] or made[0][1]) if made else None
    if packet is None:
        return None
    who, other = ("client", "server") if packet.seen.from_client else ("server", "client")
    own = call.here if call.client_here == packet.seen.from_client else call.there
    state = own.course.state
    return (
        Cause.RESET_BY_DEVICE,
        Confidence.CERTAIN,
        f"the RST in the {who}'s name ({packet.stream.capture.name}:{packet.seen.number}) is on the "
        f"{other}'s side "
        f"alone: a device between the captures made it; on the {who}'s side the connection is {state}, "
        + ("so that the client goes on waiting" if who == "client" else "and knows nothing of it"),
    )


def _lost_from(call: JoinedCall) -> Said:
    """Everything of one end is lost from some packet on, though it went on sending."""
    for from_client in (True, False):
        mine = [pair for pair in call.pairs if _from(pair) == from_client]
        lost = [call.fate(pair) == "lost" for pair in mine]
        tail = 0
        while tail < len(lost) and lost[-1 - tail]:
            tail += 1
        if tail < 2 or not any(call.fate(pair) == "both" for pair in call.pairs):
            continue
        first = mine[-tail][0] or mine[-tail][1]
        assert first is not None
        who = "client" if from_client else "server"
        sentence = (
            f"from {first.stream.capture.name}:{first.seen.number} ({first.seen.flag_names}) on, all {tail} "
            f"packets of the {who} are lost between the two captures, and those before it arrived"
        )
        return Cause.LOST_BETWEEN, Confidence.CERTAIN, sentence
    return None


def _from(pair: Pair) -> bool:
    packet: CallPacket | None = pair[0] or pair[1]
    assert packet is not None
    return packet.seen.from_client
