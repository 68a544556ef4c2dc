"""A running configuration as lines with their place, and what distinguishes two of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator

from bothways.platforms.secrets import without_secret

Config = tuple[str, ...]
"""Normalised lines, indentation kept."""


def placed(config: Config) -> Iterator[tuple[str, str]]:
    """Each line with the unindented line it stands under ("" for an unindented one)."""
    section = ""
    for line in config:
        text = line.strip()
        if line[:1].isspace():
            yield section, text
        else:
            section = text
            yield "", text


def stands(config: Config, section: str, text: str) -> bool:
    """Whether a line is there, in that section."""
    return (section, text) in set(placed(config))


def differences(before: Config, after: Config) -> tuple[tuple[str, str, str], ...]:
    """What came and what went, as (sign, section, line) in the order of the configurations."""
    old, new = Counter(placed(before)), Counter(placed(after))
    gone, come = old - new, new - old
    went = [("-", *line) for line in placed(before) if _taken(gone, line)]
    came = [("+", *line) for line in placed(after) if _taken(come, line)]
    return (*went, *came)


def told(lines: tuple[tuple[str, str, str], ...], most: int = 8) -> str:
    """Differences as a sentence quotes them."""
    shown = [
        f"`{sign} {without_secret(text)}`" + (f" under `{without_secret(section)}`" if section else "")
        for sign, section, text in lines
    ]
    more = [f"and {len(shown) - most} more"] if len(shown) > most else []
    return ", ".join(shown[:most] + more)


def digest(config: Config) -> str:
    """The same digest that binds a plan."""
    return hashlib.sha256("\n".join(config).encode()).hexdigest()


def _taken(counter: Counter[tuple[str, str]], line: tuple[str, str]) -> bool:
    if counter[line] <= 0:
        return False
    counter[line] -= 1
    return True
