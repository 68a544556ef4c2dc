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
KEPT_V6: tuple[Prefix, ...] = ((0, 127), (0xFF << 120, 8))
_LINK_LOCAL: Prefix = (0xFE80 << 112, 64)
HOLD_V4 = (0xFFFF << 32, 0x0064FF9B << 96)
"""Before an IPv4 address (mapped, and RFC 6052's own): the rest of such an address is its image."""
_FEW = 8
"""Bits that differ within what is remembered: addresses of one /24 are met together."""


class Permutation:
    """Images of addresses of one width, and the way back."""

    def __init__(
        self,
        key: bytes,
        width: int,
        networks: Iterable[Prefix] = (),
        ranges: Iterable[tuple[int, int]] = (),
        held: Permutation | None = None,
    ) -> None:
        """The permutation of one key.

        Args:
            key: secret.
            width: bits of an address.
            networks: their images have the same length, and their first and last address stay so.
            ranges: first and last address; what lies between lies between the images.
            held: for the IPv4 addresses that some IPv6 addresses hold.
        """
        self._key = hashlib.blake2b(key, person=f"address{width}".encode()).digest()[:32]
        self._width = width
        self._kept = KEPT_V4 if width == 32 else KEPT_V6
        self._straight: set[Prefix] = set()
        for value, length in (*self._kept, *(() if width == 32 else (_LINK_LOCAL,))):
            self._straight |= self._path(value, 0, length)
        for value, length in networks:
            last = value | ((1 << (width - length)) - 1)
            self._straight |= self._path(value, length, width) | self._path(last, length, width)
        for one, other in ranges:
            common = width - (one ^ other).bit_length()
            self._straight |= self._path(one, common, width) | self._path(other, common, width)
        self._held = held
        for value in HOLD_V4 if width == 128 else ():
            self._straight |= self._path(value, 0, 96)
        self._images: dict[int, int] = {}
        self._begun: dict[tuple[int, bool], int] = {}

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
        if self._held is not None and address >> 32 << 32 in HOLD_V4:
            within = address & 0xFFFFFFFF
            return address ^ within ^ (self._held.original(within) if back else self._held.image(within))
        begin, mark = self._width - _FEW, (address >> _FEW, back)
        if mark not in self._begun:
            self._begun[mark] = self._walked(address, 0, begin, 0, back=back)
        return self._walked(address, begin, self._width, self._begun[mark], back=back)

    def _walked(self, address: int, start: int, end: int, turned: int, *, back: bool) -> int:
        """The first `end` bits of the image, of which the first `start` are `turned`."""
        before = turned if back else address >> (self._width - start)
        for place in range(start, end):
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
