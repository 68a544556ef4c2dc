"""One captured packet with other addresses and payload; right checksums stay right, wrong ones wrong."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bothways.scrubbing.text import Replacing

ETHERNET, NULL, RAW, LOOP, COOKED, RAW_BSD = 1, 0, 101, 108, 113, 12
_IPV4, _IPV6, _ARP = 0x0800, 0x86DD, 0x0806
_TAGS = (0x8100, 0x88A8, 0x9100)
_ICMP, _TCP, _UDP, _ICMPV6 = 1, 6, 17, 58
_TCP_NUMBERS = (0, 1, 2, 3, 4, 5, 8)
"""Ends, no-operations, segment size, window scale, selective acknowledgements and timestamps."""
_ICMP_ERRORS = (3, 4, 5, 11, 12)
_NEIGHBOURS = (133, 134, 135, 136, 137)


class PacketWriter:
    """Rewrites packets of any length, whole or cut."""

    def __init__(self, replacing: Replacing) -> None:
        self._replacing = replacing
        self.turn: dict[int, Callable[[int], int]] = {
            32: replacing.v4.image,
            128: replacing.v6.image,
            48: replacing.hardware.image,
        }

    def packet(self, data: bytes, link_type: int) -> bytes:
        """The packet; of a link nobody knows, other bytes altogether."""
        packet = bytearray(data)
        if link_type == ETHERNET:
            self._address(packet, 0, 48)
            self._address(packet, 6, 48)
            self._typed(packet, 12)
        elif link_type == COOKED:
            if packet[2:4] == b"\x00\x01" and packet[4:6] == b"\x00\x06":
                self._address(packet, 6, 48)
            self._typed(packet, 14)
        elif link_type in (NULL, LOOP):
            self._ip(packet, 4)
        elif link_type in (RAW, RAW_BSD):
            self._ip(packet, 0)
        else:
            self._hide(packet, 0)
        return bytes(packet)

    def _typed(self, packet: bytearray, at: int) -> None:
        """What an Ethernet type introduces, behind its tags."""
        while _two(packet, at) in _TAGS:
            at += 4
        kind = _two(packet, at)
        if kind in (_IPV4, _IPV6):
            self._ip(packet, at + 2)
        elif kind == _ARP and packet[at + 2 : at + 8] == b"\x00\x01\x08\x00\x06\x04":
            for place, width in ((10, 48), (16, 32), (20, 48), (26, 32)):
                self._address(packet, at + place, width)
            self._hide(packet, at + 30)
        else:
            self._hide(packet, at + 2)

    def _ip(self, packet: bytearray, at: int) -> None:
        version = packet[at] >> 4 if at < len(packet) else 0
        if version == 4 and len(packet) >= at + 20 and (packet[at] & 15) >= 5:
            self._v4(packet, at)
        elif version == 6 and len(packet) >= at + 40:
            old = bytes(packet[at + 8 : at + 40])
            self._address(packet, at + 8, 128)
            self._address(packet, at + 24, 128)
            self._carried(packet, at + 40, packet[at + 6], (old, bytes(packet[at + 8 : at + 40])), first=True)
        else:
            self._hide(packet, at)

    def _v4(self, packet: bytearray, at: int) -> None:
        old = bytes(packet[at + 12 : at + 20])
        self._address(packet, at + 12, 32)
        self._address(packet, at + 16, 32)
        new = bytes(packet[at + 12 : at + 20])
        _adjust(packet, at + 10, old, new)
        header = (packet[at] & 15) * 4
        self._options(packet, at + 20, min(at + header, len(packet)), at + 10)
        first = not _two(packet, at + 6) & 0x1FFF
        end = at + _two(packet, at + 2)
        if at + header < end < len(packet):  # what pads a frame belongs to no packet
            tail = packet[end:]
            del packet[end:]
            self._carried(packet, at + header, packet[at + 9], (old, new), first=first)
            packet += bytes(len(tail)) if not any(tail) else self._replacing.payload(bytes(tail))
        else:
            self._carried(packet, at + header, packet[at + 9], (old, new), first=first)

    def _options(self, packet: bytearray, at: int, end: int, checksum: int) -> None:
        """Options of IP may hold a route: they become no-operations."""
        if end > at:
            old = bytes(packet[at:end])
            packet[at:end] = b"\x01" * (end - at)
            _adjust(packet, checksum, old, bytes(packet[at:end]))

    def _carried(
        self, packet: bytearray, at: int, protocol: int, ends: tuple[bytes, bytes], *, first: bool
    ) -> None:
        """What IP carries: the headers that are known stay, and all data behind them goes."""
        if not first or at >= len(packet):
            self._hide(packet, at)
        elif protocol == _TCP and len(packet) >= at + 20:
            self._data(packet, at, at + (packet[at + 12] >> 4) * 4, at + 16, ends)
        elif protocol == _UDP and len(packet) >= at + 8:
            self._data(packet, at, at + 8, at + 6 if _two(packet, at + 6) else None, ends)
        elif protocol == _ICMP and len(packet) >= at + 8:
            self._icmp(packet, at)
        elif protocol == _ICMPV6 and len(packet) >= at + 8:
            self._icmp_v6(packet, at, ends)
        else:
            self._hide(packet, at)

    def _data(
        self, packet: bytearray, at: int, body: int, checksum: int | None, ends: tuple[bytes, bytes]
    ) -> None:
        """Data of TCP or UDP; a checksum that a network card was to finish holds the addresses alone."""
        body = max(min(body, len(packet)), at + 8)
        start = min(body, at + 20) if checksum == at + 16 else body
        old = bytes(packet[start:])
        self._tcp_options(packet, start, body)
        self._hide(packet, body)
        if checksum is None:
            return
        size = len(packet) - at
        protocol = _TCP if checksum == at + 16 else _UDP
        unfinished = _two(packet, checksum) == _folded(_sum(ends[0]) + protocol + size)
        _adjust(packet, checksum, *ends, complement=not unfinished)
        if not unfinished:
            _adjust(packet, checksum, old, bytes(packet[start:]), odd=(start - at) % 2 == 1)

    def _tcp_options(self, packet: bytearray, at: int, end: int) -> None:
        """Numbers of a connection stay; other options may hold an address, a cookie or a digest."""
        while at < end:
            kind = packet[at]
            size = 1 if kind == 1 else packet[at + 1] if kind and at + 1 < end else 0
            if size < 1 + (kind != 1) or at + size > end:
                break
            if kind not in _TCP_NUMBERS:
                packet[at + 2 : at + size] = self._replacing.payload(bytes(packet[at + 2 : at + size]))
            at += size
        if any(packet[at:end]):
            packet[at:end] = self._replacing.payload(bytes(packet[at:end]))

    def _icmp(self, packet: bytearray, at: int) -> None:
        old = bytes(packet[at + 4 :])
        if packet[at] == 5:
            self._address(packet, at + 4, 32)
        if packet[at] in _ICMP_ERRORS:
            self._ip(packet, at + 8)
        else:
            self._hide(packet, at + 8)
        _adjust(packet, at + 2, old, bytes(packet[at + 4 :]))

    def _icmp_v6(self, packet: bytearray, at: int, ends: tuple[bytes, bytes]) -> None:
        old = bytes(packet[at + 4 :])
        if packet[at] < 128:
            self._ip(packet, at + 8)
        elif packet[at] in _NEIGHBOURS and len(packet) >= at + 24:
            self._address(packet, at + 8, 128)
            self._hide(packet, at + 24)
        else:
            self._hide(packet, at + 8)
        _adjust(packet, at + 2, *ends)
        _adjust(packet, at + 2, old, bytes(packet[at + 4 :]))

    def _address(self, packet: bytearray, at: int, width: int) -> None:
        """An address, or the bytes of it that were not cut off."""
        size = width // 8
        if at + size > len(packet):
            self._hide(packet, at)
            return
        old = int.from_bytes(packet[at : at + size], "big")
        packet[at : at + size] = self.turn[width](old).to_bytes(size, "big")

    def _hide(self, packet: bytearray, at: int) -> None:
        if at < len(packet):
            packet[at:] = self._replacing.payload(bytes(packet[at:]))


def _two(packet: bytearray, at: int) -> int:
    return int.from_bytes(packet[at : at + 2], "big") if at + 2 <= len(packet) else 0


def _sum(data: bytes) -> int:
    data = data + b"\0" * (len(data) % 2)
    return sum(struct.unpack(f">{len(data) // 2}H", data))


def _folded(total: int) -> int:
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def _adjust(  # noqa: PLR0913  the two texts, the place, and how the sum stands there
    packet: bytearray, at: int, old: bytes, new: bytes, *, odd: bool = False, complement: bool = True
) -> None:
    """Change a checksum by what changed under it (RFC 1624): a wrong one is as wrong as before."""
    if at + 2 > len(packet):
        return
    before, after = _sum(old), _sum(new)
    if odd:
        before, after = _swapped(before), _swapped(after)
    said = _two(packet, at)
    total = (~said & 0xFFFF) if complement else said
    total = _folded(total + (~_folded(before) & 0xFFFF) + _folded(after))
    packet[at : at + 2] = ((~total & 0xFFFF) if complement else total).to_bytes(2, "big")


def _swapped(total: int) -> int:
    folded = _folded(total)
    return (folded & 0xFF) << 8 | folded >> 8
