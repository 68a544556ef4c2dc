"""One packet capture of an ASA: what it is told to keep, and what it has kept.

Documented: a buffer of 524,288 bytes that stops when it is full unless it is circular; a condition of `match`
holds for both directions, one of an access list as the list says; packets are cut to 1,518 bytes unless told
otherwise. Seen: each packet takes 16 bytes besides its own. Believed: a capture that is attached to nothing
counts as stopped; one whose buffer is full takes no smaller packet either; another size empties the buffer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bothways.lab.acl import Ace, first_match
from bothways.lab.frames import TCP, UDP, ArpMessage, Packet

RAW_DATA, ASP_DROP = "raw-data", "asp-drop"
BUFFER_BYTES = 524_288
PACKET_BYTES = 1518
MOST_CONDITIONS = 3
_RECORD_BYTES = 16
_TAG_BYTES = 4
_TAGGED = b"\x81\x00"


@dataclass(frozen=True, slots=True)
class Caught:
    """A packet in the buffer.

    Attributes:
        time_s: virtual seconds.
        raw: its bytes from the Ethernet header on, as many as were kept.
        length: of the whole frame.
        reason: why it was dropped; "" for one seen at an interface.
    """

    time_s: float
    raw: bytes
    length: int
    reason: str = ""

    @property
    def octets(self) -> int:
        """What it takes of the buffer."""
        return len(self.raw) + _RECORD_BYTES


@dataclass(frozen=True, slots=True)
class Condition:
    """What `match` asks for, as the device writes it, and as an entry that permits it."""

    text: str
    ace: Ace

    def takes(self, packet: Packet) -> bool:
        """Whether a packet is meant, in this direction or the other."""
        here, there = packet.source, packet.destination
        back = replace(packet, source=there, destination=here, sport=packet.dport, dport=packet.sport)
        return self.ace.matches(packet) or self.ace.matches(back)


@dataclass(eq=False)
class Capture:
    """A capture that stands.

    Attributes:
        name: of the capture.
        owner: the user who placed it.
        kind: `raw-data` or `asp-drop`.
        reason: the drops it is after, `all` or one of them.
        interfaces: nameifs it is attached to.
        acl: an access list that chooses, "" for none.
        conditions: those of `match`; one that holds is enough.
        buffer: bytes.
        packet_length: bytes to keep of each packet.
        circular, headers_only: as configured.
        caught: what is in the buffer, oldest first.
        used: bytes of the buffer.
        full: whether it has stopped for want of room.
    """

    name: str
    owner: str
    kind: str = RAW_DATA
    reason: str = "all"
    interfaces: list[str] = field(default_factory=list)
    acl: str = ""
    conditions: list[Condition] = field(default_factory=list)
    buffer: int = BUFFER_BYTES
    packet_length: int = PACKET_BYTES
    circular: bool = False
    headers_only: bool = False
    caught: deque[Caught] = field(default_factory=deque)
    used: int = 0
    full: bool = False

    @property
    def state(self) -> str:
        """As `show capture` words it."""
        if self.full:
            return "Buffer Full"
        return "Capturing" if self.interfaces or self.kind == ASP_DROP else "Stopped"

    def wants(self, body: Packet | ArpMessage, acls: Callable[[str], Sequence[Ace]]) -> bool:
        """Whether it is after such a packet; lists and conditions speak of IP only."""
        if not self.acl and not self.conditions:
            return True
        if isinstance(body, ArpMessage):
            return False
        if any(one.takes(body) for one in self.conditions):
            return True
        chosen = first_match(acls(self.acl), body) if self.acl else None
        return chosen is not None and chosen.permit

    def keep(self, time_s: float, raw: bytes, reason: str = "") -> None:
        """Put a frame into the buffer, as far as there is room."""
        most = min(self.packet_length, headers_length(raw) if self.headers_only else len(raw))
        one = Caught(time_s, raw[:most], len(raw), reason)
        if self.full:
            return
        while self.circular and self.caught and self.used + one.octets > self.buffer:
            self.used -= self.caught.popleft().octets
        if self.used + one.octets > self.buffer:
            self.full = not self.circular
            return
        self.caught.append(one)
        self.used += one.octets

    def empty(self) -> None:
        """Forget the packets, and take up again."""
        self.caught.clear()
        self.used = 0
        self.full = False


def tagged(raw: bytes, vlan: int | None) -> bytes:
    """A frame as it is on the inside of a built-in switch, where each VLAN has its tag."""
    if vlan is None:
        return raw
    return raw[:12] + _TAGGED + vlan.to_bytes(2, "big") + raw[12:]


def headers_length(raw: bytes) -> int:
    """Bytes of a frame up to the end of the header of TCP, UDP or ICMP; all of what is not IP."""
    at = 14 + (_TAG_BYTES if raw[12:14] == _TAGGED else 0)
    if raw[at - 2 : at] != b"\x08\x00":
        return len(raw)
    protocol, after_ip = raw[at + 9], at + (raw[at] & 0x0F) * 4
    if protocol == TCP:
        return after_ip + (raw[after_ip + 12] >> 4) * 4
    return after_ip + (8 if protocol in (UDP, 1) else 0)
