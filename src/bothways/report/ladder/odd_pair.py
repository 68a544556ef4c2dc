"""The packet that a verdict about two joined captures rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bothways.diagnosis.capture.join_verdicts import packet_of, pair_reset
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.judgement import Cause


@dataclass(frozen=True, slots=True)
class OddPair:
    """The marked packet.

    Attributes:
        index: its place among the call's pairs.
        why: a few words; "" for a number that nobody asked for, which numbers say better.
        refused: its receiver does not take it; else it dies, or ends what should go on.
    """

    index: int
    why: str
    refused: bool = False


def odd_pair(call: JoinedCall) -> OddPair | None:
    """The packet to mark; None where nothing is odd."""
    return _JUDGED[call.cause](call) if call.cause in _JUDGED else None


def _answer(call: JoinedCall) -> int:
    """The first SYN/ACK that both have."""
    both = [index for index, pair in enumerate(call.pairs) if pair[0] is not None and pair[1] is not None]
    return next((index for index in both if packet_of(call.pairs[index]).seen.is_syn_ack), 0)


def _wrong_source(call: JoinedCall) -> OddPair:
    index = _answer(call)
    near = 1 if call.client_here is False else 0
    answer = call.pairs[index][near] or packet_of(call.pairs[index])
    asked = (pair[near] for pair in call.pairs)
    syn = next((one for one in asked if one is not None and one.seen.is_syn), None)
    capture = answer.stream.capture
    why = f"comes from {capture.address(answer.source[0])}"
    if syn is not None:
        why += f", and the client called {capture.address(syn.destination[0])}"
    return OddPair(index, why, refused=True)


def _isn_mismatch(call: JoinedCall) -> OddPair:
    return OddPair(_answer(call), "", refused=True)


def _made_reset(call: JoinedCall) -> OddPair:
    found = (
        index for index, pair in enumerate(call.pairs) if pair_reset(pair) and call.between(pair) == "made"
    )
    index = next(found, 0)
    who = "client" if packet_of(call.pairs[index]).seen.from_client else "server"
    return OddPair(index, f"not sent by the {who}: made between the two captures")


def _lost_from(call: JoinedCall) -> OddPair:
    """The first of those that one end goes on sending in vain."""
    for from_client in (True, False):
        mine = [
            index for index, pair in enumerate(call.pairs) if packet_of(pair).seen.from_client == from_client
        ]
        tail = 0
        while tail < len(mine) and call.between(call.pairs[mine[-1 - tail]]) == "lost":
            tail += 1
        if tail > 1:
            return OddPair(mine[-tail], "lost between, with all that follow")
    return OddPair(0, "lost between")


_JUDGED: dict[Cause | None, Callable[[JoinedCall], OddPair]] = {
    Cause.WRONG_SOURCE: _wrong_source,
    Cause.ISN_MISMATCH: _isn_mismatch,
    Cause.RESET_BY_DEVICE: _made_reset,
    Cause.LOST_BETWEEN: _lost_from,
}
