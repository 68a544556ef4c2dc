"""Two captures of the same calls, before and behind a device: what it did to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bothways.diagnosis.capture.calls import Call, calls_of
from bothways.diagnosis.capture.clocks import Clocks, Twin, clocks_of
from bothways.diagnosis.capture.join_verdicts import told
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.judging import Judged
from bothways.diagnosis.capture.pairing import Pair, paired_calls, paired_packets, possible_twins
from bothways.diagnosis.capture.rewrites import rewrites_of
from bothways.diagnosis.capture.stream import Stream
from bothways.diagnosis.capture.whereabouts import whereabouts
from bothways.flow import Flow

_AGREED_S = 0.5


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

    def only(self, flow: Flow) -> Joined:
        """The calls of one flow, by the names that either capture has for its ends."""
        ends = int(flow.client), int(flow.server), flow.port

        def meant(stream: Stream) -> bool:
            return (stream.client, stream.server, stream.server_port) == ends

        calls = tuple(one for one in self.calls if meant(one.here.stream) or meant(one.there.stream))
        return replace(self, calls=calls, here_only=0, there_only=0)

    @property
    def fates(self) -> Counter[str]:
        """How many packets of the joined calls were in both, lost, made, in other pieces, on one side."""
        return Counter(call.fate(pair) for call in self.calls for pair in call.pairs)


def join(here: Judged, there: Judged) -> Joined:
    """Join two captures."""
    ours, theirs = list(calls_of(here)), list(calls_of(there))
    pairs = paired_calls(ours, theirs)
    rough = clocks_of(_agreeing([twin for one, other in pairs for twin in possible_twins(one, other)]))
    packets = [paired_packets(one, other, rough) for one, other in pairs]
    clocks = clocks_of([twin for found in packets for twin in _twins(found)]) or rough
    if rough is not None and clocks is not None:
        packets = [paired_packets(one, other, clocks) for one, other in pairs]
    side = _client_here(pairs, packets)
    calls = [_joined(pair, found, clocks, side=side) for pair, found in zip(pairs, packets, strict=True)]
    calls.sort(key=lambda call: call.cause is None)
    return Joined(here, there, clocks, tuple(calls), len(ours) - len(pairs), len(theirs) - len(pairs))


def _agreeing(twins: Sequence[Twin]) -> Sequence[Twin]:
    """Those that most agree with: a repeated SYN may be another one there, where that capture began later."""
    best: Sequence[Twin] = ()
    ordered = sorted(twins, key=lambda twin: twin[1] - twin[0])
    first = 0
    for last, twin in enumerate(ordered):
        while twin[1] - twin[0] - (ordered[first][1] - ordered[first][0]) > _AGREED_S:
            first += 1
        if last + 1 - first > len(best):
            best = ordered[first : last + 1]
    return best


def _twins(pairs: Sequence[Pair]) -> list[Twin]:
    return [
        (one.seen.time_s, other.seen.time_s, one.seen.from_client)
        for one, other in pairs
        if one is not None and other is not None
    ]


def _client_here(pairs: Sequence[tuple[Call, Call]], packets: Sequence[list[Pair]]) -> bool | None:
    """Which capture is nearer to the clients: TTLs first, then the time from SYN to SYN/ACK."""
    votes: Counter[bool] = Counter()
    told_ttls = all("ttl" in call.stream.capture.known for pair in pairs[:1] for call in pair)
    for found in packets if told_ttls else ():
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


def _joined(
    calls: tuple[Call, Call], pairs: list[Pair], clocks: Clocks | None, *, side: bool | None
) -> JoinedCall:
    here, there = calls
    odd_ones = whereabouts(here, there, pairs, clocks, client_here=side)
    elsewhere = here.other_server or there.other_server
    return told(JoinedCall(here, there, tuple(pairs), rewrites_of(pairs), side, odd_ones, elsewhere))
