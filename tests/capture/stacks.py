"""Two TCP ends that really talk, a way between them with its losses and devices, and a place that captures.

Nothing here writes down what a fault looks like: an end repeats what is not acknowledged, acknowledges what
it has, resets what it does not know; a device forwards, translates, renumbers, forgets. What a capture shows
follows from that.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from .wire import ACK, FIN, PSH, RST, SYN, Tcp

MSS = 1000


@dataclass
class Clock:
    """What happens next, in the order of time."""

    now_s: float = 0.0
    waiting: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    count: int = 0

    def at(self, after_s: float, do: Callable[[], None]) -> None:
        """Do something later."""
        self.count += 1
        heapq.heappush(self.waiting, (self.now_s + after_s, self.count, do))

    def run(self, until_s: float) -> None:
        """Let everything happen that happens before."""
        while self.waiting and self.waiting[0][0] <= until_s:
            self.now_s, _, do = heapq.heappop(self.waiting)
            do()
        self.now_s = until_s


@dataclass
class End:
    """One end's TCP: it sends what its program wrote, repeats, acknowledges, resets what it does not know."""

    clock: Clock
    send: Callable[[Tcp], None]
    mine: tuple[str, int]
    peer: tuple[str, int]
    isn: int
    ttl: int
    window: int
    ident: int | None
    listens: bool = False
    answers: int = 0
    state: str = "closed"
    una: int = 0
    out: bytes = b""
    fin_after: bool = False
    heard: int = 0
    early: dict[int, Tcp] = field(default_factory=dict)
    dups: int = 0
    peer_window: int = 65535
    timer: int = 0
    rto_s: float = 1.0
    fin_sent: bool = False
    sent_to: int = 0

    def emit(self, flags: int, seq: int, ack: int = 0, data: bytes = b"", window: int | None = None) -> None:
        """Put a packet on the wire."""
        self.ident = None if self.ident is None else (self.ident + 1) % 65536
        acked = ack % 2**32 if flags & ACK else 0
        room = self.window if window is None else window
        ends = (*self.mine, *self.peer)
        self.send(
            Tcp(self.clock.now_s, *ends, flags, seq % 2**32, acked, room, data, self.ttl, self.ident or 0)
        )

    def call(self) -> None:
        """Open a connection."""
        self.state, self.una, self.sent_to = "syn-sent", self.isn, self.isn + 1
        self.emit(SYN, self.isn)
        self._arm()

    def write(self, data: bytes) -> None:
        """The program writes."""
        self.out += data
        if self.state == "open":
            self._push()

    def close(self) -> None:
        """The program closes when everything is sent."""
        self.fin_after = True
        if self.state == "open":
            self._push()

    def abort(self) -> None:
        """The program gives up at once."""
        if self.state == "open":
            self.emit(RST | ACK, self.sent_to, self.heard, window=0)
        self.state, self.timer = "gone", self.timer + 1

    def _push(self) -> None:
        """Send what is not sent yet, and FIN behind the last of it."""
        base = self.isn + 1
        while self.sent_to < base + len(self.out):
            at = self.sent_to - base
            piece = self.out[at : at + MSS]
            self.emit(PSH | ACK, self.sent_to, self.heard, piece)
            self.sent_to += len(piece)
        if self.fin_after and not self.fin_sent:
            self.fin_sent = True
            self.emit(FIN | ACK, self.sent_to, self.heard)
            self.sent_to += 1
        self._arm()

    def _arm(self) -> None:
        self.timer += 1
        mark = self.timer
        self.clock.at(self.rto_s, lambda: self._late() if mark == self.timer else None)

    def _late(self) -> None:
        """Nothing was acknowledged in time: once more, and more patiently."""
        if self.state in ("gone", "closed") or self.una >= self.sent_to or self.rto_s > 20:
            return
        self.rto_s *= 2
        self._again()
        self._arm()

    def _again(self) -> None:
        base = self.isn + 1
        if self.state == "syn-sent":
            self.emit(SYN, self.isn)
        elif self.una < base:
            self.emit(SYN | ACK, self.isn, self.heard)
        elif self.una - base < len(self.out):
            at = self.una - base
            self.emit(PSH | ACK, self.una, self.heard, self.out[at : at + MSS])
        else:
            self.emit(FIN | ACK, self.una, self.heard)

    def take(self, one: Tcp) -> None:
        """A packet came."""
        if self.state == "gone" or (one.source, one.sport) != self.peer:
            return self._unknown(one)
        if self.state == "syn-sent":
            return self._answered(one)
        if self.state == "closed":
            if self.listens and one.flags & (SYN | ACK | RST) == SYN:
                self.state, self.heard, self.una, self.sent_to = (
                    "syn-got",
                    one.seq + 1,
                    self.isn,
                    self.isn + 1,
                )
                self.emit(SYN | ACK, self.isn, self.heard)
                return self._arm()
            return self._unknown(one)
        if one.flags & RST:
            if abs(one.seq - self.heard % 2**32) < 65536:
                self.state, self.timer = "gone", self.timer + 1
            return None
        return self._going(one)

    def _unknown(self, one: Tcp) -> None:
        """No connection of mine."""
        if one.flags & RST:
            return
        back = replace(self, mine=(one.destination, one.dport), peer=(one.source, one.sport))
        size = len(one.data) + bool(one.flags & SYN) + bool(one.flags & FIN)
        if one.flags & ACK:
            back.emit(RST, one.ack, window=0)
        else:
            back.emit(RST | ACK, 0, one.seq + size, window=0)

    def _answered(self, one: Tcp) -> None:
        """In answer to the SYN."""
        good = one.flags & ACK and one.ack == (self.isn + 1) % 2**32
        if one.flags & RST:
            if good:
                self.state, self.timer = "gone", self.timer + 1
        elif one.flags & ACK and not good:
            self.emit(RST, one.ack, window=0)
        elif one.flags & SYN and good:
            self.state, self.heard, self.una, self.rto_s = "open", one.seq + 1, self.isn + 1, 0.3
            self.emit(ACK, self.una, self.heard)
            self._push()

    def _going(self, one: Tcp) -> None:
        if one.flags & ACK:
            self._acknowledged(one)
        if one.flags & SYN:
            self.emit(ACK, self.sent_to, self.heard)
            return
        if one.data or one.flags & FIN:
            self.early[one.seq] = one
            before = self.heard
            while (piece := self.early.pop(self.heard % 2**32, None)) is not None:
                self.heard += len(piece.data) + bool(piece.flags & FIN)
                if piece.data and self.answers:
                    self.out += bytes(self.answers)
                self.fin_after = self.fin_after or bool(piece.flags & FIN)
            self.emit(ACK, self.sent_to, self.heard)
            if self.heard != before and self.state == "open":
                self._push()

    def _acknowledged(self, one: Tcp) -> None:
        new = (one.ack - self.una) % 2**32
        if 0 < new <= self.sent_to - self.una:
            self.una += new
            self.dups, self.rto_s = 0, 0.3
            if self.state == "syn-got":
                self.state = "open"
                self._push()
            elif self.una < self.sent_to:
                self._arm()
        elif new == 0 and self.una < self.sent_to and not one.data:
            self.dups += 1
            if self.dups == 3:
                self._again()


