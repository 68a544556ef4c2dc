"""Words that a report breaks over two lines of a picture, or cuts off with an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

_PIECE = r"[\w.:/-]+"
_BREAK = r"</(?:text|tspan)>\s*<(?:text|tspan)\b[^>]*>"
_BROKEN = re.compile(rf"(?<=>){_PIECE}(?:{_BREAK}{_PIECE})+|{_PIECE}(?:{_BREAK}{_PIECE})+")
_PART = re.compile(rf"({_BREAK})|({_PIECE})")
_CUT = re.compile(r"(?<![\w.-])([A-Za-z][\w.-]{2,62})…")
_MOST_LINES = 3
_SHORTEST = 3


def broken_in(text: str) -> Iterator[tuple[str, str]]:
    """Each piece of markup within which a word may be broken, and what stands there without the markup."""
    if "</t" not in text:
        return
    for match in _BROKEN.finditer(text):
        parts = [(one[1] or "", one[2] or "") for one in _PART.finditer(match[0])]
        words = [place for place, (_, word) in enumerate(parts) if word]
        for first, start in enumerate(words):
            for end in words[first + 1 : first + _MOST_LINES]:
                held = parts[start : end + 1]
                yield "".join(a + b for a, b in held), "".join(word for _, word in held)


def cut_in(text: str) -> Iterator[str]:
    """Each beginning of a word that was cut."""
    if "…" in text:
        yield from (match[1] for match in _CUT.finditer(text))


def mended(pieces: Mapping[str, str], turn: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Each piece that holds a word which is replaced, and the piece that takes its place."""
    for piece, word in pieces.items():
        new = turn(word)
        if new != word:
            breaks = [match[1] for match in _PART.finditer(piece) if match[1]]
            step = max(len(new) // (len(breaks) + 1), 1)
            cuts = [new[at * step : (at + 1) * step] for at in range(len(breaks))]
            yield piece, "".join(a + b for a, b in zip(cuts, breaks, strict=True)) + new[len(breaks) * step :]


def beginnings(cut: set[str], words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each cut word that begins as one which is replaced, and the cut replacement."""
    for begin in sorted(cut):
        found = next((word for word in words if len(word) > len(begin) and word.startswith(begin)), None)
        if found is not None and begin not in words:
            yield f"{begin}…", f"{words[found]}…"
