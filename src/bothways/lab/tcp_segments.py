"""What TCP connections and hosts share: states, ends, segments, and the arithmetic of sequence numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address

from bothways.lab.frames import ACK, FIN, RST, SEQUENCE_SPACE, SYN, TCP, Packet
from bothways.lab.ledger import Why


class State(Enum):
    """States of RFC 9293 3.3.2, without those of a simultaneous open."""

    SYN_SENT = "syn-sent"
    SYN_RECEIVED = "syn-received"
    ESTABLISHED = "established"
    FIN_WAIT_1 = "fin-wait-1"
    FIN_WAIT_2 = "fin-wait-2"
    CLOSE_WAIT = "close-wait"
    CLOSING = "closing"
    LAST_ACK = "last-ack"
    TIME_WAIT = "time-wait"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Quad:
    """The two ends, ours first."""

    local: IPv4Address
    lport: int
    remote: IPv4Address
    rport: int


@dataclass(frozen=True)
class Calls:
    """What a connection asks of its host.

    Attributes:
        send: a segment.
        drop: a segment that was not taken, and why.
        opened: the handshake is over.
        received: data in order.
        ended: `closed`, `reset`, `refused` or `timeout`.
    """

    send: Callable[[Packet], None]
    drop: Callable[[Packet, Why], None]
    opened: Callable[[], None]
    received: Callable[[bytes], None]
    ended: Callable[[str], None]


def before(first: int, second: int) -> bool:
    """Whether a sequence number comes before another, in the circle of numbers."""
    return 0 < (second - first) % SEQUENCE_SPACE < SEQUENCE_SPACE // 2


def length_of(segment: Packet) -> int:
    """What a segment takes of the sequence space."""
    return len(segment.data) + bool(segment.flags & SYN) + bool(segment.flags & FIN)


def end_of(segment: Packet) -> int:
    """The sequence number behind a segment."""
    return (segment.seq + length_of(segment)) % SEQUENCE_SPACE


def answer_to_stray(segment: Packet) -> Packet | None:
    """The RST for a segment to a port where nobody is (RFC 9293 3.10.7.1); None in answer to a RST."""
    if segment.flags & RST:
        return None
    if segment.flags & ACK:
        flags, seq, ack = RST, segment.ack, 0
    else:
        flags, seq, ack = RST | ACK, 0, end_of(segment)
    return Packet(
        segment.destination, segment.source, TCP, ttl=128, sport=segment.dport, dport=segment.sport,
        flags=flags, seq=seq, ack=ack,
    )  # fmt: skip
