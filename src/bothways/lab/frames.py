"""Frames on a wire: real bytes, parsed once.

A frame is built and read with dpkt; checksums are right in every one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

import dpkt

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
BROADCAST = b"\xff" * 6
NO_MAC = bytes(6)
ARP, IPV4 = 0x0806, 0x0800
ICMP, TCP, UDP, EIGRP = 1, 6, 17, 88
_NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp", EIGRP: "eigrp"}
_FLAG_NAMES = ((FIN, "FIN"), (SYN, "SYN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"))
SEQUENCE_SPACE = 1 << 32


def flag_names(flags: int) -> str:
    """`SYN ACK`, in the order in which firewalls print them."""
    return " ".join(name for bit, name in _FLAG_NAMES if flags & bit)


def address(number: int) -> IPv4Address:
    """An address from its number."""
    return IPv4Address(number)


def mac_text(mac: bytes) -> str:
    """`0011.2233.4455`."""
    digits = mac.hex()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"


def mac_bytes(text: str) -> bytes:
    """A MAC address written with dots, colons or dashes."""
    return bytes.fromhex(text.replace(".", "").replace(":", "").replace("-", ""))


@dataclass(frozen=True, slots=True)
class Packet:
    """An IPv4 packet, parsed.

    Attributes:
        source, destination: addresses.
        protocol: number in the header.
        ttl: hops that are left.
        sport, dport: ports; for ICMP echo the identifier stands in both.
        flags, seq, ack, window: of TCP; `seq` is the sequence number of an echo.
        icmp_type, icmp_code: of ICMP, -1 elsewhere.
        data: payload of TCP, UDP or echo; body of any other protocol.
        ident: identification in the header.
    """

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    ttl: int = 64
    sport: int = 0
    dport: int = 0
    flags: int = 0
    seq: int = 0
    ack: int = 0
    window: int = 0
    icmp_type: int = -1
    icmp_code: int = -1
    data: bytes = b""
    ident: int = 0

    @property
    def protocol_name(self) -> str:
        """`tcp`, `udp`, `icmp`, or the number."""
        return _NAMES.get(self.protocol, str(self.protocol))

    @property
    def flag_names(self) -> str:
        """Flags in words."""
        return flag_names(self.flags)

    def __str__(self) -> str:
        if self.protocol == TCP:
            return (
                f"tcp {self.source}:{self.sport} -> {self.destination}:{self.dport} {self.flag_names} "
                f"seq {self.seq} ack {self.ack} len {len(self.data)}"
            )
        if self.protocol == ICMP:
            return f"icmp {self.source} -> {self.destination} type {self.icmp_type} code {self.icmp_code}"
        return f"{self.protocol_name} {self.source}:{self.sport} -> {self.destination}:{self.dport}"


@dataclass(frozen=True, slots=True)
class ArpMessage:
    """An ARP request or answer."""

    operation: int
    sender_mac: bytes
    sender: IPv4Address
    target_mac: bytes
    target: IPv4Address


@dataclass(frozen=True, slots=True)
class Frame:
    """An Ethernet frame: the bytes, and what they say."""

    destination: bytes
    source: bytes
    body: Packet | ArpMessage
    raw: bytes


def packet_frame(source: bytes, destination: bytes, packet: Packet) -> Frame:
    """The frame that carries a packet."""
    ethernet = dpkt.ethernet.Ethernet(src=source, dst=destination, type=IPV4, data=_ip(packet))
    return Frame(destination, source, packet, bytes(ethernet))


def arp_frame(source: bytes, destination: bytes, message: ArpMessage) -> Frame:
    """The frame that carries an ARP message."""
    arp = dpkt.arp.ARP(
        op=message.operation,
        sha=message.sender_mac,
        spa=message.sender.packed,
        tha=message.target_mac,
        tpa=message.target.packed,
    )
    ethernet = dpkt.ethernet.Ethernet(src=source, dst=destination, type=ARP, data=arp)
    return Frame(destination, source, message, bytes(ethernet))


def read_frame(raw: bytes) -> Frame | None:
    """A frame from its bytes; None when it carries neither ARP nor IPv4."""
    ethernet = dpkt.ethernet.Ethernet(raw)
    body = ethernet.data
    if isinstance(body, dpkt.arp.ARP):
        message = ArpMessage(body.op, body.sha, IPv4Address(body.spa), body.tha, IPv4Address(body.tpa))
        return Frame(ethernet.dst, ethernet.src, message, raw)
    if isinstance(body, dpkt.ip.IP):
        return Frame(ethernet.dst, ethernet.src, _packet(body), raw)
    return None


def _ip(packet: Packet) -> Any:
    ip = dpkt.ip.IP(
        src=packet.source.packed,
        dst=packet.destination.packed,
        p=packet.protocol,
        ttl=packet.ttl,
        id=packet.ident,
        df=1 if packet.protocol == TCP else 0,
        data=_transport(packet),
    )
    ip.len = len(ip)
    return ip


def _transport(packet: Packet) -> Any:
    if packet.protocol == TCP:
        return dpkt.tcp.TCP(
            sport=packet.sport,
            dport=packet.dport,
            seq=packet.seq,
            ack=packet.ack,
            flags=packet.flags,
            win=packet.window,
            data=packet.data,
        )
    if packet.protocol == UDP:
        udp = dpkt.udp.UDP(sport=packet.sport, dport=packet.dport, data=packet.data)
        udp.ulen = len(udp)
        return udp
    if packet.protocol == ICMP:
        echo = dpkt.icmp.ICMP.Echo(id=packet.sport, seq=packet.seq, data=packet.data)
        return dpkt.icmp.ICMP(type=packet.icmp_type, code=packet.icmp_code, data=echo)
    return packet.data


def _packet(ip: Any) -> Packet:
    base = {
        "source": IPv4Address(ip.src),
        "destination": IPv4Address(ip.dst),
        "protocol": ip.p,
        "ttl": ip.ttl,
        "ident": ip.id,
    }
    body = ip.data
    if isinstance(body, dpkt.tcp.TCP):
        return Packet(
            **base,
            sport=body.sport,
            dport=body.dport,
            flags=body.flags,
            seq=body.seq,
            ack=body.ack,
            window=body.win,
            data=bytes(body.data),
        )
    if isinstance(body, dpkt.udp.UDP):
        return Packet(**base, sport=body.sport, dport=body.dport, data=bytes(body.data))
    if isinstance(body, dpkt.icmp.ICMP):
        return _echo(base, body)
    return Packet(**base, data=bytes(body))


def _echo(base: dict[str, Any], icmp: Any) -> Packet:
    echo = icmp.data
    ident, seq, data = getattr(echo, "id", 0), getattr(echo, "seq", 0), bytes(getattr(echo, "data", b""))
    return Packet(
        **base, sport=ident, dport=ident, seq=seq, icmp_type=icmp.type, icmp_code=icmp.code, data=data
    )
