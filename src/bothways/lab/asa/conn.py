"""The connection table of the ASA.

Flags, documented: `saA` (outbound) or `SaAB` (inbound, and between interfaces of one level) behind the SYN,
`A` or `aB` behind the SYN/ACK, `U`/`UB` behind the client's ACK, then I and O for data, f F r R for FINs
and their ACKs; `b` alone under state bypass. Between interfaces of one level the initiator counts as
outside: believed, from a vendor engineer's sample. The order of the FIN letters is believed, and that X, for
a service module, stands first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from bothways.lab.events import Event
from bothways.lab.frames import FIN, ICMP, SEQUENCE_SPACE, SYN, TCP, Packet

if TYPE_CHECKING:
    from bothways.lab.asa.proxy import InOrder


class Stage(Enum):
    """How far the handshake has come past this box."""

    SYN = "syn"
    SYN_ACK = "syn-ack"
    UP = "up"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection."""

    interface: str
    address: IPv4Address
    port: int

    def __str__(self) -> str:
        return f"{self.interface}:{self.address}/{self.port}"


Key = tuple[int, IPv4Address, int, IPv4Address, int]


def key_of(packet: Packet) -> Key:
    """Under which a packet's own direction is found; an echo reply belongs to its request."""
    dport = 0 if packet.protocol == ICMP else packet.dport
    return (packet.protocol, packet.source, packet.sport, packet.destination, dport)


def reverse_key_of(packet: Packet) -> Key:
    """Under which the other direction is found."""
    sport = 0 if packet.protocol == ICMP else packet.sport
    return (packet.protocol, packet.destination, packet.dport, packet.source, sport)


