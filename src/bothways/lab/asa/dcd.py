"""Dead connection detection: an idle connection's ends are asked whether they are there before it goes.

Documented: when the idle time is over, both ends are probed; if both answer, the connection stays; if one
does not answer the last try, it goes. Believed: the probe is an ACK of a number that was acknowledged
before, so that a living end answers with an ACK of its own, which the ASA keeps to itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from bothways.lab.asa.conn import Conn, End, Stage
from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import ACK, RST, SEQUENCE_SPACE, TCP, Packet


@dataclass(eq=False)
class Probing:
    """One round of questions.

    Attributes:
        tries: how often was asked.
        answered: sides that answered, True for the initiator.
    """

    tries: int = 0
    answered: set[bool] = field(default_factory=set)
    retry: Event | None = None


class Probes:
    """The rounds that are under way."""

    def __init__(
        self,
        events: EventQueue,
        send: Callable[[End, Packet], None],
        over: Callable[[Conn, bool], None],
    ) -> None:
        """Told how to send to an end, and whom to tell the outcome: True when both ends live."""
        self._events = events
        self._send = send
        self._over = over
        self._rounds: dict[Conn, Probing] = {}

    def wanted(self, conn: Conn) -> bool:
        """Whether this connection's ends are to be asked; half-closed ones are not."""
        return conn.dcd is not None and conn.stage is Stage.UP and not conn.fins and not conn.bypass

    def start(self, conn: Conn) -> None:
        """Ask both ends."""
        self._rounds[conn] = Probing()
        self._ask(conn)

    def take(self, conn: Conn, packet: Packet, *, from_initiator: bool) -> bool:
        """Whether a packet was an answer to a probe, and goes no further."""
        probing = self._rounds.get(conn)
        if probing is None:
            return False
        if packet.data or packet.flags != ACK:
            self._finish(conn, probing)  # traffic: the connection is not idle any more
            return False
        probing.answered.add(from_initiator)
        if len(probing.answered) == 2:
            self._finish(conn, probing)
            self._over(conn, True)
        return True

    def _ask(self, conn: Conn) -> None:
        probing = self._rounds.get(conn)
        if probing is None or conn.dcd is None:
            return
        interval_s, most = conn.dcd
        if probing.tries == most:
            self._finish(conn, probing)
            self._over(conn, False)
            return
        probing.tries += 1
        probing.retry = self._events.after(interval_s, lambda: self._ask(conn))
        for end, probe in probes_of(conn):
            if (end is conn.initiator) not in probing.answered:
                self._send(end, probe)

    def _finish(self, conn: Conn, probing: Probing) -> None:
        self._rounds.pop(conn, None)
        if probing.retry is not None:
            probing.retry.cancel()


def probes_of(conn: Conn) -> Iterator[tuple[End, Packet]]:
    """For each end the ACK in the other's name; it repeats the last number before those still to come."""
    for end, numbers in _numbers(conn):
        seq, ack = numbers
        yield end, _packet(conn, end, ACK, (seq - 1) % SEQUENCE_SPACE, ack)


def resets_of(conn: Conn) -> Iterator[tuple[End, Packet]]:
    """For each end the RST in the other's name, with the number it expects."""
    for end, (seq, _) in _numbers(conn):
        yield end, _packet(conn, end, RST, seq, 0)


def _numbers(conn: Conn) -> Iterator[tuple[End, tuple[int, int]]]:
    """For each end: what it expects from the other, and what it sends next, in numbers it knows."""
    for end in (conn.initiator, conn.responder):
        own = end is conn.initiator
        yield end, (conn.heard.get(not own, (0, 0))[1], conn.heard.get(own, (0, 0))[0])


def _packet(conn: Conn, end: End, flags: int, seq: int, ack: int) -> Packet:
    peer = conn.mapped(conn.responder if end is conn.initiator else conn.initiator)
    ends = Packet(peer.address, end.address, TCP, ttl=255, sport=peer.port, dport=end.port)
    return replace(ends, flags=flags, seq=seq, ack=ack)
