"""An inspected TCP connection: its segments are put in order before anybody looks into them.

Documented: for connections that an inspection or a service module looks into, segments behind a missing one
are held, three a side and four seconds long, and dropped then (`tcp-buffer-full`, `tcp-buffer-timeout`);
the missing one is asked for with ACKs in the name of the peer. Nothing goes on before it has come. Believed:
which inspections do so, and that the ACK is sent once for each segment that is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bothways.lab.asa.handshake import after
from bothways.lab.events import EventQueue
from bothways.lab.frames import ACK, FIN, RST, SEQUENCE_SPACE, SYN, Packet
from bothways.lab.ledger import Why

HELD_S = 4.0
MOST_HELD = 3


@dataclass(frozen=True)
class ProxyHands:
    """What the queue asks of the firewall.

    Attributes:
        answer: an ACK in the peer's name, out where the segment came in.
        drop: a segment, why, and the counter.
    """

    answer: Callable[[Packet], None]
    drop: Callable[[Packet, Why, str], None]


@dataclass(eq=False)
class InOrder:
    """What one end of a connection sends.

    Attributes:
        expected: the sequence number that goes on next; None before its SYN was seen.
        held: segments behind a missing one.
    """

    events: EventQueue
    hands: ProxyHands
    expected: int | None = None
    held: list[Packet] = field(default_factory=list)

    def take(self, packet: Packet) -> list[Packet]:
        """The segments that go on now, in order."""
        if packet.flags & SYN or self.expected is None:
            self.expected = _behind(packet)
            return [packet]
        if packet.flags & RST or not after(packet.seq, self.expected):
            return self._passed(packet)
        self._hold(packet)
        return []

    def _passed(self, packet: Packet) -> list[Packet]:
        """A segment with nothing missing before it, and those that waited for it."""
        assert self.expected is not None
        if after(_behind(packet), self.expected):
            self.expected = _behind(packet)
        ready = [packet]
        for one in sorted(self.held, key=lambda one: (one.seq - packet.seq) % SEQUENCE_SPACE):
            if not after(one.seq, self.expected):
                self.held.remove(one)
                self.expected = _behind(one)
                ready.append(one)
        return ready

    def _hold(self, packet: Packet) -> None:
        assert self.expected is not None
        self.hands.answer(
            Packet(
                packet.destination, packet.source, packet.protocol, ttl=255, sport=packet.dport,
                dport=packet.sport, flags=ACK, seq=packet.ack, ack=self.expected, window=packet.window,
            )
        )  # fmt: skip
        if len(self.held) >= MOST_HELD:
            self.hands.drop(packet, Why.BEHIND_GAP, "tcp-buffer-full")
            return
        self.held.append(packet)
        self.events.after(HELD_S, lambda: self._give_up(packet))

    def _give_up(self, packet: Packet) -> None:
        if packet in self.held:
            self.held.remove(packet)
            self.hands.drop(packet, Why.BEHIND_GAP, "tcp-buffer-timeout")


def _behind(packet: Packet) -> int:
    length = len(packet.data) + bool(packet.flags & SYN) + bool(packet.flags & FIN)
    return (packet.seq + length) % SEQUENCE_SPACE
