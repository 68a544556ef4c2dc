"""`show running-config` of the 3560."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.lab.config_tree import ConfigTree, Line

_SPACED = ("interface ", "router ", "route-map ", "line ", "vlan ", "class-map ", "policy-map ", "archive")


def lines_of(config: ConfigTree) -> list[str]:
    """The configuration without head, tail and separators."""
    return [text for line in config.root.children for text in _section(line)]


def render(config: ConfigTree) -> str:
    """The whole text, from `Building configuration...` to `end`."""
    body: list[str] = []
    before = ""
    for line in config.root.children:
        group = _group(line)
        if group != before or line.text.startswith(_SPACED):
            body.append("!")
        before = group
        body += _section(line)
    text = "\n".join([*body, "end", ""])
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n{text}"


def _group(line: Line) -> str:
    return line.text.split()[0] if line.text.split()[0] not in ("ip", "no") else str(line.rank)


def _section(line: Line) -> Iterator[str]:
    yield line.text
    children = [child.text for child in line.children]
    if line.text.startswith("interface Vlan") and not any(one.startswith("ip address") for one in children):
        yield " no ip address"
    for child in line.children:
        yield f" {child.text}"
        for grandchild in child.children:
            yield f"  {grandchild.text}"
