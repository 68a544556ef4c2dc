"""Where a line of a configuration begins and ends in a text: as such, quoted in JSON, or within tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Form = Literal["raw", "json", "tags"]

# A line may stand for itself, behind a quote or a tag, in a difference, as evidence, or in a log of commands.
START = (
    r"(?:^|(?<=\\n)|(?<=[\"'>`])|(?<=command:))[ \t]*(?:[-+] ?)?"
    r"(?:[\w.-]+: (?:show|more) [\w -]+:\d+(?: at \S+)?: )?(?:\d{1,3}: )?(?:no )?"
)
_REST: dict[Form, str] = {
    "raw": r"[^\r\n]*",
    "json": r"(?:\\[^n\n]|[^\"\\\n])*",
    "tags": r"[^\r\n<\"]*",
}
_WORD: dict[Form, str] = {
    "raw": r"[^\s]+",
    "json": r"(?:\\[^n\s]|[^\"\\\s])+",
    "tags": r"[^\s<\"]+",
}


def form_of(text: str) -> Form:
    """What a text is written in, by how it begins."""
    head = text[:200].lstrip("\ufeff \t\r\n")
    if head.startswith(('{"', "{\n", "{\r", "[{", "[\n", '["')):
        return "json"
    return "tags" if head.startswith("<") and head[1:2] in "!?abcdefghijklmnopqrstuvwxyz" else "raw"


def filled(pattern: str, form: Form) -> str:
    """A pattern with `START`, `WORD` and `REST` in braces filled in."""
    for name, said in (("{START}", START), ("{WORD}", _WORD[form]), ("{REST}", _REST[form])):
        pattern = pattern.replace(name, said)
    return pattern


@dataclass(frozen=True, slots=True)
class Sought:
    """An expression whose first group is what is sought, and words one of which its lines hold.

    Attributes:
        lines: it may match over several lines.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    lines: bool = False

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """Where it matches: only lines with a hint are looked at, for a table of connections has none."""
        if self.lines:
            if any(hint in text for hint in self.hints):
                yield from self.pattern.finditer(text)
            return
        done = set[tuple[int, int]]()
        for hint in self.hints:
            at = text.find(hint)
            while at >= 0:
                line = text.rfind("\n", 0, at) + 1, _end(text, at)
                if line not in done:
                    done.add(line)
                    yield from self.pattern.finditer(text, *line)
                at = text.find(hint, line[1])


def sought(hints: str, pattern: str, form: Form, *, lines: bool = False) -> Sought:
    """An expression made ready for a form of text; hints stand beside each other, parted by bars."""
    return Sought(tuple(hints.split("|")), re.compile(filled(pattern, form), re.MULTILINE), lines)


def _end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
