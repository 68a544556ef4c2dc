"""Exit codes: what a script can tell without reading a word."""

from __future__ import annotations

from collections.abc import Iterable

OK = 0
BUG = 1
DIFFERENCE = 2
COULD_NOT_SEE = 3
BAD_INPUT = 10
CANNOT_CONNECT = 11
INTERRUPTED = 130

_WORST_FIRST = (22, 21, 20, 24, 23, 12, 11, 10, 2, 3, 0)


def worst(codes: Iterable[int]) -> int:
    """The code that wins when several things happened; 1 and 130, which are no outcomes, win over all."""
    return min(codes, key=lambda code: _WORST_FIRST.index(code) if code in _WORST_FIRST else -1, default=OK)
