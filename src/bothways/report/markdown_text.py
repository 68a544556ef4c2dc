"""Text from devices in Markdown: it shows as it is, and ends no cell and no block."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bothways.report.escaping import clean

_MARKS = re.compile(r"[&<>|`$@\\]|(?<=:)/(?=/)|(?<=www)\.|[*_\[\]~#]", re.IGNORECASE)
"""What means something to one Markdown or another: markup, table, code, mathematics, mention, link."""
_BY_BACKSLASH = frozenset("*_[]~#")


def literal(text: str) -> str:
    """One line that Markdown shows as it is, in a cell of a table and elsewhere."""
    return _MARKS.sub(_harmless, clean(text))


def _harmless(found: re.Match[str]) -> str:
    mark = found.group()
    return f"\\{mark}" if mark in _BY_BACKSLASH else f"&#{ord(mark)};"


def fenced(lines: Iterable[str], language: str = "text") -> str:
    """A block of lines as they are, in a fence that none of them ends."""
    text = "\n".join(clean(line) for line in lines)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of literal cells; "" without a row."""
    lines = [f"| {' | '.join(literal(cell) for cell in row)} |" for row in rows]
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*head, *lines]) if lines else ""
