"""Packets read from text, one by one, made into the same columns as those of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

import numpy as np

from bothways.diagnosis.capture.packets import ACK, COLUMNS, FIN, PSH, RST, SEQUENCE_SPACE, SYN, Packets

LETTERS = {"S": SYN, "F": FIN, "R": RST, "P": PSH, ".": 0}
NAMES = {"SYN": SYN, "FIN": FIN, "RST": RST, "PSH": PSH, "ACK": ACK}


@dataclass(slots=True)
class TextPacket:
    """A packet as a line of text gives it; what the line lacks stays zero."""

    number: int
    time_ns: int
    source: int
    destination: int
    flags: int
    sport: int = 0
    dport: int = 0
    seq: int = 0
    ack: int = 0
    window: int = 0
    ttl: int = 0
    ident: int = 0
    length: int = 0
    link: int = -1
    marks: int = 0


def columns_of(rows: Sequence[TextPacket]) -> Packets:
    """Rows as columns."""
    return Packets(
        **{name: np.array([getattr(row, name) for row in rows], kind) for name, kind in COLUMNS.items()}
    )


End = tuple[int, int]


def numbered(rows: Sequence[TextPacket], without: set[int]) -> None:
    """Give packets whose line has no sequence number the one that their sender has reached.

    Args:
        rows: all packets, in order.
        without: the numbers of those whose line has none: acknowledgements without data.
    """
    for ordered, ahead in ((rows, False), (rows[::-1], True)):
        reached: dict[tuple[End, End], int] = {}
        for row in ordered:
            ours = (row.source, row.sport), (row.destination, row.dport)
            lacks = row.number in without
            if lacks and ours in reached:
                row.seq = reached[ours]
                without.discard(row.number)
            elif not lacks:
                size = row.length + bool(row.flags & SYN) + bool(row.flags & FIN)
                reached[ours] = (row.seq + (0 if ahead else size)) % SEQUENCE_SPACE
            if row.flags & ACK and ours[::-1] not in reached:
                reached[ours[::-1]] = row.ack


class Names:
    """Addresses as numbers; a word that is no address, like x.x.x.x, gets a number that no host has."""

    def __init__(self) -> None:
        self.words: dict[int, str] = {}

    def number(self, word: str) -> int:
        """The address, or what stands for the word."""
        try:
            return int(IPv4Address(word))
        except AddressValueError:
            for number, known in self.words.items():
                if known == word:
                    return number
            self.words[len(self.words) + 1] = word
            return len(self.words)


def nanoseconds(text: str) -> int:
    """`391.371000` or `15:36:43.524234`, exactly."""
    clock, _, fraction = text.partition(".")
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1_000_000_000 + int(fraction[:9].ljust(9, "0") or 0)
