"""A running configuration as a tree that lines can be typed into: what it will read afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bothways.network import PlatformName
from bothways.planning.config_order import FILING, rank
from bothways.planning.ranges import spread

_NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass
class Line:
    """One line; `text` is without indentation."""

    text: str
    indent: int
    below: list[Line] = field(default_factory=list)

    def walk(self) -> Iterator[Line]:
        """The line and everything under it, as printed."""
        yield self
        for line in self.below:
            yield from line.walk()


class ConfigTree:
    """A configuration that can be typed into. Text that nothing was typed into comes out as it went in."""

    def __init__(self, text: str, platform: PlatformName) -> None:
        self._filing = FILING[platform]
        self._step = 1
        self._root = Line("", -1)
        self._read(text)
        self._at: list[Line] = [self._root]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> tuple[str, ...]:
        """The lines as the device prints them."""
        return tuple(" " * line.indent + line.text for top in self._root.below for line in top.walk())

    def placed(self) -> Iterator[tuple[str, str]]:
        """Each line with the unindented line it stands under, "" for an unindented one."""
        for top in self._root.below:
            for line in top.walk():
                yield ("" if line is top else top.text.rstrip()), line.text.rstrip()

    def find(self, text: str, section: str = "") -> Line | None:
        """A global line, or a line anywhere under a section."""
        if not section:
            return _named(self._root.below, text)
        parent = _named(self._root.below, section)
        return (
            None if parent is None else _named((line for line in parent.walk() if line is not parent), text)
        )

    def type(self, lines: Iterable[str]) -> None:
        """Type lines in configuration mode, beginning at its top."""
        self._at = [self._root]
        for line in spread((line.strip() for line in lines), self._filing):
            self._type(line)

    def _type(self, line: str) -> None:
        body = line.removeprefix("no ")
        if line == "exit":
            self._at = self._at[:-1] or self._at
            return
        self._place(body)
        if self._filing.on_by_default.match(body):
            self._switch(line, body)
        elif line != body:
            parent = self._at[-1]
            parent.below = [other for other in parent.below if other.text.rstrip() != body]
        elif not self._filing.unfiled.match(line):
            filed = _named(self._at[-1].below, line) or self._insert(self._at[-1], line)
            if self._opens(line):
                self._at.append(filed)

    def _switch(self, line: str, body: str) -> None:
        """What is on by default is no line when it is on, and a `no` when it is off."""
        self._root.below = [other for other in self._root.below if other.text.rstrip() != f"no {body}"]
        if line != body:
            self._insert(self._root, line)

    def _place(self, body: str) -> None:
        """Leave the sections that the line does not belong to."""
        filing = self._filing
        if filing.top.match(body) or (filing.sections.match(body) and not self._is_inner(body)):
            self._at = [self._root]
        elif self._is_inner(body):
            self._at = self._at[:2]

    def _is_inner(self, body: str) -> bool:
        return len(self._at) > 1 and self._filing.inner.match(body) is not None

    def _opens(self, line: str) -> bool:
        return self._is_inner(line) or self._filing.sections.match(line) is not None

    def _insert(self, parent: Line, text: str) -> Line:
        filing = self._filing
        order = filing.order if parent is self._root else filing.inner_order.get(parent.text.split()[0], ())
        new = Line(text, parent.indent + 1)
        mine = rank(text, order)
        place = len(parent.below)
        if mine >= 0:
            # Behind the last line of its own or an earlier kind; unranked lines go with what is before them.
            ranks = _running([rank(line.text, order) for line in parent.below])
            place = next((at for at, other in enumerate(ranks) if other > mine), place)
        if filing.by_number.match(text):
            later = (at for at, line in enumerate(parent.below) if self._sorts_after(line.text, text))
            place = next(later, place)
        parent.below.insert(place, new)
        return new

    def _sorts_after(self, text: str, other: str) -> bool:
        return self._filing.by_number.match(text) is not None and _numbers(text) > _numbers(other)

    def _read(self, text: str) -> None:
        stack = [self._root]
        for raw in text.split("\n"):
            body = raw.lstrip(" ")
            indent = len(raw) - len(body)
            while indent <= stack[-1].indent:
                stack.pop()
            line = Line(body, indent)
            stack[-1].below.append(line)
            stack.append(line)


def _running(ranks: list[int]) -> list[int]:
    """Each line's rank, or that of the last ranked line before it; never falling."""
    highest, running = -1, []
    for place in ranks:
        highest = max(highest, place)
        running.append(highest)
    return running


def _numbers(text: str) -> list[int]:
    return [int(number) for number in _NUMBER.findall(text)]


def _named(lines: Iterable[Line], text: str) -> Line | None:
    return next((line for line in lines if line.text.rstrip() == text), None)
