"""The line discipline of a Cisco terminal: bytes in, typed lines out, with the echo a client waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

_ENTER = b"\r\n"
_ERASE = b"\b \b"
_LONGEST_LINE = 4096  # a peer that never presses Enter must not fill our memory


class Reading(Enum):
    """What the terminal waits for."""

    LINE = "line"  # echoed, ended by Enter
    SECRET = "secret"  # not echoed, ended by Enter  # noqa: S105 - a mode, not a password
    KEY = "key"  # one key, as `[confirm]` and the pager want it


@dataclass(frozen=True, slots=True)
class Line:
    """A line, ended by Enter or, with `ends_config`, by ^Z."""

    text: str
    ends_config: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """One key, as `[confirm]` and `--More--` read it."""

    byte: int


@dataclass(frozen=True, slots=True)
class Interrupt:
    """^C: the line is thrown away."""


@dataclass(frozen=True, slots=True)
class Help:
    """`?`: asks for the words that may follow; the line stays as typed."""

    text: str


Typed = Line | Key | Interrupt | Help


class Terminal:
    """One side of a terminal.

    The mode is read afresh for every byte, because the answer to one line decides how the next byte is
    read: `feed` is a generator, and its consumer may set `reading` between two events.

    Attributes:
        reading: what the next bytes are.
    """

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self.reading = Reading.LINE
        self._write = write
        self._buffer = bytearray()
        self._escape = b""
        self._editing: dict[int, Callable[[], Typed | None]] = {
            0x03: self._interrupt,
            0x08: self._rub_out,
            0x15: self._clear,
            0x1A: self._end_config,
            0x7F: self._rub_out,
        }

    @property
    def typed(self) -> str:
        """What stands on the line that is not entered yet."""
        return self._buffer.decode("utf-8", "replace")

    def feed(self, data: bytes) -> Iterator[Typed]:
        """Read what a client sent.

        CR and LF are both Enter; CR LF within one chunk is one Enter. Nothing is remembered across
        chunks: clients send a lone CR and, later, a lone LF, and mean two.
        """
        position = 0
        while position < len(data):
            byte = data[position]
            position += 1
            if byte == 0x0D and data[position : position + 1] == b"\n":
                position += 1
            typed = self._byte(byte)
            if typed is not None:
                yield typed

    def _byte(self, byte: int) -> Typed | None:
        if byte == 0x00:  # clients ask with it whether the channel lives
            return None
        if self.reading is Reading.KEY:
            return Interrupt() if byte == 0x03 else Key(byte)
        return None if self._swallowed_escape(byte) else self._on_line(byte)

    def _on_line(self, byte: int) -> Typed | None:
        if byte in (0x0D, 0x0A):
            self._write(_ENTER)
            return Line(self._take())
        if byte in self._editing:
            return self._editing[byte]()
        if byte == 0x3F and self.reading is Reading.LINE:
            self._write(b"?" + _ENTER)
            return Help(self.typed)
        if byte >= 0x20 and len(self._buffer) < _LONGEST_LINE:
            self._buffer.append(byte)
            self._show(bytes([byte]))
        return None

    def _swallowed_escape(self, byte: int) -> bool:
        """Cursor keys do nothing here, and must not leave their letters on the line."""
        if byte == 0x1B:
            self._escape = b"\x1b"
            return True
        if self._escape == b"\x1b" and byte in b"[O":
            self._escape += bytes([byte])
            return True
        inside = len(self._escape) > 1
        if inside and not 0x40 <= byte <= 0x7E:
            return True
        self._escape = b""
        return inside

    def _take(self) -> str:
        text = self.typed
        self._buffer.clear()
        return text

    def _rub_out(self) -> None:
        if self._buffer:
            self._buffer.pop()
            self._show(_ERASE)

    def _clear(self) -> None:
        self._show(_ERASE * len(self._buffer))
        self._buffer.clear()

    def _interrupt(self) -> Interrupt:
        self._buffer.clear()
        self._write(b"^C" + _ENTER)
        return Interrupt()

    def _end_config(self) -> Line:
        self._write(b"^Z" + _ENTER)
        return Line(self._take(), ends_config=True)

    def _show(self, data: bytes) -> None:
        if self.reading is Reading.LINE:
            self._write(data)
