"""Text that fits: how wide it is when it is drawn, and what is left of it where there is no room."""

from __future__ import annotations

from rich.cells import cell_len

from bothways.report.ladder.cells import beginning, fitted, plain

LINE = 15
"""From one line of text to the next, in pixels."""
CELL = 7.45
"""The advance of a character of 12 pixels; the widest of the common fonts of one width has 7.4."""
_MOST_KEPT = 400
"""Characters of a name that are looked at at all."""
_MOST_READ = 120
_JOINTS = ",:/-.>)|=_"


def shown(text: str) -> str:
    """The text as it may be drawn: one line, nothing that commands, no towers of accents."""
    return plain(text[: 4 * _MOST_KEPT])[:_MOST_KEPT].strip()


def spoken(text: str) -> str:
    """The text for a sentence that is read aloud: nobody listens to a name of 5,000 characters."""
    return fitted(shown(text), _MOST_READ)


def wrapped(text: str, cells: int, lines: int) -> list[str]:
    """The text over a few lines, broken where names have joints; the last one says what is cut off."""
    rest = shown(text)
    found: list[str] = []
    while rest and len(found) < lines:
        if len(found) == lines - 1 or cell_len(rest) <= cells:
            found.append(fitted(rest, cells))
            break
        line = beginning(rest, cells) or rest[0]
        line = line[: _break(line, rest[len(line)])]
        found.append(line.rstrip())
        rest = rest[len(line) :].lstrip()
    return found


def room(width: float) -> int:
    """How many cells a width holds."""
    return max(4, int(width / CELL))


def width(text: str) -> float:
    """How wide a line is."""
    return cell_len(text) * CELL


def _break(line: str, following: str) -> int:
    """Where a line ends best: between words, else at a joint of a name, else where it is full."""
    if following == " ":
        return len(line)
    blank = line.rfind(" ") + 1
    if blank > len(line) // 3:
        return blank
    joint = max(line.rfind(mark) for mark in _JOINTS) + 1
    return joint if joint > len(line) // 2 else len(line)
