"""A configuration as a tree of lines: the one truth from which everything else is compiled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """How one kind of line behaves.

    Attributes:
        pattern: of the whole line, without `no`.
        slot: which lines replace each other, as a template over the pattern's groups;
            "" when every text is a line of its own.
        rank: its place in the running configuration.
        sort: whether lines of this rank are put in the order of their text's numbers.
    """

    pattern: re.Pattern[str]
    slot: str = ""
    rank: int = 500
    sort: bool = False


def rule(pattern: str, slot: str = "", rank: int = 500, *, sort: bool = False) -> Rule:
    """A rule from the text of its pattern."""
    return Rule(re.compile(pattern), slot, rank, sort)


@dataclass
class Line:
    """One line and those that stand under it.

    Attributes:
        text: the line.
        rank, slot: see `Rule`.
        children: the lines of its section, in order.
        number: of an access list entry, where the platform numbers them; it is not printed.
    """

    text: str
    rank: int = 0
    slot: str = ""
    children: list[Line] = field(default_factory=list)
    number: int = 0

    def texts(self, prefix: str = "") -> list[str]:
        """The lines under this one that begin so."""
        return [child.text for child in self.children if child.text.startswith(prefix)]

    def first(self, prefix: str) -> str | None:
        """What follows the prefix in the first line that begins so."""
        for child in self.children:
            if child.text.startswith(prefix):
                return child.text[len(prefix) :]
        return None

    def has(self, text: str) -> bool:
        """Whether exactly this line stands under it."""
        return any(child.text == text for child in self.children)


class ConfigTree:
    """Lines in the order in which a platform prints them.

    Attributes:
        root: holds the global lines.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.root = Line("")
        self._rules = rules

    def section(self, path: Sequence[str]) -> Line | None:
        """The line whose children stand in that section."""
        here = self.root
        for header in path:
            slot = self._slot(header)[0]
            found = next((child for child in here.children if child.slot == slot), None)
            if found is None:
                return None
            here = found
        return here

    def sections(self, prefix: str) -> Iterator[Line]:
        """Global lines that begin so."""
        return (child for child in self.root.children if child.text.startswith(prefix))

    def find(self, path: Sequence[str], text: str) -> Line | None:
        """The line that such a line would replace."""
        parent = self.section(path)
        slot = self._slot(text)[0]
        return next((child for child in parent.children if child.slot == slot), None) if parent else None

    def put(self, path: Sequence[str], text: str, before: Line | None = None) -> Line:
        """Enter a line, in the place of the one whose slot it takes.

        Args:
            path: headers of the sections, made where they are missing.
            text: the line.
            before: a line under the same section to stand in front of.
        """
        parent = self._made(path)
        slot, found = self._slot(text)
        for child in parent.children:
            if child.slot == slot:
                child.text = text
                return child
        line = Line(text, found.rank if found else 500, slot)
        at = parent.children.index(before) if before else self._place(parent, line, found)
        parent.children.insert(at, line)
        return line

    def drop(self, path: Sequence[str], text: str) -> bool:
        """Take a line away: the very line, or all that begin with those words."""
        parent = self.section(path)
        if parent is None:
            return False
        gone = [child for child in parent.children if child.text == text]
        if not gone:
            gone = [child for child in parent.children if child.text.startswith(f"{text} ")]
        if not gone:
            slot = self._slot(text)[0]
            gone = [child for child in parent.children if child.slot == slot and child.children]
        for child in gone:
            parent.children.remove(child)
        return bool(gone)

    def _made(self, path: Sequence[str]) -> Line:
        here = self.root
        for depth, header in enumerate(path):
            here = self.section(path[: depth + 1]) or self.put(path[:depth], header)
        return here

    def _slot(self, text: str) -> tuple[str, Rule | None]:
        for candidate in self._rules:
            found = candidate.pattern.fullmatch(text)
            if found:
                slot = candidate.slot.format(*found.groups(), **found.groupdict()) if candidate.slot else text
                return slot, candidate
        return text, None

    def _place(self, parent: Line, line: Line, found: Rule | None) -> int:
        key = _numbers(line.text) if found and found.sort else None
        for at, child in enumerate(parent.children):
            if child.rank > line.rank:
                return at
            if key is not None and child.rank == line.rank and _numbers(child.text) > key:
                return at
        return len(parent.children)


def _numbers(text: str) -> list[tuple[int, int | str]]:
    """A text as people sort it: FastEthernet0/2 before FastEthernet0/10, Vlan10 before Vlan172."""
    parts = re.findall(r"\d+|\D+", text)
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts]


def read_lines(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """A configuration text as (sections, line) in the order of the text."""
    stack: list[tuple[int, str]] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith(("!", ":")):
            continue
        indent = len(raw) - len(raw.lstrip())
        while stack and stack[-1][0] >= indent:
            stack.pop()
        yield tuple(header for _, header in stack), line
        stack.append((indent, line))
