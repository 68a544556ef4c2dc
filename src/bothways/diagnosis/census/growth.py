"""Connections of two reads joined by their ends: which are still there, and what they carried meanwhile."""

from __future__ import annotations

import numpy as np

from bothways.diagnosis.census.ends import Column, Ends, ends_of
from bothways.diagnosis.census.groups import Since
from bothways.diagnosis.census.marks import Indices
from bothways.state.rows import Conn
from bothways.state.tables import Table

_MIX = np.uint64(0x9E3779B97F4A7C15)


def since(earlier: Table[Conn], old_rows: Indices, table: Table[Conn], rows: Indices) -> Since:
    """For each of `rows` whether it is one of `old_rows`, and how many bytes it has carried since.

    A connection that has fewer bytes than before is another one with the same ends.
    """
    still = np.zeros(len(rows), dtype=bool)
    grown = np.zeros(len(rows), np.int64)
    if not len(rows) or not len(old_rows):
        return Since(still, grown)
    ours, theirs = (
        _keys(ends_of(table, rows)),
        _keys(ends_of(earlier, old_rows), table_of=ends_of(table, rows)),
    )
    marks, old_marks = _marked(ours), _marked(theirs)
    order = np.argsort(old_marks, kind="stable")
    places = np.minimum(np.searchsorted(old_marks[order], marks), len(order) - 1)
    match = order[places]
    same = np.ones(len(rows), dtype=bool)
    for new, old in zip(ours, theirs, strict=True):
        same &= new == old[match]
    more = table.column("bytes")[rows] - earlier.column("bytes")[old_rows][match]
    still = same & (more >= 0)
    grown[still] = more[still]
    return Since(still, grown)


def _keys(ends: Ends, table_of: Ends | None = None) -> tuple[Column, Column, Column]:
    """Three numbers a row; interfaces in the codes of `table_of`, where it is given."""
    names = {name: code for code, name in enumerate((table_of or ends).interfaces)}
    codes = np.array([names.get(name, -1) for name in ends.interfaces], np.int64)
    interfaces = (codes[ends.client_interface] << 16) | (codes[ends.server_interface] & 0xFFFF)
    return (ends.client << 16) | ends.client_port, (ends.server << 16) | ends.server_port, interfaces


def _marked(keys: tuple[Column, Column, Column]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """One number a row, equal for equal keys; those it confuses are told apart by the keys themselves."""
    mark = np.zeros(len(keys[0]), np.uint64)
    for key in keys:
        mark = (mark ^ key.astype(np.uint64)) * _MIX
        mark ^= mark >> np.uint64(29)
    return mark
