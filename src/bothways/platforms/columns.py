"""Columns of a big table, filled a chunk of texts at a time; numbers are read by numpy, not one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]
NO_NUMBER = -(2**62)
"""How a table's column says that there is no number (`bothways.state.tables`)."""

_ZERO, _NINE, _NEW_LINE = ord("0"), ord("9"), ord("\n")


class Vocabulary(dict[str, int]):
    """Texts to codes, in the order they were first met."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code

    def codes(self, texts: Sequence[str]) -> Column:
        """One code a text."""
        return np.fromiter(map(self.__getitem__, texts), np.int64, len(texts))


def number_parts(texts: Sequence[str], separators: str) -> Column | None:
    """The numbers of texts of one form, one row a text: with separators `...:`, `10.12.0.1:443` has five.

    Returns:
        None when a text has another form: a part is missing, empty or longer than 18 digits.
    """
    joined = np.frombuffer(("\n".join(texts) + "\n").encode(), np.uint8)
    ends = np.flatnonzero((joined < _ZERO) | (joined > _NINE))
    expected = np.frombuffer(separators.encode() + b"\n", np.uint8)
    if len(ends) != len(texts) * len(expected):
        return None
    if not (joined[ends].reshape(-1, len(expected)) == expected).all():
        return None
    lengths = np.diff(ends, prepend=-1) - 1
    longest = int(lengths.max(initial=0))
    if longest > 18 or not lengths.all():
        return None
    values = np.zeros(len(ends), np.int64)
    power = 1
    for place in range(1, longest + 1):
        digits = joined[np.maximum(ends - place, 0)].astype(np.int64) - _ZERO
        values += np.where(lengths >= place, digits * power, 0)
        power *= 10
    return values.reshape(-1, len(expected))
