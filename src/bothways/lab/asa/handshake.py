"""The TCP state check of the ASA: what may pass on a connection, and what it changes.

Documented: a RST on an embryonic connection is taken only with a sequence number behind the initial one (else
`tcp-rstfin-ooo`), an ACK of the server with a number that nobody expects is passed on, a SYN with another
initial number is dropped. That the client's ACK dies when the SYN/ACK never came past is documented too; its
counter, `tcp-3whs-failed`, is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bothways.lab.asa.conn import Conn, Stage
from bothways.lab.frames import ACK, FIN, RST, SEQUENCE_SPACE, SYN, Packet
from bothways.lab.ledger import Why

HALF = SEQUENCE_SPACE // 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a packet on a connection.

    Attributes:
        why: None when it passes.
        asp: the counter it raises when it is dropped.
        ends: reason of the teardown behind it, "" while the connection lives.
    """

    why: Why | None = None
    asp: str = ""
    ends: str = ""


PASS = Verdict()
_NEVER_SEEN = Verdict(Why.HANDSHAKE_UNSEEN, "tcp-3whs-failed")


def after(seq: int, base: int) -> bool:
    """Whether a sequence number lies behind another one, in the circle of numbers."""
    return 0 < (seq - base) % SEQUENCE_SPACE < HALF


def check(conn: Conn, packet: Packet, *, from_initiator: bool) -> Verdict:
    """Judge a packet and take note of it."""
    if conn.stage is Stage.UP:
        return _established(conn, packet, from_initiator=from_initiator)
    return _from_client(conn, packet) if from_initiator else _from_server(conn, packet)


def _from_client(conn: Conn, packet: Packet) -> Verdict:
    assert conn.client_isn is not None
    if packet.flags & RST:
        if after(packet.seq, conn.client_isn):
            return Verdict(ends=_reset(conn, from_initiator=True))
        return Verdict(Why.RST_OUT_OF_ORDER, "tcp-rstfin-ooo")
    if packet.flags & (SYN | ACK) == SYN:
        return PASS if packet.seq == conn.client_isn else Verdict(Why.SEQUENCE, "tcp-seq-syn-diff")
    if packet.flags & SYN or conn.stage is Stage.SYN:
        return _NEVER_SEEN
    if (packet.ack - conn.server_delta) % SEQUENCE_SPACE != conn.server_next:
        return Verdict(Why.HANDSHAKE_UNSEEN, "tcp-discarded-ooo")
    conn.stage = Stage.UP
    return _established(conn, packet, from_initiator=True)


def _from_server(conn: Conn, packet: Packet) -> Verdict:
    assert conn.client_isn is not None
    if packet.flags & RST:
        return Verdict(ends=_reset(conn, from_initiator=False))
    if packet.flags & SYN:
        expected = (conn.client_isn + conn.client_delta + 1) % SEQUENCE_SPACE
        if not packet.flags & ACK or packet.ack != expected:
            return Verdict(Why.SEQUENCE, "tcp-ack-syn-diff")
        conn.stage = Stage.SYN_ACK
        conn.server_next = (packet.seq + 1) % SEQUENCE_SPACE
    return PASS


def _established(conn: Conn, packet: Packet, *, from_initiator: bool) -> Verdict:
    if packet.flags & RST:
        return Verdict(ends=_reset(conn, from_initiator=from_initiator))
    if packet.flags & SYN and from_initiator and packet.seq != conn.client_isn:
        return Verdict(Why.SEQUENCE, "tcp-seq-syn-diff")
    side = conn.side(from_initiator=from_initiator)
    other = conn.side(from_initiator=not from_initiator)
    if packet.flags & FIN:
        conn.fins.setdefault(side, (packet.seq + len(packet.data) + 1) % SEQUENCE_SPACE)
    delta = conn.server_delta if from_initiator else conn.client_delta
    if packet.flags & ACK and conn.fins.get(other) == (packet.ack - delta) % SEQUENCE_SPACE:
        conn.fin_acks.add(side)
    if len(conn.fin_acks) == 2:
        interface = conn.outside.interface if next(iter(conn.fins)) == "outside" else conn.inside.interface
        return Verdict(ends=f"TCP FINs from {interface}")
    return PASS


def shifted(conn: Conn, packet: Packet, *, from_initiator: bool) -> Packet:
    """The packet with the numbers that the other side knows."""
    own, peer = conn.client_delta, conn.server_delta
    if not from_initiator:
        own, peer = peer, own
    if not own and not peer:
        return packet
    ack = (packet.ack - peer) % SEQUENCE_SPACE if packet.flags & ACK else packet.ack
    return replace(packet, seq=(packet.seq + own) % SEQUENCE_SPACE, ack=ack)


def _reset(conn: Conn, *, from_initiator: bool) -> str:
    """`TCP Reset-O from inside`: O means the less secure side; the initiator, when both are alike."""
    side = conn.side(from_initiator=from_initiator)
    end = conn.initiator if from_initiator else conn.responder
    return f"TCP Reset-{'O' if side == 'outside' else 'I'} from {end.interface}"
