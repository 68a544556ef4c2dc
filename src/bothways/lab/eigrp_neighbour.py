"""An EIGRP neighbour: what it told us, and what it has not acknowledged yet.

What carries routes is sent again, to the neighbour alone, until it is acknowledged; the sixteenth time is the
last, and then the neighbour is given up even though its hellos are heard. Believed: the pace, which on a real
router follows the round trips that it measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.eigrp_packets import Advertised, Message

HOLD_S = 15.0
MOST_TRIES = 16
AGAIN_S = 4.5
"""A little less than the pause between two hellos, in whose rhythm things are sent again."""
EXPIRED, DEAF = "holding time expired", "retry limit exceeded"


@dataclass
class Waiting:
    """An update that was sent and not acknowledged.

    Attributes:
        message: as it was sent.
        sent_s: when, the last time.
        again: how often it was sent again.
    """

    message: Message
    sent_s: float
    again: int = 0


@dataclass
class Neighbour:
    """A router that we hear.

    Attributes:
        address: its own.
        interface: where we hear it.
        since_s: when it appeared.
        heard_s: when we last heard it.
        told: what it told us.
        waiting: what it has not acknowledged, by sequence.
        greeted: the sequence of its first update to us; 0 before that.
    """

    address: IPv4Address
    interface: str
    since_s: float
    heard_s: float
    told: dict[IPv4Network, tuple[Advertised, float]] = field(default_factory=dict)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    greeted: int = 0

    def lost(self, now_s: float) -> str:
        """Why it is given up; "" while it is not."""
        if now_s - self.heard_s > HOLD_S:
            return EXPIRED
        return DEAF if any(one.again >= MOST_TRIES for one in self.waiting.values()) else ""

    def expect(self, message: Message, now_s: float) -> None:
        """Wait for the acknowledgement of an update."""
        self.waiting[message.sequence] = Waiting(message, now_s)

    def overdue(self, now_s: float) -> Iterator[Message]:
        """What is to be sent again now."""
        for one in self.waiting.values():
            if now_s - one.sent_s >= AGAIN_S:
                one.sent_s = now_s
                one.again += 1
                yield one.message
