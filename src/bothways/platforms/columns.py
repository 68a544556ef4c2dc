"""Columns of a big table, filled a chunk of texts at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]
NO_NUMBER = -(2**62)
"""How a table's column says that there is no number (`bothways.state.tables`)."""

_REMEMBERED = 250_000


class Vocabulary(dict[str, int]):
    """Texts to codes, in the order they were first met."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code

    def codes(self, texts: Sequence[str]) -> Column:
        """One code a text."""
        return np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))


class Remembered(dict[str, int]):
    """Texts to numbers by a slow function, each text once; forgets before it grows without bound."""

    def __init__(self, number: Callable[[str], int]) -> None:
        super().__init__()
        self._number = number

    def __missing__(self, text: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        value = self[text] = self._number(text)
        return value

    def numbers(self, texts: Sequence[str]) -> Column:
        """One number a text."""
        return np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))


def address_number(text: str) -> int:
    """A dotted address as an integer; -1 for what is not one."""
    octets = text.split(".")
    number = 0
    for octet in octets:
        if not octet.isdecimal() or (octet[0] == "0" and octet != "0") or int(octet) > 255:
            return -1
        number = number << 8 | int(octet)
    return number if len(octets) == 4 else -1


def count_number(text: str) -> int:
    """A plain number; no number for ""."""
    return int(text) if text else NO_NUMBER
