"""Which two MAC addresses carried each packet, every pair kept once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bothways.diagnosis.capture.capture import Link
from bothways.diagnosis.capture.link_layer import Framed, Numbers

_MOST = 1 << 20


class Links:
    """Pairs of MAC addresses with their VLAN, numbered as they are met."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def of(self, frames: Framed, rows: NDArray[np.intp]) -> Numbers:
        """The number of each frame's pair; -1 where the link type has no addresses."""
        if frames.macs is None or not len(rows):
            return np.full(len(rows), -1, np.int64)
        whole = np.empty((len(rows), 14), np.uint8)
        whole[:, :12] = frames.macs[rows]
        whole[:, 12] = frames.vlan[rows] >> 8
        whole[:, 13] = frames.vlan[rows] & 0xFF
        kinds, which = np.unique(whole.view("V14").ravel(), return_inverse=True)
        numbers = [self._number(kind.tobytes()) for kind in kinds]
        return np.array(numbers, np.int64)[which.ravel()]

    def _number(self, kind: bytes) -> int:
        if len(self._numbers) >= _MOST:
            return self._numbers.get(kind, -1)
        return self._numbers.setdefault(kind, len(self._numbers))

    def listed(self) -> tuple[Link, ...]:
        """The pairs, in the order of their numbers."""
        return tuple(
            Link(_dotted(kind[6:12]), _dotted(kind[:6]), int.from_bytes(kind[12:], "big"))
            for kind in self._numbers
        )


def _dotted(mac: bytes) -> str:
    digits = mac.hex()
    return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"
