"""One line of a large text by its number, without a list of all of them."""

from __future__ import annotations

from bisect import bisect_right

_BLOCK = 1 << 16
"""Characters between two counts; a `show conn` of a hundred megabytes has fifteen hundred of them."""


class TextLines:
    """The lines of a text, numbered from 1, parted by line ends."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._before = [0]
        for start in range(0, len(text), _BLOCK):
            self._before.append(self._before[-1] + text.count("\n", start, start + _BLOCK))

    def __getitem__(self, number: int) -> str:
        """The line; "" where there is none."""
        if not 1 <= number <= self._before[-1] + 1:
            return ""
        start = self._end_of(number - 1) + 1 if number > 1 else 0
        end = self._text.find("\n", start)
        return self._text[start:] if end < 0 else self._text[start:end]

    def _end_of(self, number: int) -> int:
        """Where the line end behind a line stands."""
        block = bisect_right(self._before, number - 1) - 1
        at = block * _BLOCK - 1
        for _ in range(number - self._before[block]):
            at = self._text.find("\n", at + 1)
        return at
