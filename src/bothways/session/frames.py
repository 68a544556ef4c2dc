"""Framed reading: which bytes are whose output, decided by what only the device can print there.

A command's output ends where the prompt stands followed by the echo of the next command, sent ahead.
After the last command an empty line was sent, so its output ends where two prompts stand in a row. Text that
merely looks like a prompt ends nothing, and no decision depends on how the bytes were cut into packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bothways.session.prompt import Prompt
from bothways.session.terminal_text import has_pager, is_pager, is_unasked, plain

# A device that ignores the terminal's size redraws lines from here on, so the echo is no longer exact.
_NARROWEST_TERMINAL = 79
_LONGEST_PROMPT_LINE = 4096


@dataclass(frozen=True, slots=True)
class Frame:
    r"""One command's output.

    Attributes:
        raw: every byte between echo and prompt.
        text: what a human would read of it, lines joined by "\n", without the last line end.
    """

    command: str
    raw: bytes
    text: str


class FrameSplitter:
    """Splits a stream into frames, one per command; feed it any pieces, the frames are the same."""

    def __init__(self, prompt: Prompt, commands: Sequence[str], heard: bytes = b"") -> None:
        self._prompt = prompt
        self._commands = tuple(commands)
        self._buffer = bytearray(heard)
        self._dropped = 0
        self._line = 0  # start of the first line not judged yet
        self._echoed = False
        self._current = 0

    @property
    def finished(self) -> bool:
        """Whether every command has its frame."""
        return self._current == len(self._commands)

    @property
    def rest(self) -> bytes:
        """What came after the last frame's end, or all that waits for one."""
        return bytes(self._buffer)

    @property
    def command(self) -> str:
        """The command whose output is being read."""
        return self._commands[min(self._current, len(self._commands) - 1)]

    @property
    def output_so_far(self) -> bytes:
        """What the current command has printed up to now."""
        return bytes(self._buffer[1:]) if self._echoed else b""

    @property
    def line_offset(self) -> int:
        """Where the unfinished line starts, counted from the first byte ever fed."""
        return self._dropped + self._buffer.rfind(b"\n") + 1

    @property
    def at_prompt(self) -> bool:
        """Whether the unfinished line is the prompt: the end, or text that looks like it."""
        return self._echoed and plain(self._tail()) == self._prompt.text

    @property
    def waits_for_empty_line(self) -> bool:
        """Whether a second prompt is all that is missing: one stands there, or messages stand behind one."""
        if not self._echoed or not self._on_last:
            return False
        end = len(self._buffer)
        return self.at_prompt or (self._buffer.endswith(b"\n") and self._before_messages(end) < end)

    @property
    def was_paged(self) -> bool:
        """Whether the pager has stood in the current command's output."""
        return self._echoed and has_pager(bytes(self._buffer))

    @property
    def at_pager(self) -> bool:
        """Whether the device waits for a key before it prints more."""
        return self._echoed and is_pager(self._tail())

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes; the frames they completed."""
        self._buffer += data
        frames: list[Frame] = []
        while not self.finished:
            if not self._echoed:
                if not self._find_echo():
                    break
                continue
            frame = self._find_last_end() if self._on_last else self._find_next_echo()
            if frame is None:
                break
            frames.append(frame)
        return frames

    @property
    def _on_last(self) -> bool:
        return self._current == len(self._commands) - 1

    def _tail(self) -> bytes:
        start = self._buffer.rfind(b"\n") + 1
        return bytes(self._buffer[start:]) if len(self._buffer) - start < _LONGEST_PROMPT_LINE else b""

    def _find_echo(self) -> bool:
        """Look for the echo of the first command; prompts and stray lines before it are nobody's output."""
        while (end := self._buffer.find(b"\n", self._line)) >= 0:
            line = plain(bytes(self._buffer[self._line : end])).strip()
            self._line = end + 1
            if is_echo(line, self.command, self._prompt):
                self._begin(end)
                return True
        return False

    def _find_next_echo(self) -> Frame | None:
        """The end of a frame by the next command's echo behind the prompt."""
        while match := self._prompt.seen.search(self._buffer, self._line):
            end = self._buffer.find(b"\n", match.end())
            if end < 0:
                self._line = match.start()
                return None
            line = self._prompt.text + plain(bytes(self._buffer[match.end() : end]))
            if is_echo(line.strip(), self._commands[self._current + 1], self._prompt):
                frame = self._frame(match.start() + 1)
                self._begin(end)
                return frame
            echo_end = self._echo_behind_messages(line, end)
            if echo_end is None:
                self._line = match.start()
                return None
            if echo_end:
                frame = self._frame(match.start() + 1)
                self._begin(echo_end)
                return frame
            self._line = end
        self._line = self._open_line(self._line)
        return None

    def _echo_behind_messages(self, line: str, end: int) -> int | None:
        """The end of an echo that messages of the device cut off from its prompt.

        Returns:
            Where the echo's line ends, 0 when there is none, None when that cannot be told yet.
        """
        if line.strip() != self._prompt.text.strip():
            return 0
        while (next_end := self._buffer.find(b"\n", end + 1)) >= 0:
            between = plain(bytes(self._buffer[end + 1 : next_end]))
            if between.strip() == self._commands[self._current + 1]:
                return next_end
            if not is_unasked(between):
                return 0
            end = next_end
        return None

    def _find_last_end(self) -> Frame | None:
        """The end of the last frame by two prompts in a row."""
        match = self._prompt.twice.search(self._buffer, self._line)
        if match:
            frame = self._frame(self._before_messages(match.start() + 1))
            self._drop(match.end())
            self._line = 0
            self._echoed = False
            return frame
        newline = self._buffer.rfind(b"\n")
        # The first of the two prompts may be the last finished line.
        self._line = self._open_line(max(self._buffer.rfind(b"\n", 0, newline), self._line))
        return None

    def _before_messages(self, end: int) -> int:
        """Where an output ends that ends at `end`, if messages of the device came behind its prompt."""
        start, messages = end, 0
        while (newline := self._buffer.rfind(b"\n", 0, start - 1)) >= 0:
            line = plain(bytes(self._buffer[newline + 1 : start - 1]))
            if line.strip() == self._prompt.text.strip():
                return newline + 1 if messages else end
            if not is_unasked(line):
                return end
            messages += bool(line.strip())
            start = newline + 1
        return end

    def _open_line(self, since: int) -> int:
        """From where to search again: not before `since`, nor in a line too long to be a prompt."""
        start = max(self._buffer.rfind(b"\n"), self._buffer.rfind(b"\r"), 0)
        if len(self._buffer) - start > _LONGEST_PROMPT_LINE:
            return len(self._buffer) - 1
        return start if not self._on_last else since

    def _begin(self, newline: int) -> None:
        """The echo of the current command ended at `newline`, which stays: a prompt may follow at once."""
        self._drop(newline)
        self._line = 0
        self._echoed = True

    def _drop(self, count: int) -> None:
        del self._buffer[:count]
        self._dropped += count

    def _frame(self, end: int) -> Frame:
        raw = bytes(self._buffer[1:end])
        frame = Frame(self.command, raw, plain(raw).removesuffix("\n"))
        self._current += 1
        return frame


def is_echo(line: str, command: str, prompt: Prompt) -> bool:
    """Whether a finished line is the echo of `command`, behind a prompt or behind one already taken.

    Beyond the terminal's width the line is redrawn with a `$` for what scrolled away; then its end must be
    the command's end.
    """
    if line in (command, prompt.text + command):
        return True
    if not may_be_redrawn(command, prompt):
        return False
    shown = line.removeprefix(prompt.text.rstrip()).strip().rpartition("$")[2].strip()
    return len(shown) > 8 and command.endswith(shown)


def may_be_redrawn(command: str, prompt: Prompt) -> bool:
    """Whether a terminal that ignores its size would not show the whole line."""
    return len(prompt.text) + len(command) >= _NARROWEST_TERMINAL
