"""Echo requests of a device, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import ICMP, Packet

TIMEOUT_S = 2.0
_OWN_S = 0.001


@dataclass
class PingRun:
    """Echo requests of a device, under way or over.

    Attributes:
        count: how many are to be sent.
        replies: round-trip seconds, None for each that stayed without answer.
    """

    count: int
    replies: list[float | None] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether all were answered or given up."""
        return len(self.replies) >= self.count


@dataclass
class Pinger:
    """Sends them, and waits for each answer.

    Attributes:
        source_for: the address to send from, None when the destination cannot be reached at all.
        own: whether an address is the device's own.
        send: a packet of the device itself.
    """

    events: EventQueue
    source_for: Callable[[IPv4Address], IPv4Address | None]
    own: Callable[[IPv4Address], bool]
    send: Callable[[Packet], None]
    _waiting: dict[int, Callable[[], None]] = field(default_factory=dict)
    _sent: int = 0

    def start(self, destination: IPv4Address, count: int, source: IPv4Address | None = None) -> PingRun:
        """Begin; look at the run while time passes."""
        run = PingRun(count)
        self._next(run, destination, source)
        return run

    def take(self, reply: Packet) -> bool:
        """Whether an echo reply was waited for."""
        answered = self._waiting.get(reply.sport)
        if answered is None:
            return False
        answered()
        return True

    def _next(self, run: PingRun, destination: IPv4Address, source: IPv4Address | None) -> None:
        if run.done:
            return
        self._sent = (self._sent + 1) & 0xFFFF
        ident, sent_s = self._sent, self.events.now

        def over(round_trip_s: float | None) -> None:
            silence.cancel()
            self._waiting.pop(ident, None)
            run.replies.append(round_trip_s)
            self._next(run, destination, source)

        silence: Event = self.events.after(TIMEOUT_S, lambda: over(None))
        self._waiting[ident] = lambda: over(self.events.now - sent_s)
        from_ = source or self.source_for(destination)
        if self.own(destination):
            self.events.after(_OWN_S, self._waiting[ident])
        elif from_ is not None:
            self.send(
                Packet(
                    from_, destination, ICMP, ttl=255, sport=ident, dport=ident, seq=len(run.replies),
                    icmp_type=8, icmp_code=0, data=bytes(72),
                )
            )  # fmt: skip
