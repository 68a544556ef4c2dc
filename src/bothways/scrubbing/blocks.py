"""Keys, certificates and banners: text of many lines between a head and an end."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_ARMOURED = re.compile(
    r"^[ \t]*-{4,5} ?BEGIN [^\n-]*-{4,5}[ \t]*\r?\n(.*?)(?=^[ \t]*-{4,5} ?END|\Z)", re.MULTILINE | re.DOTALL
)
_HEXADECIMAL = re.compile(
    r"^[ \t]*(?:certificate\b[^\n]*|key-string[ \t]*\r?|ssh authentication pkf[^\n]*)\n"
    r"(.*?)(?=^[ \t]*(?:quit|exit)\b|\Z)",
    re.MULTILINE | re.DOTALL,
)
_NUMBERED = re.compile(r"^[ \t]*certificate (?:[a-z-]+ )*([0-9A-Fa-f]{6,})[ \t\r]*$", re.MULTILINE)
_OF_A_KEY = re.compile(r"^[ \t]*([0-9A-Za-z+/=:. -]{2,}?)[ \t\r]*$", re.MULTILINE)
_BANNER = re.compile(r"^banner \w+ (\^C(?=C?$)C?|\^C|[^\s\w])(.*?)(?:\^C|\1)", re.MULTILINE | re.DOTALL)


def key_spans(text: str) -> Iterator[Span]:
    """Every line of a certificate or a key."""
    for pattern in (_ARMOURED, _HEXADECIMAL):
        for block in pattern.finditer(text):
            for line in _OF_A_KEY.finditer(text, *block.span(1)):
                yield line.span(1)
    for number in _NUMBERED.finditer(text):
        yield number.span(1)


def banner_spans(text: str) -> Iterator[Span]:
    """Every line of a banner that says something."""
    for block in _BANNER.finditer(text):
        at = block.start(2)
        for line in block[2].splitlines(keepends=True):
            said = line.strip()
            if sum(letter.isalnum() for letter in said) > 1:
                start = at + line.index(said)
                yield start, start + len(said)
            at += len(line)
