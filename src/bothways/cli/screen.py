"""Where words go: answers to stdout, all else to stderr; no colour in pipes, no control characters."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rich.console import Console
from rich.text import Text

from bothways.cli.reply import Reply
from bothways.errors import BothwaysError

FORMAT_VERSION = 1
_PIPE_WIDTH = 100  # a ladder of four columns fits


class _Answers(Console):
    """Where rich would end the program with 1, the verb's own exit code is kept."""

    def on_broken_pipe(self) -> None:
        """The reader has seen enough."""
        raise BrokenPipeError


@dataclass
class Screen:
    """The user's terminal, or the pipes instead of it.

    Attributes:
        as_json: one JSON object on stdout instead of text.
    """

    as_json: bool = False

    @cached_property
    def out(self) -> Console:
        """Answers. Markup is off: a device's text is no markup of ours."""
        console = _Answers(file=sys.stdout, markup=False, highlight=False, emoji=False)
        if not console.is_terminal and "COLUMNS" not in os.environ:
            console.width = _PIPE_WIDTH
        return console

    @cached_property
    def err(self) -> Console:
        """Progress, warnings, errors."""
        return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)

    def progress(self, sentence: str) -> None:
        """Something has been done."""
        self.err.print(Text(printable(sentence), style="dim"), soft_wrap=True)

    def deliver(self, reply: Reply, verb: str) -> int:
        """Print the end of a verb; the exit code."""
        try:
            if self.as_json:
                self._print_json(reply, verb)
            else:
                for part in reply.text:
                    self._print(part)
                for error in reply.errors:
                    line = Text.assemble(("error: ", "bold red"), printable(str(error)))
                    self.err.print(line, soft_wrap=True)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough. Python would complain once more when it flushes at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return reply.exit_code

    def _print(self, part: object) -> None:
        if isinstance(part, str | Text):
            self.out.print(part, soft_wrap=True)
        else:
            self.out.print(part)

    def _print_json(self, reply: Reply, verb: str) -> None:
        sys.stdout.write(json.dumps(reply_keys(reply, verb), indent=2, default=str) + "\n")


def reply_keys(reply: Reply, verb: str) -> dict[str, Any]:
    """The one object of `--format json`."""
    return {
        "format_version": FORMAT_VERSION,
        "verb": verb,
        "exit_code": reply.exit_code,
        "errors": [_json_error(error) for error in reply.errors],
        **reply.keys,
    }


def _json_error(error: BothwaysError) -> dict[str, str]:
    return {key: printable(value) for key, value in error.as_json().items()}


def printable(text: str) -> str:
    """One line that cannot move a cursor, whatever device or file it came from."""
    if text.isprintable():
        return text
    from bothways.report import clean

    return clean(text)


def prepare_streams() -> None:
    """Make stdout and stderr usable: also closed, or in a locale that cannot write a ladder."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123  for good
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
