"""A keyed permutation of addresses that keeps common prefixes common, bit by bit, as Crypto-PAn does.

Two addresses that share their first n bits, and no more, have images that share n bits, and no more. Every
bit is turned or not by a keyed hash of the bits before it. Along some paths no bit is turned: towards what
must stay what it is (multicast, masks, loopback), and from a network to its first and its last address, so
that a network's image is a network and its broadcast a broadcast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

Prefix = tuple[int, int]
"""First address, length."""

KEPT_V4: tuple[Prefix, ...] = (
    (0x00000000, 8),  # 0.0.0.0, and wildcard masks
    (0x7F000000, 8),
    (0xE0000000, 3),  # multicast, 255.255.255.255, and masks
    (0x80000000, 32),  # masks of one and two bits
    (0xC0000000, 32),
    *(((1 << (32 - length)) - 1, 32) for length in range(2, 8)),  # their wildcards
)
KEPT_V6: tuple[Prefix, ...] = ((0, 8), (0xFF << 120, 8))
_LINK_LOCAL: Prefix = (0xFE80 << 112, 64)


class Permutation:
    """Images of addresses of one width, and the way back."""

    def __init__(self, key: bytes, width: int, networks: Iterable[Prefix] = ()) -> None:
        self._key = hashlib.blake2b(key, person=f"address{width}".encode()).digest()[:32]
        self._width = width
        self._kept = KEPT_V4 if width == 32 else KEPT_V6
        self._straight: set[Prefix] = set()
        for value, length in (*self._kept, *(() if width == 32 else (_LINK_LOCAL,))):
            self._straight |= self._path(value, 0, length)
        for value, length in networks:
            last = value | ((1 << (width - length)) - 1)
            self._straight |= self._path(value, length, width) | self._path(last, length, width)
        self._images: dict[int, int] = {}

    def keeps(self, address: int) -> bool:
        """Whether it is one of those that stay what they are."""
        return any(
            address >> (self._width - length) == value >> (self._width - length)
            for value, length in self._kept
        )

    def image(self, address: int) -> int:
        """What it is replaced by."""
        found = self._images.get(address)
        if found is None:
            found = self._images[address] = self._turned(address, back=False)
        return found

    def original(self, image: int) -> int:
        """What was replaced by it."""
        return self._turned(image, back=True)

    def _turned(self, address: int, *, back: bool) -> int:
        if self.keeps(address):
            return address
        before, turned = 0, 0
        for place in range(self._width):
            bit = address >> (self._width - 1 - place) & 1
            other = bit ^ self._turns(before, place)
            turned = turned << 1 | other
            before = before << 1 | (other if back else bit)
        return turned

    def _turns(self, before: int, length: int) -> int:
        """Whether the bit behind a prefix of the original is turned."""
        if (before, length) in self._straight:
            return 0
        said = length.to_bytes(1, "big") + before.to_bytes(16, "big")
        return hashlib.blake2b(said, key=self._key, digest_size=1).digest()[0] & 1

    def _path(self, value: int, start: int, end: int) -> set[Prefix]:
        return {(value >> (self._width - length), length) for length in range(start, end)}
