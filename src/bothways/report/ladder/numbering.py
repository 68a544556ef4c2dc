"""Captured numbers counted from each end's first one, and what a device on the way adds to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE, after
from bothways.report.ladder.picture import Number

_BEFORE = 1 << 16
"""A number so little before the first one is told as below zero; else numbers have gone round."""
DELTAS = {True: "Δ", False: "Δ(server)"}
"""What stands for the shift of the client's numbers, and of the server's."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What is added to an end's numbers somewhere on the way.

    Attributes:
        value: never zero.
        by: who adds it, in words.
    """

    value: int
    by: str


@dataclass(frozen=True, slots=True)
class Base:
    """Where an end's numbers are counted from.

    Attributes:
        number: None when nothing of it was seen.
        place: of the packet that has it; packets before it count from it, too.
        first: it is the end's initial number; else only the first one that was seen.
    """

    number: int | None
    place: int = 0
    first: bool = True


class Numbering:
    """The numbers of a call as one place sees them.

    What concerns an end is kept by whether that is the client. `bases` of their own are for places where
    numbers are shifted already: they are where these would start without.
    """

    def __init__(
        self,
        frames: Sequence[CallPacket],
        shifts: Mapping[bool, Shift | None],
        bases: Mapping[bool, tuple[Base, ...]] | None = None,
    ) -> None:
        self._known = bool(frames) and "numbers" in frames[0].stream.capture.known
        self._relative = bool(frames) and frames[0].stream.capture.relative
        self._shifts = shifts
        self._bases = bases or {side: bases_of(frames, from_client=side) for side in (True, False)}

    def seq(self, frame: CallPacket) -> Number | None:
        """What the packet counts."""
        return self._number(frame.seen.seq, frame.seen.place, of_client=frame.seen.from_client)

    def ack(self, frame: CallPacket) -> Number | None:
        """What it acknowledges."""
        if not frame.seen.flags & ACK:
            return None
        return self._number(frame.seen.ack, frame.seen.place, of_client=not frame.seen.from_client)

    def _number(self, value: int, place: int, *, of_client: bool) -> Number | None:
        if not self._known:
            return None
        if self._relative:
            return Number(str(value))
        base = self.base(place, of_client=of_client).number
        if base is None:
            return Number(str(value), value)
        shift = self._shifts[of_client]
        plain = after(value, base)
        if shift is not None:
            shifted = after(value, (base + shift.value) % SEQUENCE_SPACE)
            if abs(shifted) < abs(plain):
                return Number(DELTAS[of_client] + (f"{shifted:+}" if shifted else ""), value)
        return Number(str(plain if plain > -_BEFORE else plain % SEQUENCE_SPACE), value)

    def base(self, place: int, *, of_client: bool) -> Base:
        """Where an end's numbers are counted from at some packet; a new SYN/ACK begins anew."""
        bases = self._bases[of_client]
        return next((base for base in reversed(bases) if base.place <= place), bases[0])

    def legend(self) -> tuple[tuple[str, str], ...]:
        """The numbers that relative ones count from, and what is added to them."""
        if not self._known or self._relative:
            return ()
        told = []
        for of_client, symbol, who, opens in (
            (True, "C", "client", "SYN"),
            (False, "S", "server", "SYN/ACK"),
        ):
            base = self._bases[of_client][0]
            if base.number is None:
                continue
            first = f"the {who}'s first number, {base.number}"
            unseen = f"the {who}'s first number here, {base.number}; its {opens} is not in this capture"
            told.append((symbol, first if base.first else unseen))
        told += [
            (DELTAS[of_client], f"{shift.by}, {shift.value}")
            for of_client, shift in self._shifts.items()
            if shift is not None
        ]
        return tuple(told)


def bases_of(frames: Sequence[CallPacket], *, from_client: bool) -> tuple[Base, ...]:
    """The initial numbers of an end, each new one from its packet on; else the first that was seen."""
    found: list[Base] = []
    for frame in frames:
        seen = frame.seen
        opens = seen.is_syn if from_client else seen.is_syn_ack
        if seen.from_client == from_client and opens and (not found or found[-1].number != seen.seq):
            found.append(Base(seen.seq, seen.place))
    if found:
        return tuple(found)
    own = next(
        (one.seen for one in frames if one.seen.from_client == from_client and not one.seen.is_reset), None
    )
    if own is not None:
        return (Base(own.seq, own.place, first=False),)
    # Only the other end was seen: what it acknowledges first tells where this one stands.
    heard = (one.seen for one in frames if one.seen.from_client != from_client and one.seen.flags & ACK)
    first = next(heard, None)
    return (Base(first.ack if first is not None else None, 0, first=False),)
