"""One captured packet, as the ASA prints it: from its bytes alone, which may be cut.

The hosts of the lab send no TCP options, so none are printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address
from struct import unpack_from

from dpkt.dpkt import in_cksum

from bothways.lab.asa.capture import Caught
from bothways.lab.frames import ACK, ARP, FIN, ICMP, IPV4, PSH, RST, SYN, TCP, UDP, mac_text

_TAG = 0x8100
_WITH_TAG = 18
_CUT = {TCP: "[|tcp]", UDP: "[|udp]", ICMP: "[|icmp]"}
"""What stands for a header that was not kept whole, as in the tool from which these lines come."""
_LETTERS = ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P"))
_ICMP_NAMES = {
    0: "echo reply", 3: "unreachable", 5: "redirect", 8: "echo request", 11: "time exceeded in-transit",
}  # fmt: skip


def render_packet(number: int, moment: datetime, one: Caught, why: str, *, detail: bool) -> str:
    """A line; two with `detail`, which names hardware addresses, checksum, TTL and identification."""
    kind, at, vlan = _ethernet(one.raw)
    body = vlan + _body(kind, one.raw[at:], detail=detail)
    clock = f"{number:>4}: {moment:%H:%M:%S.%f}"
    if not detail:
        return f"{clock}       {body} {why}\n"
    macs = f"{mac_text(one.raw[6:12])} {mac_text(one.raw[:6])}"
    return f"{clock} {macs} 0x{one.raw[12:14].hex()} Length: {one.length}\n      {body} {why}\n"


def _ethernet(raw: bytes) -> tuple[int, int, str]:
    """What the frame carries, where that begins, and the words about its tag."""
    (kind,) = unpack_from("!H", raw, 12)
    if kind != _TAG or len(raw) < _WITH_TAG:
        return kind, 14, ""
    tag, kind = unpack_from("!HH", raw, 14)
    return kind, _WITH_TAG, f"802.1Q vlan#{tag & 0x0FFF} P{tag >> 13} "


def _body(kind: int, data: bytes, *, detail: bool) -> str:
    if kind == ARP:
        return _arp(data) if len(data) >= 28 else "[|arp]"
    if kind != IPV4 or len(data) < 20:
        return "[|vlan]" if kind == _TAG else "[|ip]"
    head = _Ip.read(data)
    text = _ip(head, detail=detail)
    fragment = "(DF) " if head.whole else ""
    return f"{text} {fragment}(ttl {head.ttl}, id {head.ident})" if detail else text


def _arp(data: bytes) -> str:
    operation, _, sender, _, target = unpack_from("!H6s4s6s4s", data, 6)
    if operation == 1:
        return f"arp who-has {IPv4Address(target)} tell {IPv4Address(sender)}"
    hardware = ":".join(f"{byte:x}" for byte in data[8:14])
    return f"arp reply {IPv4Address(sender)} is-at {hardware}"


@dataclass(frozen=True, slots=True)
class _Ip:
    """The header, and as much of what is behind it as was kept; `length` is of all that was."""

    source: IPv4Address
    destination: IPv4Address
    protocol: int
    ttl: int
    ident: int
    whole: bool
    length: int
    data: bytes

    @classmethod
    def read(cls, data: bytes) -> _Ip:
        size = (data[0] & 0x0F) * 4
        total, ident, fragment = unpack_from("!HHH", data, 2)
        ends = (IPv4Address(data[12:16]), IPv4Address(data[16:20]))
        return cls(*ends, data[9], data[8], ident, bool(fragment & 0x4000), total - size, data[size:total])

    def sum_note(self, name: str, *, detail: bool) -> str:
        """`[tcp sum ok] `, where it is asked for and all bytes are there."""
        if not detail or len(self.data) < self.length:
            return ""
        pseudo = self.source.packed + self.destination.packed
        pseudo += bytes((0, self.protocol)) + self.length.to_bytes(2, "big")
        wrong = in_cksum(pseudo + self.data)
        return f"[bad {name} cksum {wrong:x}!] " if wrong else f"[{name} sum ok] "


def _ip(head: _Ip, *, detail: bool) -> str:
    data = head.data
    ends = f"{head.source} > {head.destination}"
    if head.protocol == TCP and len(data) >= 20:
        return _tcp(head, detail=detail)
    if head.protocol == UDP and len(data) >= 8:
        sport, dport = unpack_from("!HH", data)
        note = head.sum_note("udp", detail=detail)
        return f"{head.source}.{sport} > {head.destination}.{dport}:  {note}udp {head.length - 8}"
    if head.protocol == ICMP and len(data) >= 8:
        return f"{ends}: icmp: {_ICMP_NAMES.get(data[0], f'type-#{data[0]}')}"
    if head.protocol in _CUT:
        return f"{ends}: {_CUT[head.protocol]}"
    return f"{ends}:  ip-proto-{head.protocol}, length {head.length}"


def _tcp(head: _Ip, *, detail: bool) -> str:
    sport, dport, seq, ack, size, flags, window = unpack_from("!HHIIBBH", head.data)
    length = head.length - (size >> 4) * 4
    letters = "".join(letter for bit, letter in _LETTERS if flags & bit) or "."
    text = f"{head.source}.{sport} > {head.destination}.{dport}: {letters}"
    note = head.sum_note("tcp", detail=detail).rstrip()
    text += f" {note}" if note else ""
    if length or flags & (SYN | FIN | RST):
        text += f" {seq}:{(seq + length) & 0xFFFFFFFF}({length})"
    text += f" ack {ack}" if flags & ACK else ""
    return f"{text} win {window}"
