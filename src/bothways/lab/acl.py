"""Access list entries, as both platforms match them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.frames import ICMP, TCP, UDP, Packet

PROTOCOLS = {"ip": None, "icmp": ICMP, "tcp": TCP, "udp": UDP, "igmp": 2, "eigrp": 88, "ospf": 89, "gre": 47,
             "esp": 50, "ah": 51, "ahp": 51, "pim": 103}  # fmt: skip
PORTS = {"www": 80, "http": 80, "https": 443, "ssh": 22, "telnet": 23, "tftp": 69, "domain": 53, "smtp": 25,
         "ftp": 21, "ftp-data": 20, "ntp": 123, "snmp": 161, "snmptrap": 162, "syslog": 514, "bootps": 67,
         "bootpc": 68, "ldap": 389, "ldaps": 636, "bgp": 179, "tacacs": 49}  # fmt: skip
ICMP_TYPES = {
    "echo": 8,
    "echo-reply": 0,
    "unreachable": 3,
    "time-exceeded": 11,
    "redirect": 5,
    "traceroute": 30,
}
EVERYTHING = (IPv4Network("0.0.0.0/0"),)


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Addresses that agree with a base in the bits that are not wild."""

    base: int
    wild: int

    def __contains__(self, address: IPv4Address) -> bool:
        return (int(address) ^ self.base) & ~self.wild & 0xFFFFFFFF == 0


Side = tuple["Wildcard | IPv4Network", ...]


@dataclass(frozen=True, slots=True)
class Ports:
    """A port condition: low to high, both included; `inverted` for `neq`."""

    low: int = 0
    high: int = 65535
    inverted: bool = False

    def __contains__(self, port: int) -> bool:
        return (self.low <= port <= self.high) != self.inverted


@dataclass(frozen=True, slots=True)
class Ace:
    """One entry.

    Attributes:
        text: the line as the configuration has it.
        permit: or deny.
        protocol: number, None for every one.
        source, destination: any of these.
        sports, dports: of TCP and UDP.
        icmp_type: None for every one.
        established: only segments with ACK or RST.
        log: a severity (`informational` for the word alone), `default`, `disable`, or "" without the word.
        inactive: there, but not looked at.
    """

    text: str
    permit: bool
    protocol: int | None
    source: Side
    destination: Side
    sports: Ports | None = None
    dports: Ports | None = None
    icmp_type: int | None = None
    established: bool = False
    log: str = ""
    inactive: bool = False

    def matches(self, packet: Packet) -> bool:
        """Whether the entry speaks of the packet."""
        if self.inactive or (self.protocol is not None and self.protocol != packet.protocol):
            return False
        if self.icmp_type is not None and self.icmp_type != packet.icmp_type:
            return False
        if self.sports is not None and packet.sport not in self.sports:
            return False
        if self.dports is not None and packet.dport not in self.dports:
            return False
        if self.established and not packet.flags & 0x14:
            return False
        return within(packet.source, self.source) and within(packet.destination, self.destination)


def within(address: IPv4Address, side: Side) -> bool:
    """Whether an address is in any of these."""
    return any(address in part for part in side)


def first_match(aces: Sequence[Ace], packet: Packet) -> Ace | None:
    """The entry that decides; None means the implicit deny."""
    return next((ace for ace in aces if ace.matches(packet)), None)


class AceReader:
    """Reads the words behind `permit` or `deny`, one by one.

    Attributes:
        wildcards: whether a mask has its bits inverted, as on IOS.
    """

    def __init__(self, words: Sequence[str], *, wildcards: bool) -> None:
        self._words = list(words)
        self._wildcards = wildcards

    def read(self, text: str) -> Ace:
        """The entry; raises ValueError or LookupError for words it does not know."""
        permit = self._next() == "permit"
        name = self._next()
        protocol = PROTOCOLS[name] if name in PROTOCOLS else int(name)
        source = self._side()
        sports = self._ports(protocol)
        destination = self._side()
        dports = self._ports(protocol)
        icmp_type = self._icmp_type(protocol)
        established = self._skip("established")
        log, inactive = self._tail()
        return Ace(
            text, permit, protocol, source, destination, sports, dports, icmp_type, established, log, inactive
        )

    def read_standard(self, text: str) -> Ace:
        """The entry of a standard list: a source only."""
        permit = self._next() == "permit"
        if self._words and self._words[0] not in ("any", "host") and len(self._words) == 1:
            self._words.insert(0, "host")
        source = self._side()
        return Ace(text, permit, None, source, EVERYTHING)

    def _next(self) -> str:
        return self._words.pop(0)

    def _skip(self, word: str) -> bool:
        if self._words[:1] == [word]:
            self._words.pop(0)
            return True
        return False

    def _side(self) -> Side:
        word = self._next()
        if word in ("any", "any4"):
            return EVERYTHING
        if word == "host":
            return (IPv4Network(self._next()),)
        base, mask = IPv4Address(word), IPv4Address(self._next())
        wild = int(mask) if self._wildcards else int(mask) ^ 0xFFFFFFFF
        return (Wildcard(int(base), wild),)

    def _ports(self, protocol: int | None) -> Ports | None:
        if protocol not in (TCP, UDP) or not self._words:
            return None
        word = self._words[0]
        if word not in ("eq", "neq", "gt", "lt", "range"):
            return None
        self._next()
        port = _port(self._next())
        if word == "range":
            return Ports(port, _port(self._next()))
        return {
            "eq": Ports(port, port),
            "neq": Ports(port, port, inverted=True),
            "gt": Ports(port + 1),
            "lt": Ports(0, port - 1),
        }[word]

    def _icmp_type(self, protocol: int | None) -> int | None:
        if protocol == ICMP and self._words and self._words[0] in ICMP_TYPES:
            return ICMP_TYPES[self._next()]
        return None

    def _tail(self) -> tuple[str, bool]:
        log = ""
        if self._skip("log-input") or self._skip("log"):
            log = "informational"
            if self._words[:1] and self._words[0] not in ("inactive", "interval"):
                log = self._next()
        return log, "inactive" in self._words


def _port(word: str) -> int:
    return PORTS[word] if word in PORTS else int(word)
