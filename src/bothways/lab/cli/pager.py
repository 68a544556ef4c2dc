"""The pager: a page, `--More--`, a key."""

from __future__ import annotations

from collections.abc import Callable

_SPACE = 0x20
_ENTER = (0x0D, 0x0A)


class Pager:
    """Prints lines by the page; `busy` while it waits for a key.

    Attributes:
        length: lines of a page; 0 prints everything at once.
    """

    def __init__(self, write: Callable[[bytes], None], more: bytes, erase: bytes, length: int) -> None:
        self.length = length
        self._write = write
        self._more = more
        self._erase = erase
        self._waiting: list[str] = []

    @property
    def busy(self) -> bool:
        """Whether a key is awaited."""
        return bool(self._waiting)

    def print(self, text: str) -> None:
        """Print a whole output, or its first page."""
        if text:
            self._waiting = text.removesuffix("\n").split("\n")
            self._page(self.length - 1 if self.length else len(self._waiting))

    def key(self, byte: int) -> None:
        """Take the key: blank is a page, Enter a line, anything else the end."""
        self._write(self._erase)
        if byte == _SPACE:
            self._page(max(self.length - 1, 1))
        elif byte in _ENTER:
            self._page(1)
        else:
            self._waiting = []

    def _page(self, count: int) -> None:
        page, self._waiting = self._waiting[:count], self._waiting[count:]
        self._write("".join(line + "\r\n" for line in page).encode())
        if self._waiting:
            self._write(self._more)
