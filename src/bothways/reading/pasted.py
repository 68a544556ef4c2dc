"""A piece of a router's configuration as people paste it: no prompt, no end, no blanks before its lines."""

from __future__ import annotations

import re

_SIGNS = re.compile(
    r"^interface \S+$|^ip nat (?:inside|outside) source |^ip route \d", re.MULTILINE | re.ASCII
)
_SECTION = re.compile(r"interface \S+$|(?:router|route-map|ip access-list|line|class-map|policy-map) \S")
# What is global even where it stands right below an interface whose `!` was cut away with the blanks.
_GLOBAL = re.compile(
    r"ip (?:nat (?:inside|outside) \S|nat pool |route |classless|routing|access-list|http|domain|ssh)|"
    r"(?:no ip (?:classless|http|domain|routing))|access-list |hostname |version |service |end$|logging "
)


def is_configuration(text: str) -> bool:
    """Whether lines stand there that only a configuration of IOS has."""
    return _SIGNS.search(text) is not None


def indented(text: str) -> str:
    """The text with the blanks before the lines of its sections put back, where all of them are gone."""
    lines = text.split("\n")
    if any(line.startswith(" ") for line in lines) or not _SIGNS.search(text):
        return text
    found: list[str] = []
    inside = False
    for line in lines:
        if _SECTION.match(line):
            inside = True
            found.append(line)
            continue
        if not line.strip() or line.startswith("!") or _GLOBAL.match(line):
            inside = False
        found.append(f" {line}" if inside else line)
    return "\n".join(found)
