"""The part of a very long stream that a picture is made from: its ends, and what a verdict rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.packets import FIN, RST, SYN
from bothways.diagnosis.capture.stream import Stream

_LONG = 10_000
_ENDS = 1_000
_AROUND = 200
_MOST_OPENINGS = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Thinned:
    """Streams of a call, each with no more packets than a picture needs.

    Attributes:
        streams: to make the picture from.
        hidden: places of the packets that are not in these.
    """

    streams: tuple[Stream, ...]
    hidden: NDArray[np.intp]

    def between(self, first: int, last: int) -> int:
        """How many packets are hidden between two places."""
        return int(np.searchsorted(self.hidden, last) - np.searchsorted(self.hidden, first))


def thinned(streams: Sequence[Stream], told: Iterable[int]) -> Thinned:
    """Streams of ordinary length are kept whole; `told` are the numbers, in the file, that are wanted."""
    numbers = np.array(sorted(told), np.int64)
    kept = [_kept(stream, numbers) for stream in streams]
    hidden = [np.setdiff1d(stream.rows, rows) for stream, rows in zip(streams, kept, strict=True)]
    parts = tuple(
        stream if len(rows) == len(stream.rows) else replace(stream, rows=rows)
        for stream, rows in zip(streams, kept, strict=True)
    )
    return Thinned(parts, np.sort(np.concatenate(hidden)).astype(np.intp))


def _kept(stream: Stream, numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    rows, packets = stream.rows, stream.capture.packets
    if len(rows) <= _LONG:
        return rows
    wanted = np.zeros(len(rows), np.bool_)
    wanted[:_ENDS] = wanted[-_ENDS:] = True
    openings = np.flatnonzero(packets.flags[rows] & (SYN | FIN | RST))
    wanted[openings[:_MOST_OPENINGS]] = True
    quiet = int(np.argmax(np.diff(packets.time_ns[rows]))) + 1
    for at in (*np.flatnonzero(np.isin(packets.number[rows], numbers)).tolist(), quiet):
        wanted[max(at - _AROUND, 0) : at + _AROUND] = True
    return rows[wanted]
