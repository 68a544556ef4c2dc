"""A capture as it was read: its packets, what they carry, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address

from bothways.diagnosis.capture.packets import Packets

ALL_KNOWN = frozenset({"time", "ports", "numbers", "window", "ttl", "ident", "length", "flags"})


@dataclass(frozen=True, slots=True)
class Link:
    """The two MAC addresses of a frame, and its outer VLAN; 0 without a tag."""

    source: str
    destination: str
    vlan: int = 0


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An ICMP error about a packet of a connection.

    Attributes:
        number, time_ns: of the error.
        sender: who says it.
        says: in words.
        source, destination, sport, dport: of the packet it quotes.
    """

    number: int
    time_ns: int
    sender: int
    says: str
    source: int
    destination: int
    sport: int
    dport: int


@dataclass(frozen=True, slots=True)
class Echoes:
    """Echo requests from one address to another, and their answers."""

    source: int
    destination: int
    asked: int
    answered: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a firewall dropped a packet: the reason's name, and its own words."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Capture:
    """One file.

    Attributes:
        name: the file's name, for evidence.
        form: `pcap`, `pcapng`, `show capture`, `packet list`, `columns`.
        packets: TCP packets in the order of time.
        total: packets of any kind in the file.
        links: what `Packets.link` counts in.
        known: which columns the form carries; the others are zeros and mean nothing.
        span_ns: when its first and last packet of any kind were seen.
        names: words that stand for addresses which the text does not give.
        drops: of a capture of dropped packets, why each was.
        relative: the sequence numbers are a dissector's relative ones.
        of_drops: it holds only packets that a firewall dropped; what it does not hold was not dropped.
        could_not_see: what was in the file and could not be judged.
        remarks: what is odd about the file, and blamed on nobody.
    """

    name: str
    form: str
    packets: Packets
    total: int
    span_ns: tuple[int, int]
    links: tuple[Link, ...] = ()
    known: frozenset[str] = ALL_KNOWN
    names: Mapping[int, str] = field(default_factory=dict)
    relative: bool = False
    of_drops: bool = False
    drops: Mapping[int, Drop] = field(default_factory=dict)
    unreachables: tuple[Unreachable, ...] = ()
    echoes: tuple[Echoes, ...] = ()
    could_not_see: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def address(self, number: int) -> str:
        """An address in words."""
        return self.names.get(number) or str(IPv4Address(number))

    def moment(self, time_ns: int) -> str:
        """When a packet was seen: the clock's time, or the firewall's of day, or seconds without either."""
        if "time" not in self.known:
            return "?"
        if self.form == "show capture":
            return f"{datetime.fromtimestamp(time_ns // 10**9, UTC):%H:%M:%S}.{time_ns % 10**9 // 1000:06}"
        if time_ns < 10**9 * 86400 * 365:
            return f"{time_ns / 1e9:.6f}"
        whole, rest = divmod(time_ns, 10**9)
        return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%d %H:%M:%S}.{rest // 1000:06}Z"
