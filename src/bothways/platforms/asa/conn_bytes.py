"""Lines of `show conn` in the plain form, read as one block of bytes: no text object per cell.

    TCP outside  198.51.100.7:443 inside  10.12.0.130:49363, idle 0:00:11, bytes 62, flags UIO

A block of nothing but such lines is read here, whole; any other goes to the pattern of `conn`, which says the
same of every line, and says more of odd ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from bothways.platforms.columns import Column

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_BLANK, _NEW_LINE, _COMMA, _ZERO = ord(" "), ord("\n"), ord(","), ord("0")
_FEWEST, _MOST = 10, 12
"""Words of a line: no flags, or flags of two words as `- N1`."""
_WIDEST = 48
_FLAGS = re.compile(r"[\w-]*(?: [\w-]+)?", re.ASCII)
_PROTOCOL = re.compile(r"[A-Z]+", re.ASCII)
_OCTETS = np.array([1 << 24, 1 << 16, 1 << 8, 1], np.int64)
_CLOCK = np.array([3600, 60, 1], np.int64)
_POWERS = np.array([pow(0x100000001B3, place, 1 << 64) for place in range(_WIDEST)], np.uint64)


class _OtherForm(Exception):
    """Not all lines are in the plain form."""


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of a block, a row a line.

    Attributes:
        numbers: column name to numbers.
        words: column name to the different texts of it, and which of them each row has.
    """

    numbers: dict[str, Column]
    words: dict[str, tuple[list[str], Column]]


def read_block(chunk: str) -> Block | None:
    """The block, if every line of it is in the plain form; it ends with a line end."""
    try:
        data = np.frombuffer(chunk.encode("ascii"), np.uint8)
        padded = np.concatenate((data, np.zeros(2 * _WIDEST, np.uint8)))
        return _block(padded, _Words.of(data))
    except (UnicodeEncodeError, _OtherForm):
        return None


@dataclass(frozen=True, slots=True)
class _Words:
    """Where the words of each line begin and end: a row a line."""

    starts: Column
    ends: Column
    flags_end: Column

    @classmethod
    def of(cls, data: Bytes) -> _Words:
        line_ends = np.flatnonzero(data == _NEW_LINE)
        apart = data <= _BLANK
        if not len(line_ends) or np.count_nonzero(data < _BLANK) != len(line_ends):
            raise _OtherForm
        within = ~apart
        starts = np.flatnonzero(within & np.concatenate(([True], apart[:-1])))
        ends = np.flatnonzero(within & np.concatenate((apart[1:], [True]))) + 1
        first = np.searchsorted(starts, np.concatenate(([0], line_ends[:-1] + 1)))
        counts = np.diff(first, append=len(starts))
        if counts.min() < _FEWEST or counts.max() > _MOST:
            raise _OtherForm
        words = first[:, None] + np.arange(_FEWEST)
        flags = np.where(counts > _FEWEST, first + _FEWEST, first + _FEWEST - 1)
        last = first + counts - 1
        found = cls(
            np.column_stack((starts[words], np.where(counts > _FEWEST, starts[flags], ends[flags]))),
            ends[words],
            ends[last],
        )
        if not (found.starts[:, 0] == np.concatenate(([0], line_ends[:-1] + 1))).all():
            raise _OtherForm
        return found

    def cell(self, place: int) -> tuple[Column, Column]:
        """Where one word of every line begins, and how long it is."""
        if place == _FEWEST:
            return self.starts[:, place], self.flags_end - self.starts[:, place]
        return self.starts[:, place], self.ends[:, place] - self.starts[:, place]


