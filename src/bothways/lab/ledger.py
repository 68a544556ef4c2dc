"""The drop ledger: one row where, when and why a packet died, written by the one that dropped it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address

from bothways.lab.frames import Packet


class Why(StrEnum):
    """The lab's own words for the death of a packet."""

    INTRA_INTERFACE = "would leave by the interface it came in by, which is not permitted"
    SECURITY_LEVEL = "from a lower to a higher security level, and no access list permits it"
    INTER_INTERFACE = "between interfaces of one security level, which is not permitted"
    ACL = "denied by an access list"
    NO_CONNECTION = "not a SYN, and no connection for it"
    HANDSHAKE_UNSEEN = "the client's answer, but the SYN/ACK never came past here"
    RST_OUT_OF_ORDER = "RST or FIN with a sequence number before the expected one"
    SEQUENCE = "SYN with another initial sequence number on a live connection"
    NO_ROUTE = "no route"
    NO_ADJACENCY = "nobody answers ARP for the next hop"
    TTL = "time to live is over"
    LINK_DOWN = "the link is down"
    DEVICE_DOWN = "the device is down"
    TO_THE_BOX = "meant for this device, which offers no such service"
    REVERSE_PATH = "its source is not reached through the interface it came in by"
    SPOOF = "of a connection that lives on another interface"
    NAT_ONE_WAY = "translated in one direction and not in the other"
    NAT_EXHAUSTED = "no address left to translate to"
    LAND = "source and destination are the same"
    NO_ROUTER = "meant for somebody else, and a host does not route"
    CLOSED_PORT = "nobody listens on that port"
    BAD_ACK = "unacceptable ack in SYN-SENT"
    UNEXPECTED = "does not belong to any socket here"
    WRONG_SOURCE = "a SYN/ACK from another address than the one that was called"
    LOST = "lost on the wire"
    BEHIND_GAP = "behind a segment that never came, and is waited for"
    LOOPBACK = "routed out of a loopback interface, where nobody is"
    NOT_ACCEPTABLE = "outside the receive window"


End = tuple[str, int]
"""A dotted address with a port."""


@dataclass(frozen=True, slots=True)
class Drop:
    """One dropped packet.

    Attributes:
        time_s: virtual seconds.
        where: inventory name of a device, dotted address of a host, or name of a wire.
        interface: where it came in or would have gone out.
        packet: what died.
        why: in the lab's own words.
    """

    time_s: float
    where: str
    interface: str
    packet: Packet
    why: Why


@dataclass(frozen=True, slots=True)
class Forged:
    """A RST that a device sent in somebody else's name."""

    time_s: float
    where: str
    packet: Packet


@dataclass(frozen=True, slots=True)
class Ended:
    """A connection that a device keeps no longer.

    Attributes:
        time_s: virtual seconds.
        where: inventory name of the device.
        opener: a packet from the end that had opened it, as it came in.
        embryonic: whether its handshake was not over.
        reason: as the device words it.
    """

    time_s: float
    where: str
    opener: Packet
    embryonic: bool
    reason: str


@dataclass(frozen=True, slots=True)
class SocketResult:
    """What a host's socket returned.

    Attributes:
        time_s: when it returned.
        host: its address.
        protocol: tcp, udp or icmp.
        client, server, port, client_port: the flow.
        result: connected, timeout, refused, reset, unreachable or delivered.
    """

    time_s: float
    host: str
    protocol: str
    client: str
    server: str
    port: int
    client_port: int
    result: str


@dataclass
class Ledger:
    """The records from which a witness speaks.

    Attributes:
        drops, results: what died where, and what sockets returned.
        forged: RSTs that devices sent in the name of hosts.
        ended: connections that devices keep no longer.
        aliases: an address and one that stands for it behind a translation, both dotted.
        ports: the same of an address with its port, where the port became another.
    """

    drops: list[Drop] = field(default_factory=list)
    results: list[SocketResult] = field(default_factory=list)
    forged: list[Forged] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    aliases: set[tuple[str, str]] = field(default_factory=set)
    ports: set[tuple[End, End]] = field(default_factory=set)

    def drop(self, drop: Drop) -> None:
        """Write a row."""
        self.drops.append(drop)

    def stands_for(self, real: tuple[IPv4Address, int], shown: tuple[IPv4Address, int]) -> None:
        """Write down a translation of an address with its port, if it is one."""
        (host, port), (alias, other) = real, shown
        if host != alias:
            self.aliases.add((str(host), str(alias)))
        if port != other:
            self.ports.add(((str(host), port), (str(alias), other)))

    def result(self, result: SocketResult) -> None:
        """Write what a socket returned."""
        self.results.append(result)
