"""`show running-config` of the ASA."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bothways.lab.config_tree import ConfigTree, Line

_OBJECT = "object network "
_NAT_RANK = 79
_SPACED = ("interface ", "router ", "class-map ", "policy-map ")


def lines_of(config: ConfigTree) -> list[str]:
    """The configuration without head, tail and separators."""
    return [text for line in printed(config) for text in _section(line)]


def printed(config: ConfigTree) -> Iterator[Line]:
    """The global lines as they are printed: what an object translates comes apart from what it holds."""
    children = config.root.children
    translated = [line for line in children if line.text.startswith(_OBJECT) and line.texts("nat ")]
    for line in children:
        if line.rank >= _NAT_RANK:
            yield from (_part(one, nat=True) for one in translated)
            translated = []
        yield _part(line, nat=False) if line.text.startswith(_OBJECT) else line
    yield from (_part(one, nat=True) for one in translated)


def _part(line: Line, *, nat: bool) -> Line:
    return replace(line, children=[one for one in line.children if one.text.startswith("nat ") is nat])


def render(config: ConfigTree, version: str, model: str, serial: str, checksum: str) -> str:
    """The whole text, from `: Saved` to `: end`."""
    head = [
        ": Saved",
        ":",
        f": Serial Number: {serial}",
        f": Hardware:   {model}, 512 MB RAM, CPU Geode 500 MHz",
    ]
    body = [*head, ":", f"ASA Version {version} ", "!"]
    before_spaced = False
    for line in printed(config):
        spaced = line.text.startswith(_SPACED)
        if (spaced or before_spaced) and body[-1] != "!":
            body.append("!")
        before_spaced = spaced
        body += _section(line)
    words = checksum.replace(" ", "")
    return "\n".join([*body, f"Cryptochecksum:{words}", ": end", ""])


def _section(line: Line) -> Iterator[str]:
    yield line.text
    children = [child.text for child in line.children]
    for child in line.children:
        yield f" {child.text}"
        for grandchild in child.children:
            yield f"  {grandchild.text}"
    if line.text.startswith("interface Vlan"):
        for word in ("nameif", "security-level", "ip address"):
            if not any(one.startswith(word) for one in children):
                yield f" no {word}"
