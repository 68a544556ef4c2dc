"""Which rows of `show conn` are half seen, decided on the columns: a flag word is looked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bothways.state.rows import Conn
from bothways.state.tables import Table

Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

_FRESH_S = 1
"""A handshake of this very moment is not half open yet."""
_CLOSING_S = 60
"""A close that is under way takes a moment; one that nobody finishes stays."""


@dataclass(frozen=True, slots=True)
class Marked:
    """Rows of one connection table by what is half about them; no row stands twice."""

    hairpin: Indices
    half_open: Indices
    one_sided: Indices
    half_closed: Indices
    bypassed: Indices
    answered: Indices
    """Within one interface, open, with data of both ends: their pair of networks is seen both ways."""


def mark(table: Table[Conn]) -> Marked:
    """The rows of each kind."""
    tcp = _by_word(table, "protocol", lambda word: word.lower() == "tcp")
    tcp &= ~_by_word(table, "flags", _is_stub)
    quiet = table.column("idle_s")
    carried = table.column("bytes") > 0
    waiting = tcp & ~carried & _by_word(table, "flags", _waits)
    turned = _same_interface(table)
    waiting &= quiet >= _FRESH_S
    return Marked(
        hairpin=np.flatnonzero(waiting & turned),
        half_open=np.flatnonzero(waiting & ~turned),
        one_sided=np.flatnonzero(tcp & carried & _by_word(table, "flags", _one_sided)),
        half_closed=np.flatnonzero(tcp & (quiet > _CLOSING_S) & _by_word(table, "flags", _half_closed)),
        bypassed=np.flatnonzero(tcp & _by_word(table, "flags", _bypassed)),
        answered=np.flatnonzero(tcp & turned & carried & _by_word(table, "flags", _both_ways)),
    )


def _by_word(table: Table[Conn], column: str, says: Callable[[str], bool]) -> Mask:
    """For every row what `says` makes of its word; every word is asked once."""
    told = np.array([says(word) for word in table.vocabulary(column)], dtype=bool)
    return told[table.column(column)] if len(told) else np.zeros(len(table), dtype=bool)


def _same_interface(table: Table[Conn]) -> Mask:
    """Rows whose two ends are on one interface; the two columns have codes of their own."""
    codes = {name: code for code, name in enumerate(table.vocabulary("a_interface"))}
    ours = [codes.get(name, -1) for name in table.vocabulary("b_interface")]
    if not ours:
        return np.zeros(len(table), dtype=bool)
    turned: Mask = np.array(ours)[table.column("b_interface")] == table.column("a_interface")
    return turned


def _is_stub(flags: str) -> bool:
    """Of a cluster: kept for another unit, which sees the rest of it."""
    return any(flag in flags for flag in "YyZz")


def _both_ways(flags: str) -> bool:
    closing = "f" in flags or "F" in flags
    return all(flag in flags for flag in "UIO") and not closing and not _bypassed(flags)


def _bypassed(flags: str) -> bool:
    return "b" in flags


def _waits(flags: str) -> bool:
    """As `connections.embryonic`: a part of the handshake is missing; a bypass knows no handshake."""
    awaited = any(flag in flags for flag in "Ss") or ("a" in flags.lower() and "U" not in flags)
    return awaited and not _bypassed(flags)


def _half_closed(flags: str) -> bool:
    return "U" in flags and ("f" in flags) != ("F" in flags) and not _bypassed(flags)


def _one_sided(flags: str) -> bool:
    alone = ("I" in flags) != ("O" in flags)
    return "U" in flags and alone and not _bypassed(flags) and not _half_closed(flags)
