"""The TCP packets of one capture as columns: a million of them in some fifty megabytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
_FLAG_NAMES = ((SYN, "SYN"), (FIN, "FIN"), (RST, "RST"), (PSH, "PSH"), (ACK, "ACK"))
SEQUENCE_SPACE = 1 << 32


class Mark:
    """What is odd about a packet's bytes, whatever its connection."""

    BAD_CHECKSUM = 1
    UNFINISHED_CHECKSUM = 2
    FRAGMENT = 4
    CUT = 8
    DUPLICATE = 16
    OVERSIZED = 32


COLUMNS: Mapping[str, DTypeLike] = {
    "number": np.int32,
    "time_ns": np.int64,
    "source": np.uint32,
    "destination": np.uint32,
    "sport": np.uint16,
    "dport": np.uint16,
    "seq": np.uint32,
    "ack": np.uint32,
    "flags": np.uint8,
    "window": np.uint16,
    "ttl": np.uint8,
    "ident": np.uint16,
    "length": np.int32,
    "link": np.int32,
    "marks": np.uint8,
}


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    """Columns of equal length, a row a TCP packet, in the order in which they are judged.

    Attributes:
        number: place in the file, from 1, other packets counted too.
        time_ns: nanoseconds since 1970, or since the capture's own zero.
        window: as in the header, unscaled.
        length: payload; what the IP header says, however much of it was kept.
        link: which pair of MAC addresses carried it, an index into the capture's `links`; -1 unknown.
        marks: see `Mark`.
    """

    number: NDArray[np.int32]
    time_ns: NDArray[np.int64]
    source: NDArray[np.uint32]
    destination: NDArray[np.uint32]
    sport: NDArray[np.uint16]
    dport: NDArray[np.uint16]
    seq: NDArray[np.uint32]
    ack: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    window: NDArray[np.uint16]
    ttl: NDArray[np.uint8]
    ident: NDArray[np.uint16]
    length: NDArray[np.int32]
    link: NDArray[np.int32]
    marks: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.number)

    def taken(self, order: NDArray[np.intp]) -> Packets:
        """The rows of these indices, in their order."""
        return Packets(**{field.name: getattr(self, field.name)[order] for field in fields(self)})


def joined(parts: dict[str, list[NDArray[Any]]]) -> Packets:
    """All rows of the parts, one after the other; each part's columns are given up as they are taken."""
    return Packets(
        **{name: np.concatenate([np.zeros(0, kind), *parts.pop(name, ())]) for name, kind in COLUMNS.items()}
    )


def flag_names(flags: int) -> str:
    """`SYN ACK`; `none` for a packet without any."""
    return " ".join(name for bit, name in _FLAG_NAMES if flags & bit) or "none"


def after(one: int, other: int) -> int:
    """How far one number of a sequence stands behind another, negative when before it."""
    distance = (one - other) % SEQUENCE_SPACE
    return distance - SEQUENCE_SPACE if distance >= SEQUENCE_SPACE // 2 else distance
