"""What one end of a connection sent, followed by its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.diagnosis.capture.packets import ACK, FIN, RST, SEQUENCE_SPACE, SYN, after
from bothways.diagnosis.capture.stream import Seen

_MOST_HOLES = 64
_NEAR = 1 << 24
"""What is further off is another counting, and no missing packets."""


@dataclass(slots=True)
class Side:
    """What one end sent.

    Attributes:
        packets, bytes: how many; bytes by their numbers, so that repeated ones count once.
        repeated: packets with payload, SYN or FIN behind which others were seen already.
        duplicate_acks: acknowledgements that say the same once more, with nothing new.
        end: the number behind the highest byte sent; None before the first.
        acked: the highest acknowledgement sent.
        holes: stretches of numbers that were passed over, and never came.
    """

    packets: int = 0
    bytes: int = 0
    repeated: int = 0
    duplicate_acks: int = 0
    end: int | None = None
    acked: int | None = None
    fin: Seen | None = None
    last: Seen | None = None
    holes: list[tuple[int, int]] = field(default_factory=list)

    def take(self, other: Side, seen: Seen) -> None:
        """One more packet of this end."""
        self.packets += 1
        if not seen.flags & RST:
            size = seen.length + (1 if seen.flags & SYN else 0) + (seen.flags & FIN)
            self._send(seen, size)
            if seen.flags & ACK:
                self._acknowledge(other, seen, size)
            if seen.is_fin and self.fin is None:
                self.fin = seen
        self.last = seen

    def _send(self, seen: Seen, size: int) -> None:
        end = (seen.seq + size) % SEQUENCE_SPACE
        if self.end is None:
            self.end = end
            self.bytes += seen.length
            return
        if not size:
            return
        new = after(end, self.end)
        if new > 0:
            if new > size and len(self.holes) < _MOST_HOLES and not seen.flags & SYN:
                self.holes.append((self.end, seen.seq))
            self.end = end
            self.bytes += min(new, seen.length)
        else:
            self.repeated += 1
            if self.holes:
                self._fill(seen, end)

    def _fill(self, seen: Seen, end: int) -> None:
        """Bytes of a hole that come late."""
        left: list[tuple[int, int]] = []
        for first, last in self.holes:
            start, stop = max(0, after(seen.seq, first)), min(after(last, first), after(end, first))
            if start >= stop:
                left.append((first, last))
                continue
            self.bytes += stop - start
            left += [(first, (first + start) % SEQUENCE_SPACE)] if start else []
            left += [((first + stop) % SEQUENCE_SPACE, last)] if stop < after(last, first) else []
        self.holes = left

    def _acknowledge(self, other: Side, seen: Seen, size: int) -> None:
        if size == 0 and self.acked == seen.ack and other.end is not None and after(other.end, seen.ack) > 0:
            last = self.last
            if last is not None and last.window == seen.window and not last.flags & SYN:
                self.duplicate_acks += 1
        # A SYN/ACK for a number that was never sent is no acknowledgement of anything.
        strange = seen.flags & SYN and other.end is not None and after(seen.ack, other.end) > 0
        if not strange and (self.acked is None or after(seen.ack, self.acked) > 0):
            self.acked = seen.ack

    def missed(self, other: Side) -> bool:
        """Whether the other end acknowledges what was never seen of this one: the capture missed it."""
        if self.end is None or other.acked is None:
            return False
        beyond = 0 < after(other.acked, self.end) < _NEAR
        return beyond or any(0 <= after(other.acked, last) < _NEAR for _, last in self.holes)
