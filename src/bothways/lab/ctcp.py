"""IPsec over TCP (cTCP): segments with a TCP header, and nothing of TCP behind it but the handshake.

Documented: an end never sends a segment again, takes whatever comes, and does not answer duplicate ACKs.
Believed: it sends no ACKs of its own (each segment carries one), and calls its peer dead after half a minute
of silence.
"""

from __future__ import annotations

from dataclasses import dataclass

from bothways.lab.events import Event
from bothways.lab.frames import ACK, FIN, PSH, Packet
from bothways.lab.tcp import MSS, Tcb
from bothways.lab.tcp_segments import State, before, end_of

DEAD_PEER_S = 30.0


@dataclass(eq=False)
class CtcpEnd(Tcb):
    """One end: opened and closed as TCP is, but without a memory of what it sent."""

    _silence: Event | None = None

    def _established(self) -> None:
        self._listen()
        super()._established()

    def _listen(self) -> None:
        """Wait for the peer anew."""
        if self._silence:
            self._silence.cancel()
        self._silence = self.events.after(DEAD_PEER_S, lambda: self._end("timeout"))

    def _take_data(self, segment: Packet) -> None:
        if not segment.data and not segment.flags & FIN:
            return  # an ACK, be it the same as before: nothing is sent again
        if before(self.rcv, end_of(segment)):
            self.rcv = end_of(segment)
        self._listen()
        if segment.data:
            self.calls.received(segment.data)
        if segment.flags & FIN:
            self._control(ACK, self.nxt, self.rcv)
            self._take_fin()

    def _flush(self) -> None:
        if self.state is not State.ESTABLISHED:
            super()._flush()
            return
        while self._waiting:
            part, self._waiting = self._waiting[:MSS], self._waiting[MSS:]
            self._send_once(PSH | ACK, part)
        super()._flush()

    def _send_once(self, flags: int, data: bytes) -> None:
        segment = self._segment(flags, self.nxt, self.rcv, data)
        self.una = self.nxt = end_of(segment)
        self.calls.send(segment)

    def _forget(self) -> None:
        super()._forget()
        if self._silence:
            self._silence.cancel()
