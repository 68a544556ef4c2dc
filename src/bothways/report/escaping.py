"""Text from devices made safe to print: nothing in it may move a cursor or reorder a line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_MOST_MARKS = 2

_ASCII = str.maketrans(
    {
        "Δ": "d",
        "│": "|",
        "─": "-",
        "╌": ".",
        "►": ">",
        "◄": "<",
        "✗": "X",
        "≠": "*",
        "…": "~",
        "→": ">",
        "·": ".",
    }
)


def clean(text: str) -> str:
    """One line of printable text: control and format characters go, line ends and tabs become blanks."""
    if text.isprintable():  # nearly always; it means neither `C*` nor `Z*`, but for the blank
        return text
    return "".join(_printable(character) for character in text)


def levelled(text: str) -> str:
    """The text without what is piled upon a letter: a tower of accents would stand on the lines above."""
    if text.isascii():
        return text
    return "".join(_level(text))


def to_ascii(text: str) -> str:
    """The text for a terminal or file without Unicode; what has no likeness becomes `?`."""
    return text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def _level(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            yield character


def _printable(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() else (" " if character in "\t\n\r\v\f" else "")
    category = unicodedata.category(character)
    if category in ("Zl", "Zp", "Zs"):
        return " "
    return "" if category.startswith("C") else character
