"""Output filters: what stands behind the `|` of a show command."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_Chooser = Callable[[list[str], re.Pattern[str]], Iterable[str]]


def _include(lines: list[str], wanted: re.Pattern[str]) -> Iterable[str]:
    return (line for line in lines if wanted.search(line))


def _exclude(lines: list[str], wanted: re.Pattern[str]) -> Iterable[str]:
    return (line for line in lines if not wanted.search(line))


def _begin(lines: list[str], wanted: re.Pattern[str]) -> Iterable[str]:
    found = next((at for at, line in enumerate(lines) if wanted.search(line)), len(lines))
    return lines[found:]


def _section(lines: list[str], wanted: re.Pattern[str]) -> Iterable[str]:
    """A section is a line that matches and what is indented deeper right below it."""
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        if depth is not None and indent > depth:
            yield line
            continue
        depth = indent if wanted.search(line) else None
        if depth is not None:
            yield line


_CHOOSERS: dict[str, _Chooser] = {
    "include": _include,
    "exclude": _exclude,
    "begin": _begin,
    "section": _section,
    "grep": _include,
}


@dataclass(frozen=True)
class Filter:
    """One filter, ready to run over the lines of an output."""

    choose: _Chooser
    wanted: re.Pattern[str]

    def apply(self, text: str) -> str:
        """The lines that pass; nothing at all when none does."""
        kept = list(self.choose(text.split("\n"), self.wanted))
        return "\n".join(kept)


class BadFilter(Exception):
    """What follows the bar is no filter; `column` is where it goes wrong, None when words are missing."""

    def __init__(self, column: int | None) -> None:
        super().__init__(column)
        self.column = column


def split_filter(line: str, names: tuple[str, ...]) -> tuple[str, Filter | None]:
    """Cut a command from the filter behind it.

    Args:
        line: as typed.
        names: the filters the platform knows; any unique beginning will do.

    Raises:
        BadFilter: there is a bar, but no filter behind it.
    """
    command, bar, rest = line.partition("|")
    if not bar:
        return line, None
    start = len(command) + 1 + len(rest) - len(rest.lstrip())
    word, _, pattern = rest.strip(" ").partition(" ")
    invert = word == "grep" and pattern.startswith("-v ")
    pattern = pattern.removeprefix("-v ") if invert else pattern
    if not word or not pattern:
        raise BadFilter(None)
    matching = [name for name in names if name.startswith(word)]
    if len(matching) != 1:
        raise BadFilter(start)
    return command, Filter(_exclude if invert else _CHOOSERS[matching[0]], _compile(pattern))


def _compile(pattern: str) -> re.Pattern[str]:
    """Cisco patterns are POSIX-like; `_` there stands for any edge of a word."""
    try:
        return re.compile(pattern.replace("_", r"(?:^|$|[\s,{}()_])"))
    except re.error:
        return re.compile(re.escape(pattern))


def cut_filter(line: str, names: tuple[str, ...]) -> tuple[str, Filter | None]:
    """Cut a filter from a show command; a bar in any other line is a bar.

    Raises:
        BadFilter: there is a bar, but no filter behind it.
    """
    words = line.split(maxsplit=2)
    first = words[1] if words[0] == "do" and len(words) > 1 else words[0]
    shows = len(first) > 1 and ("show".startswith(first) or "more".startswith(first))
    return split_filter(line, names) if shows else (line, None)
