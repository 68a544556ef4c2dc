"""One command that may ask, or that changes the prompt: what was said, and what the device waits for.

Nothing is typed ahead here, because a typed-ahead line would be the answer to a question.
"""

from __future__ import annotations

import re

from bothways.session.frames import is_echo, may_be_redrawn
from bothways.session.prompt import Prompt
from bothways.session.terminal_text import is_pager, plain

_QUESTION = re.compile(r".*[:?\]]\s*")
_NOT_QUESTIONS = ("[OK]",)
_LONGEST_OPEN_LINE = 4096


class Dialogue:
    """The text between one typed line and the prompt after it; feed it any pieces."""

    def __init__(self, prompt: Prompt, line: str, *, echoed: bool = True) -> None:
        self._prompt = prompt
        self._line = line if echoed else ""
        self._heard = bytearray()
        self._start = None if echoed else 0
        self._turn = 0
        self._before: list[str] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self._heard += data
        while self._start is None and (end := self._heard.find(b"\n", self._turn)) >= 0:
            line = plain(bytes(self._heard[self._turn : end])).strip()
            self._turn = end + 1
            if self._echoes(line):
                self._start = self._turn
            elif line and not self._is_prompt(line):
                self._before.append(line)

    @property
    def said(self) -> str:
        """All finished lines since the echo, and before them what came unasked before it."""
        if self._start is None:
            return ""
        lines = plain(bytes(self._heard[self._start :])).split("\n")[:-1]
        text = "\n".join(line for line in lines if not self._is_prompt(line))
        return "\n".join(part for part in (*self._before, self._without_echo(text)) if part)

    @property
    def tail(self) -> str:
        """The unfinished line, if anything came since the last turn."""
        return plain(self._open_line()).rpartition("\n")[2]

    @property
    def passed_prompt(self) -> bool:
        """Whether a prompt was printed, and then something that left the cursor on an empty line."""
        if self._start is None or self.tail:
            return False
        return any(self._is_prompt(line) for line in plain(bytes(self._heard[self._turn :])).split("\n"))

    @property
    def asks(self) -> bool:
        """Whether the unfinished line reads like a question; silence behind it makes it one."""
        tail = self.tail.rstrip()
        return bool(_QUESTION.fullmatch(tail)) and not tail.endswith(_NOT_QUESTIONS)

    @property
    def pages(self) -> bool:
        """Whether the pager waits for a key."""
        return is_pager(self._open_line())

    def replied(self) -> None:
        """Something was typed: what stands here now is answered."""
        self._turn = len(self._heard)

    def _open_line(self) -> bytes:
        start = max(self._turn, self._heard.rfind(b"\n") + 1)
        short = self._start is not None and len(self._heard) - start <= _LONGEST_OPEN_LINE
        return bytes(self._heard[start:]) if short else b""

    def _echoes(self, line: str) -> bool:
        if is_echo(line, self._line, self._prompt):
            return True
        if line.endswith(self._line) and self._is_prompt(line[: len(line) - len(self._line)]):
            return True
        return bool(line) and may_be_redrawn(self._line, self._prompt) and not self._is_prompt(line)

    def _is_prompt(self, line: str) -> bool:
        bare = bool(line) and line.rstrip() == self._prompt.text.rstrip()
        return bare or bool(self._prompt.config.fullmatch(line))

    def _without_echo(self, text: str) -> str:
        """A line longer than the terminal may be echoed in several pieces."""
        lines = text.split("\n")
        if may_be_redrawn(self._line, self._prompt):
            while lines and len(lines[0].strip()) > 8 and lines[0].strip() in self._line:
                del lines[0]
        return "\n".join(lines)