@dataclass(eq=False, slots=True)
class Conn:
    """A connection.

    Attributes:
        number: as the syslogs name it.
        protocol: of IP.
        initiator, responder: its ends.
        inbound: whether the initiator counts as outside.
        created_s, last_s: when it was built and last used.
        bypass: without state check.
        client_delta, server_delta: what is added to the sequence numbers of each side.
        client_isn: of the initiator, as it sent it; None before a SYN was seen.
        server_next: what the client's ACK must acknowledge.
        stage: of the handshake.
        octets: payload in both directions.
        data_in, data_out: whether data came from outside, and from inside.
        fins: sides whose FIN was seen, with the sequence number behind it.
        fin_acks: sides whose FIN was acknowledged.
        timeouts: those of a class.
        idle_reset: RST to both sides when it idles out.
        embryonic_s: limit of the handshake.
        idle_limit_s: limit of silence; 0 means for ever, as with `embryonic_s`.
        timer: looks whether it is over.
        classes: which policy decided.
        module: a service module looks into it.
        takes_replies: echo replies belong to it, because it is inspected.
        announces: it is an inspected request whose answer comes from another port.
        queues: what puts the segments of the initiator and of the responder in order; None when nothing does.
        initiator_shown: the initiator as the responder's side knows it, where it is translated.
        responder_shown: the responder as the initiator's side knows it.
        dcd: seconds between probes and their number, where idle ends are asked before they are dropped.
        heard: by side (True: the initiator), the number behind what it sent last, as sent and as passed on.
    """

    number: int
    protocol: int
    initiator: End
    responder: End
    inbound: bool
    created_s: float
    last_s: float
    bypass: bool = False
    client_delta: int = 0
    server_delta: int = 0
    client_isn: int | None = None
    server_next: int = 0
    stage: Stage = Stage.SYN
    octets: int = 0
    data_in: bool = False
    data_out: bool = False
    fins: dict[str, int] = field(default_factory=dict)
    fin_acks: set[str] = field(default_factory=set)
    timeouts: Mapping[str, float] = field(default_factory=dict)
    idle_reset: bool = False
    embryonic_s: float = 30.0
    idle_limit_s: float = 3600.0
    timer: Event | None = None
    classes: tuple[tuple[str, str, str], ...] = ()
    module: bool = False
    takes_replies: bool = False
    announces: bool = False
    queues: tuple[InOrder, InOrder] | None = None
    initiator_shown: End | None = None
    responder_shown: End | None = None
    dcd: tuple[float, int] | None = None
    heard: dict[bool, tuple[int, int]] = field(default_factory=dict)

    @property
    def initiator_mapped(self) -> End:
        """The initiator, as packets to the responder name it."""
        return self.initiator_shown or self.initiator

    @property
    def responder_mapped(self) -> End:
        """The responder, as packets of the initiator name it."""
        return self.responder_shown or self.responder

    @property
    def key(self) -> Key:
        """Of packets from the initiator, as they come in."""
        first, second = self.initiator, self.responder_mapped
        return (self.protocol, first.address, first.port, second.address, second.port)

    @property
    def far_key(self) -> Key:
        """Of the same packets, as they go out: the responder answers to these ends."""
        first, second = self.initiator_mapped, self.responder
        return (self.protocol, first.address, first.port, second.address, second.port)

    def mapped(self, end: End) -> End:
        """One of its two ends, as the other side knows it."""
        return self.initiator_mapped if end is self.initiator else self.responder_mapped

    def translated(self, packet: Packet, *, from_initiator: bool) -> Packet:
        """A packet as it goes out."""
        if self.initiator_shown is None and self.responder_shown is None:
            return packet
        ends = (self.initiator_mapped, self.responder)
        if not from_initiator:
            ends = (self.responder_mapped, self.initiator)
        source, destination = ends
        moved = replace(packet, source=source.address, destination=destination.address)
        if packet.protocol == ICMP:  # the identifier of an echo is what its port translation tells it by
            ident = self.initiator_mapped.port if from_initiator else self.initiator.port
            return replace(moved, sport=ident, dport=ident)
        return replace(moved, sport=source.port, dport=destination.port)

    @property
    def embryonic(self) -> bool:
        """Whether its handshake is not over."""
        return self.protocol == TCP and not self.bypass and self.stage is not Stage.UP

    @property
    def outside(self) -> End:
        """The end that counts as outside; it is printed first."""
        return self.initiator if self.inbound else self.responder

    @property
    def inside(self) -> End:
        """The other end."""
        return self.responder if self.inbound else self.initiator

    def side(self, *, from_initiator: bool) -> str:
        """`outside` or `inside`: where a packet of that direction comes from."""
        return "outside" if from_initiator == self.inbound else "inside"

    @property
    def flags(self) -> str:
        """As `show conn` prints them."""
        if self.protocol != TCP:
            return "-"
        if self.bypass:
            return "b"
        tail = "B" if self.inbound else ""
        if self.stage is Stage.SYN:
            return "SaAB" if self.inbound else "saA"
        if self.stage is Stage.SYN_ACK:
            return "aB" if self.inbound else "A"
        letters = "U"
        for side, fin, ack in (("inside", "f", "r"), ("outside", "F", "R")):
            letters += fin if side in self.fins else ""
            letters += ack if side in self.fin_acks else ""
        letters += ("I" if self.data_in else "") + ("O" if self.data_out else "")
        return ("X" if self.module else "") + letters + tail

    def count(self, packet: Packet, now_s: float, *, from_initiator: bool) -> None:
        """Take note of a packet that passed."""
        self.last_s = now_s
        self.octets += len(packet.data)
        if packet.data:
            if self.side(from_initiator=from_initiator) == "outside":
                self.data_in = True
            else:
                self.data_out = True

    def hear(self, packet: Packet, passed: Packet, *, from_initiator: bool) -> None:
        """Take note of the number behind a segment, as it came and as it went on; an older one is no news."""
        if self.protocol != TCP:
            return
        behind = len(packet.data) + bool(packet.flags & SYN) + bool(packet.flags & FIN)
        now = ((packet.seq + behind) % SEQUENCE_SPACE, (passed.seq + behind) % SEQUENCE_SPACE)
        before = self.heard.get(from_initiator)
        if before is None or (now[0] - before[0]) % SEQUENCE_SPACE < SEQUENCE_SPACE // 2:
            self.heard[from_initiator] = now

    @property
    def expires_s(self) -> float:
        """When it goes, if nothing passes any more."""
        if self.embryonic:
            return self.created_s + (self.embryonic_s or math.inf)
        return self.last_s + (self.idle_limit_s or math.inf)


def opener_of(conn: Conn) -> Packet:
    """A packet from its initiator, as far as its ends go."""
    first, second = conn.initiator, conn.responder_mapped
    return Packet(first.address, second.address, conn.protocol, sport=first.port, dport=second.port)
