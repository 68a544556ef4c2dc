"""Which captured packets got to their receiver: what that says afterwards shows it."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.diagnosis.capture.calls import CallPacket
from bothways.diagnosis.capture.packets import ACK, RST, SYN, after
from bothways.report.ladder.numbering import DELTAS, Numbering


class Heard:
    """What each end's last words show of the other one's packets."""

    def __init__(self, frames: Iterable[CallPacket], numbering: Numbering) -> None:
        self._numbering = numbering
        self._acked: dict[bool, int | None] = {True: None, False: None}
        self._answered: dict[bool, int] = {}
        self._talked: dict[bool, int] = {}
        for frame in frames:
            self._learn(frame)

    def _learn(self, frame: CallPacket) -> None:
        seen, side = frame.seen, frame.seen.from_client
        if seen.flags & ACK and not seen.flags & RST:
            highest = self._acked[side]
            if highest is None or after(seen.ack, highest) > 0:
                self._acked[side] = seen.ack
        if seen.flags & (ACK | RST):
            self._answered[side] = seen.place
        if not seen.flags & (SYN | RST):
            self._talked[side] = seen.place

    def got(self, frame: CallPacket) -> bool:
        """Whether the other end shows that it got this packet; it may have without showing it."""
        seen, other = frame.seen, not frame.seen.from_client
        if seen.flags & SYN:
            return self._answered.get(other, -1) > seen.place
        if seen.is_reset or "numbers" not in frame.stream.capture.known:
            return False
        size = seen.length + seen.is_fin
        acked = self._acked[other]
        if size:
            return acked is not None and after(acked, seen.seq + size) >= 0
        # The client's first ACK opens the server's side: a server that goes on talking has got one.
        number = self._numbering.seq(frame)
        opens = (
            seen.from_client
            and number is not None
            and number.relative.removeprefix(f"{DELTAS[True]}+") == "1"
        )
        return opens and self._talked.get(other, -1) > seen.place
