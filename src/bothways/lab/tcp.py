"""A small honest TCP, after RFC 9293: one connection's state machine.

What it keeps from the RFC: the check of ACK and RST in SYN-SENT (an unacceptable ACK is answered with a RST
whose sequence number is the ACK's, and SYN-SENT goes on), the acceptability of segments by window, an ACK
in answer to an unacceptable one, RST only when it is in the window (exactly at its left edge, as RFC 5961
asks; else a challenge ACK), retransmission with doubled time-outs, both closes, TIME-WAIT. What it leaves
out: options, congestion control, urgent data, simultaneous open, segments that arrive out of order (they
are acknowledged and come again).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import ACK, FIN, PSH, RST, SEQUENCE_SPACE, SYN, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.tcp_segments import Calls, Quad, State, before, end_of, length_of

WINDOW = 64240
MSS = 1460
FIRST_RTO_S = 1.0
CONNECT_TIMEOUT_S = 21.0
SYN_TRIES = 4
DATA_TRIES = 8
TIME_WAIT_S = 60.0


@dataclass(eq=False)
class Tcb:
    """A connection.

    Attributes:
        quad: its ends.
        iss: initial send sequence number.
        state: of RFC 9293.
        una, nxt: of sending.
        window: what it lets the other end send.
        rcv: next sequence number to receive.
    """

    quad: Quad
    iss: int
    events: EventQueue
    calls: Calls
    state: State = State.CLOSED
    una: int = 0
    nxt: int = 0
    rcv: int = 0
    window: int = WINDOW
    _unacked: list[Packet] = field(default_factory=list)
    _waiting: bytes = b""
    _closing: bool = False
    _timer: Event | None = None
    _deadline: Event | None = None
    _tries: int = 0

    def open(self) -> None:
        """Active open."""
        self._begin(State.SYN_SENT)
        self._transmit(SYN)
        self._deadline = self.events.after(CONNECT_TIMEOUT_S, lambda: self._end("timeout"))

    def answer(self, syn: Packet) -> None:
        """Passive open, on a SYN that a listening socket got."""
        self._begin(State.SYN_RECEIVED)
        self.rcv = (syn.seq + 1) % SEQUENCE_SPACE
        self._transmit(SYN | ACK)

    def write(self, data: bytes) -> None:
        """Send data, once the connection is open."""
        self._waiting += data
        self._flush()

    def close(self) -> None:
        """Send a FIN behind all data."""
        self._closing = True
        self._flush()

    def abort(self) -> None:
        """Be gone, without a word."""
        self._forget()

    def receive(self, segment: Packet) -> None:
        """Take a segment."""
        if self.state is State.SYN_SENT:
            self._in_syn_sent(segment)
        elif self.state is not State.CLOSED:
            self._in_window(segment)

    def _begin(self, state: State) -> None:
        self.state = state
        self.una = self.nxt = self.iss

    def _in_syn_sent(self, segment: Packet) -> None:
        acks = bool(segment.flags & ACK)
        if acks and segment.ack != self.nxt:  # SEG.ACK =< ISS or > SND.NXT: only the SYN is outstanding
            self.calls.drop(segment, Why.BAD_ACK)
            if not segment.flags & RST:
                self._control(RST, segment.ack, 0)
            return
        if segment.flags & RST:
            if acks:
                self._end("refused")
            else:
                self.calls.drop(segment, Why.UNEXPECTED)
            return
        if segment.flags & SYN and acks:
            self.rcv = (segment.seq + 1) % SEQUENCE_SPACE
            self._acknowledged(segment.ack)
            self._control(ACK, self.nxt, self.rcv)
            self._established()

    def _in_window(self, segment: Packet) -> None:
        if not self._acceptable(segment.seq, length_of(segment)):
            self.calls.drop(segment, Why.NOT_ACCEPTABLE)
            if not segment.flags & RST:
                self._control(ACK, self.nxt, self.rcv)
            return
        if segment.flags & RST:
            if segment.seq != self.rcv:
                self._control(ACK, self.nxt, self.rcv)
            else:
                self._end("closed" if self.state is State.TIME_WAIT else "reset")
            return
        if segment.flags & SYN:
            self._control(ACK, self.nxt, self.rcv)  # challenge, RFC 5961
            return
        if segment.flags & ACK and self._take_ack(segment):
            self._take_data(segment)

    def _acceptable(self, seq: int, length: int) -> bool:
        offset = (seq - self.rcv) % SEQUENCE_SPACE
        if offset < self.window:
            return True
        return length > 0 and (seq + length - 1 - self.rcv) % SEQUENCE_SPACE < self.window

    def _take_ack(self, segment: Packet) -> bool:
        """Judge the ACK of a segment; False when nothing more of it counts."""
        new = before(self.una, segment.ack) and not before(self.nxt, segment.ack)
        if self.state is State.SYN_RECEIVED:
            if not new:
                self.calls.drop(segment, Why.NOT_ACCEPTABLE)
                self._control(RST, segment.ack, 0)
                return False
            self._acknowledged(segment.ack)
            self._established()
            return True
        if before(self.nxt, segment.ack):
            self.calls.drop(segment, Why.NOT_ACCEPTABLE)
            self._control(ACK, self.nxt, self.rcv)
            return False
        if new:
            self._acknowledged(segment.ack)
        if self.una == self.nxt:
            self._all_acknowledged()
        return self.state is not State.CLOSED

    def _all_acknowledged(self) -> None:
        if self.state is State.FIN_WAIT_1:
            self.state = State.FIN_WAIT_2
        elif self.state is State.CLOSING:
            self._wait()
        elif self.state is State.LAST_ACK:
            self._end("closed")

    def _take_data(self, segment: Packet) -> None:
        skip = (self.rcv - segment.seq) % SEQUENCE_SPACE
        if skip >= SEQUENCE_SPACE // 2:
            self.calls.drop(segment, Why.NOT_ACCEPTABLE)  # a gap before it: it will come again
            self._control(ACK, self.nxt, self.rcv)
            return
        data = segment.data[skip:]
        fin = bool(segment.flags & FIN) and skip <= len(segment.data)
        if not data and not fin:
            if segment.data:
                self._control(ACK, self.nxt, self.rcv)
            return
        self.rcv = (self.rcv + len(data) + fin) % SEQUENCE_SPACE
        self._control(ACK, self.nxt, self.rcv)
        if data:
            self.calls.received(data)
        if fin:
            self._take_fin()

    def _take_fin(self) -> None:
        if self.state is State.ESTABLISHED:
            self.state = State.CLOSE_WAIT
            self.close()
        elif self.state is State.FIN_WAIT_1:
            self.state = State.CLOSING
        elif self.state is State.FIN_WAIT_2:
            self._wait()

    def _established(self) -> None:
        self.state = State.ESTABLISHED
        if self._deadline:
            self._deadline.cancel()
        self.calls.opened()
        self._flush()

    def _flush(self) -> None:
        """Send what waits; the wires and windows of the lab are wider than what anyone sends."""
        if self.state not in (State.ESTABLISHED, State.CLOSE_WAIT):
            return
        while self._waiting:
            part, self._waiting = self._waiting[:MSS], self._waiting[MSS:]
            self._transmit(PSH | ACK, part)
        if self._closing:
            self.state = State.LAST_ACK if self.state is State.CLOSE_WAIT else State.FIN_WAIT_1
            self._transmit(FIN | ACK)

    def _transmit(self, flags: int, data: bytes = b"") -> None:
        """Send a segment that must be acknowledged."""
        segment = self._segment(flags, self.nxt, self.rcv if flags & ACK else 0, data)
        self.nxt = (self.nxt + len(data) + bool(flags & SYN) + bool(flags & FIN)) % SEQUENCE_SPACE
        self._unacked.append(segment)
        self.calls.send(segment)
        if self._timer is None:
            self._arm()

    def _arm(self) -> None:
        self._timer = self.events.after(FIRST_RTO_S * 2**self._tries, self._retransmit)

    def _retransmit(self) -> None:
        self._timer = None
        if not self._unacked:
            return
        self._tries += 1
        limit = SYN_TRIES if self._unacked[0].flags & SYN else DATA_TRIES
        if self._tries > limit:
            if self.state is not State.SYN_SENT:
                self._end("timeout")
            return
        first = self._unacked[0]
        self.calls.send(
            self._segment(first.flags, first.seq, self.rcv if first.flags & ACK else 0, first.data)
        )
        self._arm()

    def _acknowledged(self, ack: int) -> None:
        self.una = ack
        self._tries = 0
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._unacked = [one for one in self._unacked if before(ack, end_of(one))]
        if self._unacked:
            self._arm()

    def _wait(self) -> None:
        self.state = State.TIME_WAIT
        self.events.after(TIME_WAIT_S, lambda: self._end("closed"))

    def _end(self, how: str) -> None:
        if self.state is not State.CLOSED:
            self._forget()
            self.calls.ended(how)

    def _forget(self) -> None:
        self.state = State.CLOSED
        for event in (self._timer, self._deadline):
            if event:
                event.cancel()

    def _control(self, flags: int, seq: int, ack: int) -> None:
        self.calls.send(self._segment(flags, seq, ack))

    def _segment(self, flags: int, seq: int, ack: int, data: bytes = b"") -> Packet:
        quad = self.quad
        return Packet(
            quad.local,
            quad.remote,
            TCP,
            ttl=128,
            sport=quad.lport,
            dport=quad.rport,
            flags=flags,
            seq=seq,
            ack=ack,
            window=0 if flags & RST else self.window,
            data=data,
        )
