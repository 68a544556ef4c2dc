"""Times as an ASA prints them: `0:00:28`, `3s`, `2m0s`, `1D5h`, `1Y25D`."""

from __future__ import annotations

import re

from bothways.platforms.columns import NO_NUMBER

_CLOCK = re.compile(r"(\d{1,6}):(\d\d):(\d\d)", re.ASCII)
_UNITS = re.compile(r"(?:\d{1,6}[a-zA-Z])+", re.ASCII)
_UNIT = re.compile(r"(\d{1,6})([a-zA-Z])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "D": 86_400, "w": 604_800, "W": 604_800, "Y": 31_536_000}


def seconds(text: str) -> int:
    """The time in seconds; no number when it is none."""
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, rest = map(int, clock.groups())
        return hours * 3600 + minutes * 60 + rest
    if not _UNITS.fullmatch(text):
        return NO_NUMBER
    parts = _UNIT.findall(text)
    if not all(unit in _SECONDS for _, unit in parts):
        return NO_NUMBER
    return sum(int(number) * _SECONDS[unit] for number, unit in parts)
