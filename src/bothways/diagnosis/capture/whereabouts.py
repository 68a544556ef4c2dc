"""Packets that one of two captures has alone: which of them were neither lost nor made on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.calls import Call, CallPacket
from bothways.diagnosis.capture.clocks import Clocks
from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE, SYN, after
from bothways.diagnosis.capture.pairing import Pair

RECUT, BESIDE, OUTSIDE = "recut", "beside", "outside"
_NEAR = 1 << 30
"""Numbers further apart than this are of different countings."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One capture's part of a call.

    Attributes:
        lone, twins: its packets without a twin in the other capture, and with one.
        by_isn: per direction, whether numbers count from the first one; client's first.
    """

    call: Call
    lone: tuple[CallPacket, ...]
    twins: tuple[CallPacket, ...]
    by_isn: Mapping[bool, bool]

    def number(self, packet: CallPacket) -> int:
        """The packet's number, as both captures count."""
        return self.call.relative(packet.seen, by_isn=self.by_isn[packet.seen.from_client])


def whereabouts(
    here: Call, there: Call, pairs: Sequence[Pair], clocks: Clocks | None, *, client_here: bool | None
) -> dict[CallPacket, str]:
    """What became of packets without a twin, where they were neither lost nor made.

    `recut`: their bytes are in other packets. `beside`: the other capture missed them. `outside`: it was not
    running then, as far as it shows.
    """
    by_isn = {
        True: here.client_isn is not None and there.client_isn is not None,
        False: here.server_isn is not None and there.server_isn is not None,
    }
    lone_here = tuple(one for one, other in pairs if one is not None and other is None)
    lone_there = tuple(other for one, other in pairs if one is None and other is not None)
    ours = _Side(here, lone_here, tuple(one for one, other in pairs if one and other), by_isn)
    theirs = _Side(there, lone_there, tuple(other for one, other in pairs if one and other), by_isn)
    found: dict[CallPacket, str] = {}
    if clocks is not None:
        found |= dict.fromkeys(_outside(ours, theirs, clocks.offset_s), OUTSIDE)
        found |= dict.fromkeys(_outside(theirs, ours, -clocks.offset_s), OUTSIDE)
    for side, other, first in ((ours, theirs, True), (theirs, ours, False)):
        found |= dict.fromkeys(_arrived(side), BESIDE)
        if client_here is not None:
            found |= dict.fromkeys(_sent_unseen(side, other, nearer_client=client_here != first), BESIDE)
        found |= dict.fromkeys(_recut(side, other), RECUT)
    return found


def _outside(side: _Side, other: _Side, offset_s: float) -> Iterator[CallPacket]:
    """Packets of a moment before the other capture's first packet, or behind its last one."""
    first_ns, last_ns = other.call.stream.capture.span_ns
    for packet in side.lone:
        if not first_ns <= packet.seen.time_ns + round(offset_s * 1e9) <= last_ns:
            yield packet


def _arrived(side: _Side) -> Iterator[CallPacket]:
    """Packets that the other end acknowledges, though no twin carries the same: it had them."""
    told = {(one.seen.from_client, one.seen.seq) for one in side.twins}
    wanted = set(side.lone)
    acked: dict[bool, int] = {}
    for packet in reversed(side.call.packets if wanted else ()):
        seen, size = packet.seen, _size(packet)
        highest = acked.get(not seen.from_client)
        again = (seen.from_client, seen.seq) in told
        if packet in wanted and size and highest is not None and not again:
            past = after(highest, (seen.seq + size) % SEQUENCE_SPACE)
            yield from [packet] if 0 <= past < _NEAR else []
        if seen.flags & ACK and not seen.is_reset:
            before = acked.get(seen.from_client)
            if before is None or after(seen.ack, before) > 0:
                acked[seen.from_client] = seen.ack


def _sent_unseen(side: _Side, near: _Side, *, nearer_client: bool) -> Iterator[CallPacket]:
    """Packets of the end that the other capture is near to, when that has its later ones: it missed these."""
    mine = [
        one for one in near.call.packets if one.seen.from_client == nearer_client and not one.seen.is_reset
    ]
    carried = {near.number(one) for one in mine if _size(one)}
    for packet in side.lone:
        size = _size(packet)
        if packet.seen.from_client != nearer_client or not size or side.number(packet) in carried:
            continue
        end = (side.number(packet) + size) % SEQUENCE_SPACE
        if any(0 <= after(near.number(one), end) < _NEAR for one in mine):
            yield packet


def _recut(side: _Side, other: _Side) -> Iterator[CallPacket]:
    """Packets whose every byte is in packets of other sizes: segments that a network card joined or split."""
    for from_client in (True, False):
        pieces = [one for one in other.lone if one.seen.from_client == from_client and one.seen.length]
        mine = [one for one in side.lone if one.seen.from_client == from_client and one.seen.length]
        if not pieces or not mine:
            continue
        base = side.number(mine[0])
        runs = _runs(sorted((after(other.number(one), base), one.seen.length) for one in pieces))
        for packet in mine:
            start = after(side.number(packet), base)
            if any(first <= start and start + packet.seen.length <= end for first, end in runs):
                yield packet


def _runs(pieces: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of bytes without a hole."""
    runs: list[tuple[int, int]] = []
    for start, size in pieces:
        if runs and start <= runs[-1][1]:
            runs[-1] = runs[-1][0], max(runs[-1][1], start + size)
        else:
            runs.append((start, start + size))
    return runs


def _size(packet: CallPacket) -> int:
    """How many numbers a packet takes."""
    seen = packet.seen
    return 0 if seen.is_reset else seen.length + bool(seen.flags & SYN) + seen.is_fin
