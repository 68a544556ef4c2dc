"""`interface range`: one line under many interfaces, which the configuration shows under each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bothways.planning.config_order import Filing

_RANGE = re.compile(r"interface range (?P<start>\S*?)(?P<first>\d+) - (?P<last>\d+)")


def spread(lines: Iterable[str], filing: Filing) -> Iterator[str]:
    """The lines as they would be typed without ranges.

    Args:
        lines: without indentation.
        filing: tells which line leaves a section.
    """
    headers: list[str] = []
    inside: list[str] = []
    for line in lines:
        body = line.removeprefix("no ")
        if headers and line != "exit" and not (filing.top.match(body) or filing.sections.match(body)):
            inside.append(line)
            continue
        yield from _under_each(headers, inside)
        inside = []
        headers = interfaces(line)
        if not headers:
            yield line
    yield from _under_each(headers, inside)


def interfaces(line: str) -> list[str]:
    """The headers that a range stands for; none for any other line."""
    found = _RANGE.fullmatch(line)
    if found is None:
        return []
    numbers = range(int(found["first"]), int(found["last"]) + 1)
    return [f"interface {found['start']}{number}" for number in numbers]


def _under_each(headers: list[str], inside: list[str]) -> Iterator[str]:
    for header in headers:
        yield header
        yield from inside
