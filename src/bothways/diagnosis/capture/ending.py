"""Which RST ends a connection: the first one that both ends heed."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.capture.packets import ACK, SEQUENCE_SPACE, after
from bothways.diagnosis.capture.sides import Side
from bothways.diagnosis.capture.stream import Seen

_NEAR = 1 << 20


@dataclass(slots=True)
class Ending:
    """How a connection ends, as far as the packets seen so far tell.

    Attributes:
        reset: the RST that ends it; None without.
        first: the first FIN or RST.
        unheeded: a RST behind which both ends went on.
    """

    reset: Seen | None = None
    first: Seen | None = None
    unheeded: Seen | None = None
    _beyond: int = 0
    _answer: Seen | None = None
    _goes_on: Seen | None = None

    def take(self, client: Side, server: Side, seen: Seen) -> None:
        """One more packet, before its side has taken it."""
        if self.reset is not None:
            self._behind_a_reset(client, server, seen)
        elif seen.is_reset:
            self.reset = seen
            end = (client if seen.from_client else server).end
            own = end is None or 0 <= after(seen.seq, end) < _NEAR
            self._beyond = seen.seq if end is None or own else end
        if self.first is None and (seen.is_reset or seen.is_fin):
            self.first = seen

    def _behind_a_reset(self, client: Side, server: Side, seen: Seen) -> None:
        assert self.reset is not None
        if seen.is_reset:
            return
        ours = seen.from_client == self.reset.from_client
        if seen.is_syn_ack and not seen.from_client:
            self._answer = seen
        elif self._answer and seen.from_client and seen.flags & ACK and seen.ack == _next(self._answer):
            # A retry, or an older connection that had to be forgotten first: it opens after all.
            self._forget(client, server)
        elif ours and (seen.length or seen.is_fin):
            end = (seen.seq + seen.length + seen.is_fin) % SEQUENCE_SPACE
            self._goes_on = seen if after(end, self._beyond) > 0 else self._goes_on
        elif not ours and self._goes_on and seen.flags & ACK and after(seen.ack, self._goes_on.seq) > 0:
            self.unheeded = self.unheeded or self.reset
            self._forget(client, server)

    def _forget(self, client: Side, server: Side) -> None:
        self.reset = self._answer = self._goes_on = None
        if self.first is not None and self.first.is_reset:
            fins = [side.fin for side in (client, server) if side.fin is not None]
            self.first = min(fins, key=lambda one: one.place, default=None)


def _next(seen: Seen) -> int:
    return (seen.seq + 1) % SEQUENCE_SPACE
