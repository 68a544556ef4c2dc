"""Fragments of TCP packets: their lengths are added to the first one, which holds the header."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.link_layer import Bytes, Numbers
from bothways.diagnosis.capture.packets import Mark, Packets

_MOST = 100_000
Key = tuple[int, int, int]


class Fragments:
    """What was seen of packets that a router cut in pieces."""

    def __init__(self) -> None:
        self.seen = 0
        self._ends: dict[Key, int] = {}

    def note(self, data: Bytes, at: Numbers, header: Numbers, rows: NDArray[np.intp]) -> None:
        """Remember how long the packets are whose last pieces these are."""
        self.seen += len(rows)
        for row in rows.tolist():
            place = at[row : row + 1]
            offset = int(data.two(place + 6)[0])
            if not offset & 0x2000 and len(self._ends) < _MOST:
                end = (offset & 0x1FFF) * 8 + int(data.two(place + 2)[0]) - int(header[row])
                key = (
                    int(data.four(place + 12)[0]),
                    int(data.four(place + 16)[0]),
                    int(data.two(place + 4)[0]),
                )
                self._ends[key] = end

    def mended(self, packets: Packets) -> tuple[Packets, int]:
        """Packets with the payload of all their pieces, and of how many the last piece is missing."""
        missing = 0
        lengths = packets.length.copy()
        for row in np.flatnonzero(packets.marks & Mark.FRAGMENT).tolist():
            key = (int(packets.source[row]), int(packets.destination[row]), int(packets.ident[row]))
            end = self._ends.get(key)
            if end is None:
                missing += 1
            else:
                lengths[row] = max(int(lengths[row]), end - 20)
        packets.length[:] = lengths
        return packets, missing
