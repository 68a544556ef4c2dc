"""`show running-config` of the ASA."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.lab.config_tree import ConfigTree, Line

_SPACED = ("interface ", "router ", "class-map ", "policy-map ")


def lines_of(config: ConfigTree) -> list[str]:
    """The configuration without head, tail and separators."""
    return [text for line in config.root.children for text in _section(line)]


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
    for line in config.root.children:
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
