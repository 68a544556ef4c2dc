"""A configuration as a value: lines with their indentation and the section they stand under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bothways.platforms.lines import text_lines

_COMMENT = re.compile(
    r"\s*!|:|Building configuration\.\.\.|Current configuration|Using \d+ out of|Cryptochecksum:|end$"
)
_BANNER = re.compile(
    r"banner (?:motd|login|exec|incoming|slip-ppp|prompt-timeout) (?P<mark>\^C|\S)(?P<text>.*)"
)


@dataclass(frozen=True, slots=True)
class ConfigEntry:
    """One line of a configuration.

    Attributes:
        number: 1-based, in the command's text.
        depth: leading blanks.
        text: without indentation.
        section: the unindented line it stands under, "" for an unindented one.
    """

    number: int
    depth: int
    text: str
    section: str


@dataclass(frozen=True, slots=True)
class ConfigText:
    """The lines that configure something, in order; heads and comments are left out."""

    entries: tuple[ConfigEntry, ...]

    def top(self, pattern: re.Pattern[str]) -> Iterator[tuple[ConfigEntry, re.Match[str]]]:
        """Unindented lines that match as a whole."""
        for entry in self.entries:
            match = pattern.fullmatch(entry.text) if not entry.depth else None
            if match:
                yield entry, match

    def under(self, parent: ConfigEntry) -> Iterator[ConfigEntry]:
        """The lines indented below one line, down to the next that is not."""
        start = self.entries.index(parent) + 1
        for entry in self.entries[start:]:
            if entry.depth <= parent.depth:
                return
            yield entry


@lru_cache(maxsize=8)
def read_config(text: str) -> ConfigText:
    """The tree of one text; several extractors share it."""
    entries: list[ConfigEntry] = []
    section, banner_mark = "", ""
    for number, line in enumerate(text_lines(text), 1):
        if banner_mark:
            entries.append(ConfigEntry(number, 1, line, section))
            banner_mark = "" if banner_mark in line else banner_mark
            continue
        if not line or _COMMENT.match(line):
            continue
        body = line.lstrip()
        depth = len(line) - len(body)
        entries.append(ConfigEntry(number, depth, body, section if depth else ""))
        if not depth:
            section = body
            banner = _BANNER.fullmatch(body)
            if (
                banner
                and banner["mark"] in ("^C", "#", "@", "%", "$", "~", "*")
                and banner["mark"] not in banner["text"]
            ):
                banner_mark = banner["mark"]
    return ConfigText(tuple(entries))
