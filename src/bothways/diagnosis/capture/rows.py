"""Packets read from text, one by one, made into the same columns as those of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

import numpy as np

from bothways.diagnosis.capture.packets import ACK, COLUMNS, FIN, PSH, RST, SYN, Packets

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
