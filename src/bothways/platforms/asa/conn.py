"""`show conn`: one compiled pattern over the whole text, straight into columns.

A million connections are a hundred megabytes, so there is no Python object per row. Lines in another
than the plain form go, one by one, to `conn_forms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from bothways.platforms.asa.conn_forms import ConnForms, FormRow
from bothways.platforms.columns import Column, Vocabulary, number_parts
from bothways.state.rows import Conn
from bothways.state.tables import Table

_CHUNK = 1_000_000
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
    """The columns as they grow, chunk by chunk."""

    def __init__(self) -> None:
        self._words = {name: Vocabulary() for name in _WORDS}
        self._chunks: dict[str, list[Column]] = {name: [] for name in (*_OTHERS, *_WORDS)}

    def extend(self, lines: Column, plain: _Plain) -> bool:
        """Rows of the plain form; False, and nothing done, when a number among them is impossible."""
        a_end, b_end = number_parts(plain.a_end, "...:"), number_parts(plain.b_end, "...:")
        idle, count = number_parts(plain.idle, "::"), number_parts(plain.bytes, "")
        if a_end is None or b_end is None or idle is None or count is None:
            return False
        for end in (a_end, b_end):
            if end[:, :4].max(initial=0) > 255 or end[:, 4].max(initial=0) > 65535:
                return False
        for name in _WORDS:
            self._chunks[name].append(self._words[name].codes(getattr(plain, name)))
        for side, end in (("a", a_end), ("b", b_end)):
            self._chunks[f"{side}_address"].append(end[:, :4] @ _OCTETS)
            self._chunks[f"{side}_port"].append(end[:, 4].copy())
        self._chunks["idle_s"].append(idle @ _CLOCK)
        self._chunks["bytes"].append(count[:, 0])
        self._chunks["line"].append(lines)
        return True

    def extend_by_form(self, rows: Sequence[FormRow]) -> None:
        """Rows that came one by one."""
        for name in _WORDS:
            self._chunks[name].append(self._words[name].codes([getattr(row, name) for row in rows]))
        for name in _OTHERS:
            self._chunks[name].append(np.array([getattr(row, name) for row in rows], np.int64))

    def table(self, command: str, unknown: Sequence[int]) -> Table[Conn]:
        """All rows, in the order of their lines."""
        empty = np.empty(0, np.int64)
        columns = {name: np.concatenate(chunks) if chunks else empty for name, chunks in self._chunks.items()}
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
    columns, forms = _Columns(), ConnForms()
    number = 1
    for start, end in _chunks(text):
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