def _block(data: Bytes, words: _Words) -> Block:
    for place, word in ((5, b"idle"), (7, b"bytes"), (9, b"flags")):
        start, length = words.cell(place)
        if not (length == len(word)).all() or not (_matrix(data, start, len(word)) == list(word)).all():
            raise _OtherForm
    for place in (4, 6, 8):
        if not (data[words.ends[:, place] - 1] == _COMMA).all():
            raise _OtherForm
    if not (words.starts[:, 5:10] - words.ends[:, 4:9] == 1).all():
        raise _OtherForm
    gap = words.starts[:, 10] - words.ends[:, 9]
    if not ((gap == 1) | ((gap == 0) & (words.flags_end == words.starts[:, 10]))).all():
        raise _OtherForm
    a_end, b_end = _numbers(data, words, 2, b"...:"), _numbers(data, words, 4, b"...:")
    for end in (a_end, b_end):
        if end[:, :4].max() > 255 or end[:, 4].max() > 65535:
            raise _OtherForm
    return Block(
        {
            "a_address": a_end[:, :4] @ _OCTETS,
            "a_port": a_end[:, 4].copy(),
            "b_address": b_end[:, :4] @ _OCTETS,
            "b_port": b_end[:, 4].copy(),
            "idle_s": _numbers(data, words, 6, b"::") @ _CLOCK,
            "bytes": _numbers(data, words, 8, b"")[:, 0],
        },
        _texts(data, words),
    )


def _matrix(data: Bytes, start: Column, width: int) -> Bytes:
    """The bytes from each start on; behind the data there are zeros."""
    cells: Bytes = sliding_window_view(data, width)[start]
    return cells


def _numbers(data: Bytes, words: _Words, place: int, separators: bytes) -> Column:
    """The numbers of one word of every line, its comma left out: `10.12.0.1:443` has five."""
    start, length = words.cell(place)
    if place > 2:
        length = length - 1
    width = int(length.max())
    if width > 2 * _WIDEST or length.min() < 1:
        raise _OtherForm
    cells = _matrix(data, start, width)
    digits = cells - np.uint8(_ZERO)
    apart = (digits > 9) & (np.arange(width) < length[:, None])
    found = np.flatnonzero(apart)
    if len(found) != len(start) * len(separators):
        raise _OtherForm
    rows, columns = np.divmod(found.reshape(len(start), len(separators)), width)
    if not (rows == np.arange(len(start))[:, None]).all():
        raise _OtherForm
    if not (cells[rows, columns] == list(separators)).all():
        raise _OtherForm
    begins = np.column_stack((np.zeros(len(start), np.int64), columns + 1))
    ends = np.column_stack((columns, length))
    sizes = ends - begins
    if sizes.min() < 1 or sizes.max() > 18:
        raise _OtherForm
    return _values(digits, ends, sizes)


def _values(digits: Bytes, ends: Column, sizes: Column) -> Column:
    """Numbers that end there, a column of them at a time: place by place, from their last digit."""
    flat = digits.ravel()
    row = np.arange(len(ends)) * digits.shape[1] - 1
    values = np.zeros(ends.shape, np.int64)
    for number in range(ends.shape[1]):
        last, size = row + ends[:, number], sizes[:, number]
        told = flat[last].astype(np.int64)
        for place in range(1, int(size.max())):
            some = flat[np.maximum(last - place, 0)] * (size > place)
            told += some.astype(np.int64) * 10**place
        values[:, number] = told
    return values


def _texts(data: Bytes, words: _Words) -> dict[str, tuple[list[str], Column]]:
    """The columns of words: there are few different ones, and each is made a text once."""
    found = {}
    for name, place, form in (
        ("protocol", 0, _PROTOCOL),
        ("a_interface", 1, None),
        ("b_interface", 3, None),
        ("flags", _FEWEST, _FLAGS),
    ):
        start, length = words.cell(place)
        width = int(length.max())
        if width > _WIDEST:
            raise _OtherForm
        cells = np.where(np.arange(width) < length[:, None], _matrix(data, start, width), np.uint8(0))
        marks = (cells.astype(np.uint64) * _POWERS[:width]).sum(axis=1, dtype=np.uint64)
        _, examples, codes = np.unique(marks, return_index=True, return_inverse=True)
        if not (cells == cells[examples][codes]).all():
            raise _OtherForm  # two texts with one mark
        texts = [bytes(cells[example]).rstrip(b"\0").decode("ascii") for example in examples]
        if form is not None and not all(form.fullmatch(text) for text in texts):
            raise _OtherForm
        found[name] = texts, codes
    return found
