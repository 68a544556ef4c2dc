"""`show conn`: one compiled pattern over the whole text, straight into columns.

A million connections are a hundred megabytes, so there is no Python object per row. Lines in another
than the plain form go, one by one, to `conn_forms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bothways.platforms.asa.conn_bytes import Block, read_block
from bothways.platforms.asa.conn_forms import ConnForms, FormRow
from bothways.platforms.columns import Column, Vocabulary, number_parts
from bothways.state.rows import Conn
from bothways.state.tables import Table

_CHUNK = 250_000
"""Characters looked at in one go; bounds the memory held beside the columns."""

_LINE = re.compile(
    r"(?:([A-Z]++) ++(\S++) ++([\d.]++:\d++) ++(\S++) ++([\d.]++:\d++)"
    r", idle ([\d:]++), bytes (\d++), flags ([\w-]*+(?: [\w-]++)?+)[ ]*+|(.*+))\n",
    re.ASCII,
)
_WORDS = ("protocol", "a_interface", "b_interface", "flags")
_OTHERS = ("line", "a_address", "a_port", "b_address", "b_port", "idle_s", "bytes")
_OCTETS = np.array([1 << 24, 1 << 16, 1 << 8, 1], np.int64)
_CLOCK = np.array([3600, 60, 1], np.int64)


class _Plain(NamedTuple):
    """The groups of the pattern, a column of texts each."""

    protocol: Sequence[str]
    a_interface: Sequence[str]
    a_end: Sequence[str]
    b_interface: Sequence[str]
    b_end: Sequence[str]
    idle: Sequence[str]
    bytes: Sequence[str]
    flags: Sequence[str]


class _Columns:
    """The columns as they are filled, chunk by chunk; room for all of them is taken once."""

    def __init__(self, most: int) -> None:
        self._words = {name: Vocabulary() for name in _WORDS}
        self._columns = {name: np.empty(most, np.int64) for name in (*_OTHERS, *_WORDS)}
        self._filled = 0

    def extend(self, lines: Column, plain: _Plain) -> bool:
        """Rows of the plain form; False, and nothing done, when a number among them is impossible."""
        a_end, b_end = number_parts(plain.a_end, "...:"), number_parts(plain.b_end, "...:")
        idle, count = number_parts(plain.idle, "::"), number_parts(plain.bytes, "")
        if a_end is None or b_end is None or idle is None or count is None:
            return False
        for end in (a_end, b_end):
            if end[:, :4].max(initial=0) > 255 or end[:, 4].max(initial=0) > 65535:
                return False
        cells = {name: self._words[name].codes(getattr(plain, name)) for name in _WORDS}
        for side, end in (("a", a_end), ("b", b_end)):
            cells[f"{side}_address"] = end[:, :4] @ _OCTETS
            cells[f"{side}_port"] = end[:, 4]
        self._add({**cells, "idle_s": idle @ _CLOCK, "bytes": count[:, 0], "line": lines})
        return True

    def extend_by_block(self, lines: Column, block: Block) -> None:
        """Rows that were read as bytes."""
        words = {name: self._words[name].codes(texts)[which] for name, (texts, which) in block.words.items()}
        self._add({**words, **block.numbers, "line": lines})

    def extend_by_form(self, rows: Sequence[FormRow]) -> None:
        """Rows that came one by one."""
        words = {name: self._words[name].codes([getattr(row, name) for row in rows]) for name in _WORDS}
        others = {name: np.array([getattr(row, name) for row in rows], np.int64) for name in _OTHERS}
        self._add({**words, **others})

    def _add(self, cells: Mapping[str, Column]) -> None:
        end = self._filled + len(cells["line"])
        for name, column in cells.items():
            self._columns[name][self._filled : end] = column
        self._filled = end

    def table(self, command: str, unknown: Sequence[int]) -> Table[Conn]:
        """All rows, in the order of their lines."""
        columns = {name: column[: self._filled] for name, column in self._columns.items()}
        if np.any(np.diff(columns["line"]) < 0):
            order = np.argsort(columns["line"], kind="stable")
            columns = {name: column[order] for name, column in columns.items()}
        vocabularies = {name: list(words) for name, words in self._words.items()}
        return Table(Conn, command, columns, vocabularies, tuple(unknown))


def _chunks(text: str) -> Iterator[tuple[int, int]]:
    """Where the text may be cut: behind line ends."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _CHUNK) + 1 or len(text)
        yield start, end
        start = end


def parse_conn(text: str, command: str) -> Table[Conn]:
    """All connections; the header and the legend of flags are recognised, the rest is counted."""
    text = text.replace("\r", "")
    text = text if text.endswith("\n") else f"{text}\n"
    columns, forms = _Columns(text.count("\n")), ConnForms()
    number = 1
    for start, end in _chunks(text):
        block = read_block(text[start:end])
        if block is not None:
            count = len(block.numbers["bytes"])
            columns.extend_by_block(np.arange(number, number + count, dtype=np.int64), block)
            number += count
            continue
        found = _LINE.findall(text, start, end)
        lines = np.arange(number, number + len(found), dtype=np.int64)
        others = [index for index, row in enumerate(found) if not row[0]]
        if others:
            plain = np.ones(len(found), bool)
            plain[others] = False
            lines = lines[plain]
            rows = [row for row in found if row[0]]
        else:
            rows = found
        groups = tuple(zip(*rows, strict=True))
        if groups and not columns.extend(lines, _Plain(*groups[:-1])):
            others = list(range(len(found)))
        for index, line in _lines_at(text[start:end], others):
            forms.take(number + index, line)
        number += len(found)
    columns.extend_by_form(forms.rows)
    return columns.table(command, forms.unknown)


def _lines_at(chunk: str, indices: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Some lines of a chunk, with their place in it."""
    lines = chunk.split("\n") if indices else []
    return ((index, lines[index]) for index in indices)
