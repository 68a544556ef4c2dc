"""From bytes to columns: many packets at once, no object for any of them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.checksums import LONGEST, checksum_marks
from bothways.diagnosis.capture.fragments import Fragments
from bothways.diagnosis.capture.icmp import Messages
from bothways.diagnosis.capture.link_layer import KNOWN, QUIET, Bytes, Framed, Numbers, framed
from bothways.diagnosis.capture.links import Links
from bothways.diagnosis.capture.packets import COLUMNS, Mark
from bothways.diagnosis.capture.records import LARGEST_PACKET, Records

_ICMP, _TCP, _UDP = 1, 6, 17
_READABLE = 16
"""Bytes of a TCP header that hold ports, numbers, flags and window."""
_LARGEST_FRAME = 1526
"""What an Ethernet with two tags carries without jumbo frames."""
_PROTOCOLS = {2: "IGMP", 4: "IP in IP", 41: "IPv6 in IP", 47: "GRE", 50: "ESP", 51: "AH", 88: "EIGRP",
              89: "OSPF", 103: "PIM", 112: "VRRP", 17: "UDP"}  # fmt: skip
_QUIET = frozenset({2, 50, 51, 88, 89, 103, 112, _UDP})


class Decoder:
    """Takes records, gives columns, and remembers what it could not read."""

    def __init__(self) -> None:
        self.parts: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
        self.links = Links()
        self.messages = Messages()
        self.fragments = Fragments()
        self.total = 0
        self.unread: Counter[str] = Counter()
        self.quiet: Counter[str] = Counter()
        self.oversized = 0
        self.span_ns: tuple[int, int] | None = None

    def take(self, records: Records) -> None:
        """Decode one buffer's packets."""
        self.total += len(records)
        times_ns = min(records.times_ns), max(records.times_ns)
        before_ns = self.span_ns or times_ns
        self.span_ns = min(before_ns[0], times_ns[0]), max(before_ns[1], times_ns[1])
        if records.link_type not in KNOWN:
            self.unread[f"of link type {records.link_type}, which is not understood"] += len(records)
            return
        data = Bytes(records.buffer)
        starts, kept = np.array(records.starts, np.int64), np.array(records.kept, np.int64)
        frames = framed(data, records.link_type, starts, kept)
        for what, number in frames.others.items():
            (self.quiet if what == QUIET else self.unread)[what] += number
        self._ip(records, data, frames, starts + kept)

    def _ip(self, records: Records, data: Bytes, frames: Framed, ends: Numbers) -> None:
        at = frames.at
        version, header = data.one(at) >> 4, (data.one(at) & 15) * 4
        is_ip = frames.is_ip & (version == 4) & (header >= 20)
        damaged = int(np.count_nonzero(frames.is_ip & ~is_ip))
        if damaged:
            self.unread["with an IP header that makes no sense"] += damaged
        rows = np.flatnonzero(is_ip)
        protocol, offset = data.one(at + 9), data.two(at + 6)
        later = (offset & 0x1FFF) > 0
        for number, count in zip(*np.unique(protocol[rows], return_counts=True), strict=True):
            self._count_protocol(int(number), int(count))
        self.fragments.note(data, at, header, rows[((offset & 0x3FFF) > 0)[rows] & (protocol[rows] == _TCP)])
        self.messages.take(data, at, header, ends, rows[(protocol[rows] == _ICMP) & ~later[rows]], records)
        self._tcp(records, data, frames, ends, rows[(protocol[rows] == _TCP) & ~later[rows]])

    def _count_protocol(self, number: int, count: int) -> None:
        if number in (_TCP, _ICMP):
            return
        name = _PROTOCOLS.get(number, f"IP protocol {number}")
        if number in _QUIET:
            self.quiet[name] += count
        else:
            self.unread[f"of {name}, not looked into"] += count

    def _tcp(
        self, records: Records, data: Bytes, frames: Framed, ends: Numbers, rows: NDArray[np.intp]
    ) -> None:
        at = frames.at[rows]
        tcp = at + (data.one(at) & 15) * 4
        there = ends[rows] - tcp
        readable = there >= _READABLE
        if not readable.all():
            self.unread["of TCP, cut before the end of their header"] += int(np.count_nonzero(~readable))
        rows, at, tcp, there = rows[readable], at[readable], tcp[readable], there[readable]
        header = (data.one(tcp + 12) >> 4) * 4
        lengths = np.array(records.lengths, np.int64)[rows]
        on_wire = np.minimum(lengths, LARGEST_PACKET) - (at - np.array(records.starts, np.int64)[rows])
        said = data.two(at + 2)
        # A card that splits big packets itself is given them with a total of zero.
        total = np.where(said == 0, on_wire, said)
        size = total - (tcp - at)
        sane = (header >= 20) & (size >= header)
        if not sane.all():
            self.unread["of TCP, with lengths that make no sense"] += int(np.count_nonzero(~sane))
        keep = np.flatnonzero(sane)
        marks = self._marks(data, at[keep], tcp[keep], size[keep], there[keep])
        self.oversized += int(np.count_nonzero(lengths[keep] > _LARGEST_FRAME))
        columns = {
            "number": np.array(records.numbers, np.int64)[rows[keep]],
            "time_ns": np.array(records.times_ns, np.int64)[rows[keep]],
            **_header(data, at[keep], tcp[keep]),
            "length": (size - header)[keep],
            "link": self.links.of(frames, rows[keep]),
            "marks": marks,
        }
        for name, kind in COLUMNS.items():
            self.parts[name].append(columns[name].astype(kind))

    def _marks(
        self, data: Bytes, at: Numbers, tcp: Numbers, size: Numbers, there: Numbers
    ) -> NDArray[np.uint8]:
        marks = np.zeros(len(at), np.uint8)
        marks[there < size] |= Mark.CUT
        fragment = (data.two(at + 6) & 0x2000) > 0
        marks[fragment] |= Mark.FRAGMENT
        short = np.flatnonzero((size <= LONGEST) & (there >= size) & ~fragment)
        marks[short] |= checksum_marks(data, at[short], tcp[short], size[short])
        return marks


def _header(data: Bytes, at: Numbers, tcp: Numbers) -> dict[str, Numbers]:
    return {
        "source": data.four(at + 12),
        "destination": data.four(at + 16),
        "sport": data.two(tcp),
        "dport": data.two(tcp + 2),
        "seq": data.four(tcp + 4),
        "ack": data.four(tcp + 8),
        "flags": data.one(tcp + 13) & 0x1F,
        "window": data.two(tcp + 14),
        "ttl": data.one(at + 8),
        "ident": data.two(at + 4),
    }
