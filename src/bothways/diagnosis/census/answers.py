"""Pairs of networks that a firewall sees both ways: what waits between them waits for one server."""

from __future__ import annotations

from collections import Counter

import numpy as np

from bothways.diagnosis.census.ends import Column, Ends, ends_of
from bothways.diagnosis.census.marks import Indices
from bothways.diagnosis.census.networks import Networks
from bothways.state.rows import Conn
from bothways.state.tables import Table

_Pair = tuple[int, int, str, str]


class Answers:
    """How many connections of each pair on one interface carry data of both ends.

    What lies behind the default route is one network: who reaches one of its hosts both ways reaches the
    others so, too.
    """

    def __init__(self, table: Table[Conn], answered: Indices, networks: Networks) -> None:
        self._networks = networks
        self._counts: Counter[_Pair] = Counter()
        ends = ends_of(table, answered)
        clients, servers = (networks.keys(one, 0) for one in (ends.client, ends.server))
        codes = ends.client_interface << 32 | ends.server_interface
        for pair, count in _counted(clients, servers, codes).items():
            client, server, interfaces = pair
            names = ends.interfaces[interfaces >> 32], ends.interfaces[interfaces & 0xFFFFFFFF]
            self._counts[client, server, *names] += count

    def of(self, ends: Ends, index: int) -> int:
        """How many there are between the networks of one row, the same way round."""
        one = slice(index, index + 1)
        client, server = (int(self._networks.keys(side[one], 0)[0]) for side in (ends.client, ends.server))
        return self._counts[client, server, *ends.names(index)]


def _counted(*columns: Column) -> dict[tuple[int, int, int], int]:
    values = np.stack(columns, axis=1)
    order = np.lexsort(columns)
    rows = values[order]
    starts = np.flatnonzero(np.r_[True, np.any(rows[1:] != rows[:-1], axis=1)]) if len(rows) else order
    sizes = np.diff(np.r_[starts, len(rows)])
    pairs = zip(rows[starts].tolist(), sizes.tolist(), strict=True)
    return {(first, second, third): size for (first, second, third), size in pairs}
