"""Interface names: short ones, and ranges of them."""

from __future__ import annotations

import re

_RANGE = re.compile(r"interface range (?P<start>\D+(?:\d+/)*)(?P<first>\d+) - (?P<last>\d+)")


def short(name: str) -> str:
    """`Fa0/1`, `Vl10`, `Gi0/1`."""
    letters = name.rstrip("0123456789/.")
    return letters[:2] + name[len(letters) :]


def named_in_range(header: str) -> list[str]:
    """The interfaces of `interface range GigabitEthernet1/1 - 40`."""
    found = _RANGE.fullmatch(header)
    if found is None:
        return []
    numbers = range(int(found["first"]), int(found["last"]) + 1)
    return [f"{found['start']}{number}" for number in numbers]
