"""`show conn`: one compiled pattern over the whole text, straight into columns.

A million connections are a hundred megabytes, so there is no Python object per row. Lines that are not
in the plain one-line form go, one by one, to `conn_long`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bothways.platforms.addresses import DOTTED
from bothways.platforms.asa.conn_long import LongForms
from bothways.platforms.asa.idle import seconds
from bothways.platforms.columns import (
    Column,
    Remembered,
    Vocabulary,
    address_number,
    count_number,
)
from bothways.state.rows import Conn
from bothways.state.tables import Table

_CHUNK = 4_000_000
"""Characters looked at in one go; bounds the memory held beside the columns."""

_END = rf"({DOTTED})(?:\([\d.]+\))?(?::(\d{{1,5}}))?"
_LINE = re.compile(
    rf"(?:([A-Z0-9]+) +(\S+) +{_END} +(NP Identity Ifc|\S+) +{_END}"
    r"(?:,? idle ([\w:]+))?(?:, bytes (\d{1,18}))?(?:,? flags ?([\w-]*(?: [\w-]+)?))?[ ]*|(.*))\n",
    re.ASCII,
)


class Ends(NamedTuple):
    """The pattern's groups, one tuple of texts each."""

    protocol: tuple[str, ...]
    a_interface: tuple[str, ...]
    a_address: tuple[str, ...]
    a_port: tuple[str, ...]
    b_interface: tuple[str, ...]
    b_address: tuple[str, ...]
    b_port: tuple[str, ...]
    idle_s: tuple[str, ...]
    bytes: tuple[str, ...]
    flags: tuple[str, ...]


_WORDS = ("protocol", "a_interface", "b_interface", "flags")


class _Columns:
    """The columns as they grow, chunk by chunk."""

    def __init__(self) -> None:
        self._words = {name: Vocabulary() for name in _WORDS}
        self._addresses = Remembered(address_number)
        self._ports = Remembered(lambda text: int(text) if text else 0)
        self._idle = Remembered(seconds)
        self._counts = Remembered(count_number)
        self._chunks: dict[str, list[Column]] = {name: [] for name in ("line", *Ends._fields)}
        self.wrong: list[int] = []

    def extend(self, lines: Column, ends: Ends) -> None:
        """Rows in text form; those with an impossible address or port are put aside as wrong."""
        chunk: dict[str, Column] = {"line": lines}
        for name in _WORDS:
            chunk[name] = self._words[name].codes(getattr(ends, name))
        for name in ("a_address", "b_address"):
            chunk[name] = self._addresses.numbers(getattr(ends, name))
        for name in ("a_port", "b_port"):
            chunk[name] = self._ports.numbers(getattr(ends, name))
        chunk["idle_s"] = self._idle.numbers(ends.idle_s)
        chunk["bytes"] = self._counts.numbers(ends.bytes)
        good = (chunk["a_address"] >= 0) & (chunk["b_address"] >= 0)
        good &= (chunk["a_port"] <= 65535) & (chunk["b_port"] <= 65535)
        if not good.all():
            self.wrong.extend(int(line) for line in lines[~good])
            chunk = {name: column[good] for name, column in chunk.items()}
        for name, column in chunk.items():
            self._chunks[name].append(column)

    def table(self, command: str, unknown: list[int]) -> Table[Conn]:
        """All rows, in the order of their lines."""
        empty = np.empty(0, np.int64)
        columns = {name: np.concatenate(chunks) if chunks else empty for name, chunks in self._chunks.items()}
        if np.any(np.diff(columns["line"]) < 0):
            order = np.argsort(columns["line"], kind="stable")
            columns = {name: column[order] for name, column in columns.items()}
        vocabularies = {name: list(words) for name, words in self._words.items()}
        return Table(Conn, command, columns, vocabularies, tuple(sorted([*unknown, *self.wrong])))


def _chunks(text: str) -> Iterator[list[tuple[str, ...]]]:
    """What the pattern finds, one tuple a line, in chunks that end at line ends."""
    start = 0
    while start < len(text):
        end = text.find("\n", start + _CHUNK) + 1 or len(text)
        yield _LINE.findall(text, start, end)
        start = end


def parse_conn(text: str, command: str) -> Table[Conn]:
    """All connections; the header and the legend of flags are recognised, the rest is counted."""
    text = text.replace("\r", "")
    columns, long_forms = _Columns(), LongForms()
    number = 1
    for found in _chunks(text if text.endswith("\n") else f"{text}\n"):
        lines = np.arange(number, number + len(found), dtype=np.int64)
        number += len(found)
        groups = tuple(zip(*found, strict=True))
        if not all(groups[0]):
            plain = np.fromiter(map(bool, groups[0]), bool, len(found))
            for index in np.flatnonzero(~plain):
                long_forms.take(int(lines[index]), found[index][-1])
            lines = lines[plain]
            groups = tuple(zip(*(row for row in found if row[0]), strict=True))
        if groups:
            columns.extend(lines, Ends(*groups[:-1]))
    rows = long_forms.rows()
    if rows:
        rest = Ends(*zip(*(row.ends for row in rows), strict=True))
        columns.extend(np.array([row.line for row in rows], np.int64), rest)
    return columns.table(command, long_forms.unknown)
