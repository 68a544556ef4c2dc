"""ICMP beside the connections: whether pings are answered, and errors about TCP packets."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.capture import Echoes, Unreachable
from bothways.diagnosis.capture.link_layer import Bytes, Numbers
from bothways.diagnosis.capture.records import Records

_REPLY, _UNREACHABLE, _REQUEST, _EXCEEDED = 0, 3, 8, 11
_MOST_ERRORS = 10_000
_SAYS = {
    0: "network unreachable",
    1: "host unreachable",
    3: "port unreachable",
    4: "too big, and may not be fragmented",
    9: "network prohibited",
    10: "host prohibited",
    13: "prohibited by an access list",
}


class Messages:
    """Counts echoes, keeps errors."""

    def __init__(self) -> None:
        self._echoes: Counter[tuple[int, int, int]] = Counter()
        self.errors: list[Unreachable] = []

    def take(  # noqa: PLR0913, PLR0917  the columns of the buffer
        self,
        data: Bytes,
        at: Numbers,
        header: Numbers,
        ends: Numbers,
        rows: NDArray[np.intp],
        records: Records,
    ) -> None:
        """Read the messages in these rows."""
        rows = rows[(ends - at - header)[rows] >= 8]
        body = (at + header)[rows]
        kinds, source, destination = data.one(body), data.four(at[rows] + 12), data.four(at[rows] + 16)
        for kind in (_REQUEST, _REPLY):
            pairs = np.stack([source[kinds == kind], destination[kinds == kind]], axis=1)
            for (one, other), count in zip(*np.unique(pairs, axis=0, return_counts=True), strict=True):
                self._echoes[kind, int(one), int(other)] += int(count)
        about = np.flatnonzero(np.isin(kinds, (_UNREACHABLE, _EXCEEDED)) & (ends[rows] - body >= 32))
        for row in about.tolist()[: max(0, _MOST_ERRORS - len(self.errors))]:
            self._error(data, body[row : row + 1], int(source[row]), records, int(rows[row]))

    def _error(self, data: Bytes, body: Numbers, sender: int, records: Records, row: int) -> None:
        inner = body + 8
        ports = inner + (data.one(inner) & 15) * 4
        if int(data.one(inner + 9)[0]) != 6 or int(data.one(inner)[0]) >> 4 != 4:
            return
        kind, code = int(data.one(body)[0]), int(data.one(body + 1)[0])
        says = (
            "the time to live ran out" if kind == _EXCEEDED else _SAYS.get(code, f"unreachable, code {code}")
        )
        self.errors.append(
            Unreachable(
                number=records.numbers[row],
                time_ns=records.times_ns[row],
                sender=sender,
                says=says,
                source=int(data.four(inner + 12)[0]),
                destination=int(data.four(inner + 16)[0]),
                sport=int(data.two(ports)[0]),
                dport=int(data.two(ports + 2)[0]),
            )
        )

    def echoes(self) -> tuple[Echoes, ...]:
        """Who pinged whom, and how many answers there are."""
        return tuple(
            Echoes(one, other, count, self._echoes[_REPLY, other, one])
            for (kind, one, other), count in sorted(self._echoes.items())
            if kind == _REQUEST
        )
