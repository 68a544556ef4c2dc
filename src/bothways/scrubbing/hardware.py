"""Hardware addresses: another one of the same kind for each, and the way back."""

from __future__ import annotations

import hashlib

_ROUNDS = 4
_HALF = 0x7FFFFF
_GROUP = 1 << 40
_LOCAL = 1 << 41
_ROUTERS = (0x00000C07AC, 0x00005E0001, 0x00000C9FF0)
"""HSRP, VRRP and HSRPv2: every network has them, and who reads them knows what they are."""


class HardwareAddresses:
    """A keyed permutation of 46 bits; whether an address is a group's, or local, stays as it is."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, person=b"hardware").digest()[:32]

    @staticmethod
    def keeps(address: int) -> bool:
        """Groups and broadcast, nothing, and the shared addresses of routers."""
        return not address or bool(address & _GROUP) or address >> 8 in _ROUTERS

    def image(self, address: int) -> int:
        """What it is replaced by; never one that would have been kept."""
        return self._walk(address, range(_ROUNDS))

    def original(self, image: int) -> int:
        """What was replaced by it."""
        return self._walk(image, range(_ROUNDS - 1, -1, -1), back=True)

    def _walk(self, address: int, rounds: range, *, back: bool = False) -> int:
        if self.keeps(address):
            return address
        while True:  # a permutation walked on until it leaves what is kept is one, too
            address = self._once(address, rounds, back=back)
            if not self.keeps(address):
                return address

    def _once(self, address: int, rounds: range, *, back: bool) -> int:
        kind = address & (_GROUP | _LOCAL)
        free = (address >> 42) << 40 | address & ((1 << 40) - 1)
        left, right = free >> 23, free & _HALF
        for number in rounds:
            if back:
                left, right = right ^ self._mixed(left, number), left
            else:
                left, right = right, left ^ self._mixed(right, number)
        free = left << 23 | right
        return (free >> 40) << 42 | free & ((1 << 40) - 1) | kind

    def _mixed(self, half: int, number: int) -> int:
        said = bytes((number,)) + half.to_bytes(3, "big")
        return int.from_bytes(hashlib.blake2b(said, key=self._key, digest_size=3).digest(), "big") & _HALF
