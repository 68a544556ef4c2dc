"""The numbers of a call at two places, counted from where they start at the end that sends them."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.diagnosis.capture.calls import Call, CallPacket
from bothways.diagnosis.capture.joined_call import JoinedCall
from bothways.diagnosis.capture.packets import SEQUENCE_SPACE
from bothways.report.ladder.numbering import Base, Numbering, Shift, bases_of


def numberings(call: JoinedCall, near: Call, far: Call) -> tuple[Numbering, Numbering]:
    """Those of the place near the client, and of the other one.

    A client's numbers are shifted behind the device between, at the far place; a server's at the near one.
    """
    sign = -1 if call.client_here is False else 1
    added = {True: sign * call.rewrites.client_numbers, False: -sign * call.rewrites.server_numbers}
    shifts = {side: _shift(value, side) for side, value in added.items()}
    frames = near.packets, far.packets
    own = {True: near, False: far}
    found = []
    for place, packets in zip((near, far), frames, strict=True):
        bases = {side: _bases(packets, side, place, own[side], shifts[side]) for side in (True, False)}
        found.append(Numbering(packets, shifts, bases))
    return found[0], found[1]


def _shift(value: int, of_client: bool) -> Shift | None:
    value %= SEQUENCE_SPACE
    who = "client" if of_client else "server"
    return Shift(value, f"what is added to the {who}'s numbers between the two captures") if value else None


def _bases(
    packets: Sequence[CallPacket],
    side: bool,
    place: Call,
    own: Call,
    shift: Shift | None,
) -> tuple[Base, ...]:
    """Where an end's numbers start at a place, without what is added to them on the way there."""
    isn = {True: (place.client_isn, own.client_isn), False: (place.server_isn, own.server_isn)}[side]
    if None in isn:
        # One place alone saw where they start: numbers of both count from there, as they were paired.
        known = place if isn[0] is not None else own
        return bases_of(known.packets, from_client=side)[:1]
    added = shift.value if shift is not None and place is not own else 0
    return tuple(
        Base(base.number if base.number is None else (base.number - added) % SEQUENCE_SPACE, base.place)
        for base in bases_of(packets, from_client=side)
    )
