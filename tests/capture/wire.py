"""Captures built byte by byte, from the standards and not from the product's code."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
EPOCH_S = 1_700_000_000
CLIENT, SERVER = "10.12.0.130", "172.16.1.18"
PC, ASA, SWITCH = "005056a00130", "00235e1a2b08", "00192fbc3ac2"


@dataclass(frozen=True)
class Tcp:
    """One TCP packet.

    Attributes:
        at_s: seconds since the first moment of the test's capture.
        checksum: None for the right one.
        tags: VLAN tags, outer first: (EtherType, number).
        fragment: flags and offset as in the header.
        carried: bytes of TCP to put in, where a fragment holds less than the whole; None for all.
    """

    at_s: float
    source: str
    sport: int
    destination: str
    dport: int
    flags: int
    seq: int = 0
    ack: int = 0
    window: int = 8192
    data: bytes = b""
    ttl: int = 64
    ident: int = 0
    src_mac: str = PC
    dst_mac: str = ASA
    checksum: int | None = None
    tags: tuple[tuple[int, int], ...] = ()
    fragment: int = 0

    def tcp(self) -> bytes:
        """The segment."""
        head = struct.pack(
            "!HHIIBBHHH", self.sport, self.dport, self.seq & 0xFFFFFFFF, self.ack & 0xFFFFFFFF,
            5 << 4, self.flags, self.window, 0, 0,
        )  # fmt: skip
        whole = head + self.data
        written = self._right(whole) if self.checksum is None else self.checksum
        return whole[:16] + struct.pack("!H", written) + whole[18:]

    def _right(self, whole: bytes) -> int:
        ends = IPv4Address(self.source).packed + IPv4Address(self.destination).packed
        return ~ones(ends + struct.pack("!BBH", 0, 6, len(whole)) + whole) & 0xFFFF

    def pseudo_sum(self) -> int:
        """What a card that adds checksums itself is given in their place."""
        ends = IPv4Address(self.source).packed + IPv4Address(self.destination).packed
        return ones(ends + struct.pack("!BBH", 0, 6, 20 + len(self.data)))

    def ip(self) -> bytes:
        """The packet."""
        return ipv4(self.source, self.destination, 6, self.tcp(), self.ttl, self.ident, self.fragment)

    def frame(self) -> bytes:
        """The frame, tags and all."""
        tags = b"".join(struct.pack("!HH", kind, number) for kind, number in self.tags)
        return bytes.fromhex(self.dst_mac) + bytes.fromhex(self.src_mac) + tags + b"\x08\x00" + self.ip()


def ones(data: bytes) -> int:
    """The sum of 16-bit words in ones' complement."""
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def ipv4(  # noqa: PLR0917
    source: str,
    destination: str,
    protocol: int,
    body: bytes,
    ttl: int = 64,
    ident: int = 0,
    fragment: int = 0,
) -> bytes:
    """An IPv4 packet."""
    head = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ident, fragment, ttl, protocol, 0,
        IPv4Address(source).packed, IPv4Address(destination).packed,
    )  # fmt: skip
    checksum = ~ones(head) & 0xFFFF
    return head[:10] + struct.pack("!H", checksum) + head[12:] + body


def ethernet(kind: int, body: bytes) -> bytes:
    """A frame of any EtherType between the two machines."""
    return bytes.fromhex(ASA) + bytes.fromhex(PC) + struct.pack("!H", kind) + body


def icmp_about(at: Tcp, sender: str, kind: int, code: int) -> bytes:
    """The frame of an ICMP error that quotes a packet's first 28 bytes."""
    return ethernet(0x0800, ipv4(sender, at.source, 1, struct.pack("!BBHI", kind, code, 0, 0) + at.ip()[:28]))


Timed = tuple[float, bytes]


def timed(*packets: Tcp) -> list[Timed]:
    """Packets as frames with their times."""
    return [(one.at_s, one.frame()) for one in packets]


def pcap(
    frames: Sequence[Timed], *, order: str = "<", nano: bool = False, link: int = 1, snaplen: int = 65535
) -> bytes:
    """A classic capture file."""
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for at_s, raw in frames:
        ticks = round(at_s * (1e9 if nano else 1e6))
        per_s = 10**9 if nano else 10**6
        kept = raw[:snaplen]
        times = EPOCH_S + ticks // per_s, ticks % per_s
        out.append(struct.pack(order + "IIII", *times, len(kept), len(raw)) + kept)
    return b"".join(out)


@dataclass(frozen=True)
class Talk:
    """Both ends of a connection, for packets written down in one line each."""

    client: str = CLIENT
    server: str = SERVER
    cport: int = 50001
    sport: int = 443
    isn: int = 1000
    server_isn: int = 700000

    def c(self, at_s: float, flags: int, seq: int, ack: int = 0, **rest: object) -> Tcp:
        """A packet of the client; numbers count from its ISN, and from the server's."""
        return replace(
            Tcp(
                at_s, self.client, self.cport, self.server, self.sport, flags,
                self.isn + seq, self.server_isn + ack if flags & ACK else 0,
            ),
            **rest,  # type: ignore[arg-type]
        )  # fmt: skip

    def s(self, at_s: float, flags: int, seq: int, ack: int = 0, **rest: object) -> Tcp:
        """A packet of the server."""
        return replace(
            Tcp(
                at_s, self.server, self.sport, self.client, self.cport, flags,
                self.server_isn + seq, self.isn + ack if flags & ACK else 0, src_mac=SWITCH, dst_mac=PC,
            ),
            **rest,  # type: ignore[arg-type]
        )  # fmt: skip

    def handshake(self, at_s: float = 0.0) -> list[Tcp]:
        """SYN, SYN/ACK, ACK."""
        return [
            self.c(at_s, SYN, 0), self.s(at_s + 0.001, SYN | ACK, 0, 1), self.c(at_s + 0.002, ACK, 1, 1)
        ]  # fmt: skip

    def whole(self, at_s: float = 0.0) -> list[Tcp]:
        """A request, an answer, and both say FIN."""
        return [
            *self.handshake(at_s),
            self.c(at_s + 0.003, PSH | ACK, 1, 1, data=b"GET /"),
            self.s(at_s + 0.004, PSH | ACK, 1, 6, data=b"200 OK"),
            self.c(at_s + 0.005, ACK, 6, 7),
            self.c(at_s + 0.006, FIN | ACK, 6, 7),
            self.s(at_s + 0.007, FIN | ACK, 7, 7),
            self.c(at_s + 0.008, ACK, 7, 8),
        ]
