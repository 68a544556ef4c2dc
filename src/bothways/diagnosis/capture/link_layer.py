"""Where the IP packet starts in a frame, for the link types that captures of these networks have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
ETHERNET = 1
_IPV4, _ARP, _IPV6 = 0x0800, 0x0806, 0x86DD
_TAGS = (0x8100, 0x88A8, 0x9100)
_MOST_TAGS = 4
_RAW = (12, 14, 101, 228)
_COOKED = {113: (14, 16), 276: (0, 20)}
"""Linux' any interface, two forms: where the type stands, and how long the header is."""
_LOOPBACK = (0, 108)
KNOWN = (ETHERNET, *_RAW, *_COOKED, *_LOOPBACK)
_OTHERS = {0x8847: "in MPLS", 0x8864: "in PPPoE", 0x894F: "with NSH", 0x8926: "with VN-Tag"}
QUIET = "frames without IPv4"


class Bytes:
    """A buffer that answers for many places at once; a place behind its end reads as its last byte."""

    def __init__(self, buffer: bytes) -> None:
        self._bytes = np.frombuffer(buffer, np.uint8)
        self._last = len(self._bytes) - 1

    def one(self, at: Numbers) -> Numbers:
        """A byte from each place."""
        return self._bytes[np.minimum(at, self._last)].astype(np.int64)

    def two(self, at: Numbers) -> Numbers:
        """Two bytes, the first one the higher."""
        return self.one(at) << 8 | self.one(at + 1)

    def four(self, at: Numbers) -> Numbers:
        """Four bytes, the first one the highest."""
        return self.two(at) << 16 | self.two(at + 2)

    def block(self, at: Numbers, size: int) -> NDArray[np.uint8]:
        """`size` bytes from each place, a row a place."""
        last = len(self._bytes) - size
        beyond = np.flatnonzero(at > last)
        if last < 0:
            return self._clipped(at, size)
        found: NDArray[np.uint8] = sliding_window_view(self._bytes, size)[np.minimum(at, last)]
        found[beyond] = self._clipped(at[beyond], size)
        return found

    def _clipped(self, at: Numbers, size: int) -> NDArray[np.uint8]:
        where = at[:, None] + np.arange(size)
        found: NDArray[np.uint8] = self._bytes[np.minimum(where, self._last)]
        return found


@dataclass(slots=True)
class Framed:
    """What the link layer says of some packets.

    Attributes:
        at: first byte of the IP header.
        is_ip: whether there is one, of version 4.
        vlan: the outer tag; 0 without.
        macs: twelve bytes a packet, destination first; None where the link type has none.
        others: what else the frames carry, and how many of each.
    """

    at: Numbers
    is_ip: NDArray[np.bool_]
    vlan: Numbers
    macs: NDArray[np.uint8] | None
    others: dict[str, int]


@dataclass(slots=True)
class _Carried:
    """Where the network layer starts, and the EtherType before it."""

    at: Numbers
    kinds: Numbers
    vlan: Numbers
    macs: NDArray[np.uint8] | None


def framed(data: Bytes, link_type: int, starts: Numbers, kept: Numbers) -> Framed:
    """Find the IP packets of these frames."""
    if link_type == ETHERNET:
        return _ethernet(data, starts, kept)
    vlan = np.zeros(len(starts), np.int64)
    if link_type in _RAW:
        at, kinds = starts, np.where(data.one(starts) >> 4 == 4, _IPV4, _IPV6)
    elif link_type in _COOKED:
        place, size = _COOKED[link_type]
        at, kinds = starts + size, data.two(starts + place)
    else:
        # The family in the byte order of the machine that captured: 2 is IPv4 everywhere.
        at = starts + 4
        family = data.four(starts)
        kinds = np.where((family == 2) | (family == 2 << 24), _IPV4, _IPV6)
    return _sorted_out(data, _Carried(at, kinds, vlan, None), kept - (at - starts))


def _ethernet(data: Bytes, starts: Numbers, kept: Numbers) -> Framed:
    at = starts + 12
    kinds = data.two(at)
    vlan = np.zeros(len(starts), np.int64)
    for _ in range(_MOST_TAGS):
        tagged = np.isin(kinds, _TAGS)
        if not tagged.any():
            break
        vlan = np.where(tagged & (vlan == 0), data.two(at + 2) & 0x0FFF, vlan)
        at = np.where(tagged, at + 4, at)
        kinds = np.where(tagged, data.two(at), kinds)
    at = at + 2
    return _sorted_out(data, _Carried(at, kinds, vlan, data.block(starts, 12)), kept - (at - starts))


def _sorted_out(data: Bytes, carried: _Carried, left: Numbers) -> Framed:
    at, kinds = carried.at, carried.kinds
    enough = left >= 20
    is_ip = (kinds == _IPV4) & enough
    others: dict[str, int] = {}
    _count(others, "cut before their IP header", (kinds == _IPV4) & ~enough)
    for kind, name in _OTHERS.items():
        _count(others, name, kinds == kind)
    tcp6 = (kinds == _IPV6) & (data.one(at + 6) == 6)
    _count(others, "of TCP over IPv6", tcp6)
    _count(others, QUIET, (kinds != _IPV4) & ~tcp6 & ~np.isin(kinds, list(_OTHERS)))
    return Framed(at, is_ip, carried.vlan, carried.macs, others)


def _count(others: dict[str, int], name: str, which: NDArray[Any]) -> None:
    number = int(np.count_nonzero(which))
    if number:
        others[name] = others.get(name, 0) + number
