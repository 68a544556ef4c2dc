"""Lines measured in the cells of a terminal, where a letter takes one or two."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import accumulate

from rich.cells import cell_len

from bothways.report.escaping import clean, to_ascii

Say = Callable[[str], str]
"""Makes a text fit to be drawn."""

_LEAST = 4
"""An indented wide letter."""


def plain(text: str) -> str:
    """Harmless, and every letter in cells of its own: stacked marks would draw over the lines around."""
    text = clean(text)
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFC", text) if cell_len(letter) > 0)


def plain_ascii(text: str) -> str:
    """The same for a terminal without Unicode."""
    return to_ascii(plain(text))


def fitted(text: str, room: int) -> str:
    """The text in at most `room` cells; a cut one ends in an ellipsis."""
    if cell_len(text) <= room:
        return text
    return beginning(text, room - 1) + "…" if room > 0 else ""


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """The text on lines of at most `width` cells, all but the first indented; too long a word is cut."""
    width = max(width, _LEAST)
    indent = min(indent, width // 2)
    lines: list[str] = []
    current = text[: len(text) - len(text.lstrip(" "))]
    for word in text.split():
        longer = f"{current} {word}" if current.strip() else current + word
        if cell_len(longer) <= width:
            current = longer
            continue
        if current.strip():
            lines.append(current)
            current = " " * indent
        current += word
        while cell_len(current) > width:
            head = beginning(current, width)
            lines.append(head)
            current = " " * indent + current[len(head) :]
    return [*lines, current] if current.strip() or not lines else lines


def beginning(text: str, room: int) -> str:
    """As many letters as fit."""
    widths = accumulate(map(cell_len, text))
    return text[: sum(total <= room for total in widths)]


class Canvas:
    """One line that is drawn on, position by position."""

    def __init__(self, width: int) -> None:
        self._cells = [" "] * width

    def __str__(self) -> str:
        return "".join(self._cells).rstrip()

    def put(self, at: int, text: str) -> None:
        """Write over what is there; what would stand outside is left out."""
        for letter in text:
            size = cell_len(letter)
            if at >= 0 and at + size <= len(self._cells):
                self._clear(at, size)
                self._cells[at : at + size] = [letter, *[""] * (size - 1)]
            at += size

    def is_free(self, at: int) -> bool:
        """Nothing stands there."""
        return self._cells[at] == " "

    def _clear(self, at: int, size: int) -> None:
        """A wide letter of which half is overwritten goes as a whole."""
        if not self._cells[at]:
            self._cells[at - 1 : at + 1] = "  "
        end = at + size
        if end < len(self._cells) and not self._cells[end]:
            self._cells[end] = " "
