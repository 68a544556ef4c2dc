"""A configuration as a value: lines with their indentation and the section they stand under."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from bothways.platforms.lines import text_lines

_COMMENT = re.compile(
    r"\s*!|:|Building configuration\.\.\.|Current configuration ?:|Using \d+ out of|Cryptochecksum:|end$"
)
# IOS prints the delimiter of a banner as ^C, whatever was typed; an ASA has one `banner` command a line.
_BANNER = re.compile(r"banner [a-z-]+ \^C(?P<text>.*)")
_BANNER_END = "^C"


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
        start = bisect_right(self.entries, parent.number, key=lambda entry: entry.number)
        for entry in islice(self.entries, start, None):
            if entry.depth <= parent.depth:
                return
            yield entry


@lru_cache(maxsize=8)
def read_config(text: str) -> ConfigText:
    """The tree of one text; several extractors share it."""
    entries: list[ConfigEntry] = []
    section, in_banner = "", False
    for number, line in enumerate(text_lines(text), 1):
        if in_banner:
            entries.append(ConfigEntry(number, 1, line, section))
            in_banner = _BANNER_END not in line
            continue
        if not line or _COMMENT.match(line):
            continue
        body = line.lstrip()
        depth = len(line) - len(body)
        entries.append(ConfigEntry(number, depth, body, section if depth else ""))
        if not depth:
            section = body
            banner = _BANNER.fullmatch(body)
            in_banner = banner is not None and _BANNER_END not in banner["text"]
    return ConfigText(tuple(entries))
