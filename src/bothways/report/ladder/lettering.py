"""Text that fits: how wide it is when it is drawn, and what is left of it where there is no room."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from rich.cells import cell_len

from bothways.report.escaping import clean

LINE = 15
"""From one line of text to the next, in pixels."""
CELL = 7.45
"""The advance of a character of 12 pixels; the widest of the common fonts of one width has 7.4."""
_MOST_MARKS = 2
_MOST_KEPT = 400
"""Characters of a name that are looked at at all."""
_MOST_READ = 120
_JOINTS = ",:/-.>)|=_"


def shown(text: str) -> str:
    """The text as it may be drawn: one line, nothing that commands, no towers of accents."""
    return "".join(_level(clean(text[: 4 * _MOST_KEPT])))[:_MOST_KEPT].strip()


def spoken(text: str) -> str:
    """The text for a sentence that is read aloud: nobody listens to a name of 5,000 characters."""
    return cut(shown(text), _MOST_READ)


def cut(text: str, cells: int) -> str:
    """The text, or its beginning and a mark that says so."""
    return text if cell_len(text) <= cells else f"{_head(text, cells - 1)}…"


def wrapped(text: str, cells: int, lines: int) -> list[str]:
    """The text over a few lines, broken where names have joints; the last one says what is cut off."""
    rest = shown(text)
    found: list[str] = []
    while rest and len(found) < lines:
        if len(found) == lines - 1 or cell_len(rest) <= cells:
            found.append(cut(rest, cells))
            break
        head = _head(rest, cells)
        head = head[: _break(head, rest[len(head)])]
        found.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return found


def room(width: float) -> int:
    """How many cells a width holds."""
    return max(4, int(width / CELL))


def width(text: str) -> float:
    """How wide a line is."""
    return cell_len(text) * CELL


def _break(head: str, following: str) -> int:
    """Where a line ends best: between words, else at a joint of a name, else where it is full."""
    if following == " ":
        return len(head)
    blank = head.rfind(" ") + 1
    if blank > len(head) // 3:
        return blank
    joint = max(head.rfind(mark) for mark in _JOINTS) + 1
    return joint if joint > len(head) // 2 else len(head)


def _head(text: str, cells: int) -> str:
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > cells:
            return text[: max(index, 1)]
    return text


def _level(text: str) -> Iterator[str]:
    """The characters without what is piled upon each other."""
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            yield character
