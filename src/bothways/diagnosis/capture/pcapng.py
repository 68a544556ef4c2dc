"""pcapng: sections of either byte order, interfaces of any clock and link type, blocks of any kind."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from bothways.diagnosis.capture.records import LARGEST_PACKET, LATEST_NS, Reader, Records, Troubles

_SECTION, _INTERFACE, _OLD_PACKET, _SIMPLE, _STATISTICS, _ENHANCED = 0x0A0D0D0A, 1, 2, 3, 5, 6
_MAGIC = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_LARGEST_BLOCK = 1 << 24
_RESOLUTION, _OFFSET, _DROPPED = 9, 14, 5


@dataclass(frozen=True, slots=True)
class _Interface:
    link_type: int
    snaplen: int
    per_s: int = 1_000_000
    offset_s: int = 0

    def time_ns(self, high: int, low: int) -> int:
        """A block's two halves of a time as nanoseconds since 1970."""
        time_ns = (high << 32 | low) * 1_000_000_000 // self.per_s + self.offset_s * 1_000_000_000
        return min(max(time_ns, 0), LATEST_NS)


@dataclass(slots=True)
class _Section:
    """What the blocks so far say about those that follow."""

    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)
    number: int = 0
    dropped: int = 0
    homeless: int = 0
    timeless: int = 0


def is_pcapng(head: bytes) -> bool:
    """Whether a file that starts so is one."""
    return head[:4] == _MAGIC


def pcapng_records(reader: Reader, troubles: Troubles) -> Iterator[Records]:
    """The packets of a file, some thousands at a time; packets of one link type together."""
    section = _Section()
    damaged = False
    first = reader.left
    while True:
        buffer, first = first or reader.more(), b""
        found: dict[int, Records] = {}
        used, damaged = _walk(buffer, section, found)
        reader.left = buffer[used:]
        yield from found.values()
        if damaged or reader.ended:
            break
    if damaged:
        troubles.could_not_see.append(
            f"the block behind packet {section.number} is damaged, and with it all that follows in the file"
        )
    elif reader.left:
        troubles.could_not_see.append(
            f"the file ends within the block behind packet {section.number}: the capture is not complete"
        )
    _told(section, troubles)


def _told(section: _Section, troubles: Troubles) -> None:
    if section.dropped:
        troubles.could_not_see.append(
            f"the capturing machine lost {section.dropped} packets, by its own word"
        )
    if section.homeless:
        troubles.could_not_see.append(
            f"{section.homeless} packets are of an interface the file does not name"
        )
    if section.timeless:
        troubles.could_not_see.append(
            f"{section.timeless} packets have no time: gaps and order cannot be judged"
        )


def _walk(buffer: bytes, section: _Section, found: dict[int, Records]) -> tuple[int, bool]:
    """Take every whole block; where the rest starts, and whether it makes no sense."""
    at, end = 0, len(buffer)
    while at + 12 <= end:
        if buffer[at : at + 4] == _MAGIC:
            order = _ORDERS.get(buffer[at + 8 : at + 12])
            if order is None:
                return at, True
            section.order, section.interfaces = order, []
        kind, size = struct.unpack_from(section.order + "II", buffer, at)
        if size < 12 or size % 4 or size > _LARGEST_BLOCK:
            return at, True
        if at + size > end:
            break
        if not _block(buffer, at, size, kind, section, found):
            return at, True
        at += size
    return at, False


def _block(  # noqa: PLR0913, PLR0917  one block and where it goes
    buffer: bytes, at: int, size: int, kind: int, section: _Section, found: dict[int, Records]
) -> bool:
    """Take one block; false when it contradicts itself."""
    order = section.order
    if kind == _INTERFACE and size >= 20:
        section.interfaces.append(_interface(buffer, at, size, order))
    elif kind == _STATISTICS and size >= 24:
        counted = dict(_options(buffer, at + 20, at + size - 4, order)).get(_DROPPED, b"")
        section.dropped += struct.unpack(order + "Q", counted)[0] if len(counted) == 8 else 0
    elif kind in (_ENHANCED, _OLD_PACKET) and size >= 32:
        which, high, low, kept, length = struct.unpack_from(order + "IIIII", buffer, at + 8)
        if kind == _OLD_PACKET:
            which = struct.unpack_from(order + "H", buffer, at + 8)[0]
        return _packet(section, found, buffer, which, (high, low), (at + 28, kept, length), at + size - 4)
    elif kind == _SIMPLE and size >= 16:
        (length,) = struct.unpack_from(order + "I", buffer, at + 8)
        room = size - 16
        snaplen = section.interfaces[0].snaplen if section.interfaces else 0
        kept = min(length, room, snaplen or room)
        section.timeless += 1
        return _packet(section, found, buffer, 0, (0, 0), (at + 12, kept, length), at + size - 4)
    return True


def _packet(  # noqa: PLR0913, PLR0917  one packet and where it goes
    section: _Section,
    found: dict[int, Records],
    buffer: bytes,
    which: int,
    time: tuple[int, int],
    place: tuple[int, int, int],
    end: int,
) -> bool:
    start, kept, length = place
    if start + kept > end or kept > LARGEST_PACKET:
        return False
    section.number += 1
    if which >= len(section.interfaces):
        section.homeless += 1
        return True
    interface = section.interfaces[which]
    records = found.get(interface.link_type)
    if records is None:
        records = found[interface.link_type] = Records(buffer, interface.link_type)
    records.add(section.number, start, kept, max(kept, length), interface.time_ns(*time))
    return True


def _interface(buffer: bytes, at: int, size: int, order: str) -> _Interface:
    link_type, _, snaplen = struct.unpack_from(order + "HHI", buffer, at + 8)
    options = dict(_options(buffer, at + 16, at + size - 4, order))
    resolution = options.get(_RESOLUTION, b"\x06")[:1] or b"\x06"
    exponent = resolution[0] & 0x7F
    offset = options.get(_OFFSET, b"")
    return _Interface(
        link_type,
        snaplen,
        2**exponent if resolution[0] & 0x80 else 10 ** min(exponent, 18),
        struct.unpack(order + "q", offset)[0] if len(offset) == 8 else 0,
    )


def _options(buffer: bytes, at: int, end: int, order: str) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= end:
        code, size = struct.unpack_from(order + "HH", buffer, at)
        if code == 0 or at + 4 + size > end:
            return
        yield code, buffer[at + 4 : at + 4 + size]
        at += 4 + (size + 3) // 4 * 4
