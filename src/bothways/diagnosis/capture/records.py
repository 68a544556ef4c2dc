"""The bytes of a capture file, block by block: where each record starts, never the whole file in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

BLOCK = 8 << 20
LATEST_NS = 9_000_000_000_000_000_000
"""A damaged clock may say more than any number here holds; that is the year 2255."""
LARGEST_PACKET = 1 << 18
"""What no capture program keeps of one packet: a longer record is a damaged one."""


@dataclass(slots=True)
class Records:
    """Some packets of a file whose bytes lie in one buffer.

    Attributes:
        buffer: their bytes, with slack behind them.
        link_type: what their first bytes are, by the number of the format.
        starts, kept, lengths: of each packet: first byte, bytes in the file, bytes on the wire.
        times_ns: when each was seen.
        numbers: their places in the file, from 1.
    """

    buffer: bytes
    link_type: int
    numbers: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    times_ns: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.starts)

    def add(self, number: int, start: int, kept: int, length: int, time_ns: int) -> None:
        """One more packet."""
        self.numbers.append(number)
        self.starts.append(start)
        self.kept.append(kept)
        self.lengths.append(length)
        self.times_ns.append(time_ns)


@dataclass(slots=True)
class Troubles:
    """What was wrong with the file, gathered while it is read."""

    could_not_see: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    liars: int = 0

    def told(self) -> None:
        """Put counts in words, once, at the end."""
        if self.liars:
            self.remarks.append(
                f"{self.liars} records claim to be longer in the file than on the wire; "
                "what is there was read"
            )


class Reader:
    """A file read in blocks, with as much of the last one kept as is not used up."""

    def __init__(self, file: BinaryIO, head: bytes = b"") -> None:
        self._file = file
        self.left = head
        self.ended = False

    def more(self) -> bytes:
        """What is left and another block behind it; the same again at the end of the file."""
        block = self._file.read(BLOCK)
        self.ended = not block
        if block:
            self.left += block
        return self.left

    def blocks(self) -> Iterator[bytes]:
        """Buffers until the file ends; set `left` to what was not used before asking for the next."""
        while True:
            buffer = self.more()
            yield buffer
            if self.ended:
                return
