"""The network that an address is counted under: what the firewall's own routes say of it."""

from __future__ import annotations

from ipaddress import IPv4Network

import numpy as np
from numpy.typing import NDArray

from bothways.state.rows import Route
from bothways.state.tables import Table

Column = NDArray[np.int64]
_OTHERWISE = 24
"""The length where no route but the default one knows an address."""


class Networks:
    """The prefixes of one routing table, looked up for many addresses at once."""

    def __init__(self, routes: Table[Route] | None) -> None:
        prefixes = routes.vocabulary("prefix") if routes is not None else []
        self._starts: dict[int, Column] = {}
        for length in sorted({one.prefixlen for one in prefixes if one is not None} - {0}, reverse=True):
            starts = [int(one.network_address) for one in prefixes if one and one.prefixlen == length]
            self._starts[length] = np.array(sorted(starts), np.int64)

    def keys(self, addresses: Column, otherwise: int = _OTHERWISE) -> Column:
        """One number an address: equal for addresses of one network, and read by `network`.

        Args:
            addresses: IPv4, as numbers.
            otherwise: length of the network where only the default route knows an address.
        """
        alone, places = np.unique(addresses, return_inverse=True)
        lengths = np.full(len(alone), otherwise, np.int64)
        known = np.zeros(len(alone), dtype=bool)
        for length, starts in self._starts.items():
            masked = alone & _mask(length)
            found = starts[np.minimum(np.searchsorted(starts, masked), len(starts) - 1)] == masked
            lengths[found & ~known] = length
            known |= found
        starts = (alone >> (32 - lengths)) << (32 - lengths) if len(alone) else alone
        keys: Column = ((starts << 6) | lengths)[places]
        return keys


def network(key: int) -> IPv4Network:
    """The network of a key."""
    return IPv4Network((key >> 6, key & 63))


def _mask(length: int) -> int:
    return (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF
