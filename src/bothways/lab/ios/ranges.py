"""Interface names: short ones, and ranges of them."""

from __future__ import annotations

import re

_RANGE = re.compile(r"interface range (?P<list>\S.*)")
_SPAN = re.compile(r"(?P<start>\D+(?:\d+/)*)(?P<first>\d+)(?: - (?P<last>\d+))?")


def short(name: str) -> str:
    """`Fa0/1`, `Vl10`, `Gi0/1`."""
    letters = name.rstrip("0123456789/.")
    return letters[:2] + name[len(letters) :]


def named_in_range(header: str) -> list[str]:
    """The interfaces of `interface range GigabitEthernet1/1 - 4 , GigabitEthernet1/10`, each once.

    Empty when a part of the list is no interface, or counts down.
    """
    found = _RANGE.fullmatch(header)
    names: dict[str, None] = {}
    for part in found["list"].split(" , ") if found else ():
        span = _SPAN.fullmatch(part)
        numbers = range(int(span["first"]), int(span["last"] or span["first"]) + 1) if span else range(0)
        if span is None or not numbers:
            return []
        names |= dict.fromkeys(f"{span['start']}{number}" for number in numbers)
    return list(names)