@dataclass
class Way:
    """Hops from one end to the other, the place that captures among them.

    Attributes:
        devices: what each hop does with a packet: a function of packet and direction, giving packets.
        tap: before which device packets are seen, counted from the client.
        beside: the way back goes past all devices.
    """

    clock: Clock
    dice: random.Random
    devices: list[Callable[[Tcp, bool], list[tuple[Tcp, bool]]]]
    tap: int
    loss: float = 0.0
    delay_s: float = 0.005
    beside: bool = False
    ends: tuple[Callable[[Tcp], None], Callable[[Tcp], None]] = (lambda _: None, lambda _: None)
    seen: list[Tcp] = field(default_factory=list)

    def carry(self, one: Tcp, place: int, *, out: bool) -> None:
        """Move a packet on from a place: 0 is the client, one behind the last device the server."""
        if self.tap == place:
            ttl = one.ttl - (place if out else len(self.devices) - place) if one.ttl < 200 else one.ttl
            self.seen.append(replace(one, at_s=self.clock.now_s, ttl=ttl))
        if self.dice.random() < self.loss:
            return
        wait_s = self.delay_s * self.dice.uniform(0.9, 1.1)
        last = len(self.devices)
        if out and place == last:
            self.clock.at(wait_s, lambda: self.ends[1](one))
        elif not out and place == 0:
            self.clock.at(wait_s, lambda: self.ends[0](one))
        else:
            at = place if out else place - 1
            self.clock.at(wait_s, lambda: self._through(one, at, out=out))

    def _through(self, one: Tcp, at: int, *, out: bool) -> None:
        passed = [(one, out)] if self.beside and not out else self.devices[at](one, out)
        for packet, way in passed:
            self.carry(packet, at + 1 if way else at, out=way)
