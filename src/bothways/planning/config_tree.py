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
        return _named(self.under(section), text) if section else _named(self._root.below, text)

    def under(self, section: str) -> Iterator[Line]:
        """The lines under a section, however often the device prints its head."""
        for top in self._root.below:
            if top.text.rstrip() == section:
                yield from (line for line in top.walk() if line is not top)

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
            parent = self._apart(body) or self._at[-1]
            parent.below = [other for other in parent.below if other.text.rstrip() != body]
            self._drop_empty(parent)
        elif not self._filing.unfiled.match(line):
            parent = self._apart(line, make=True) or self._at[-1]
            filed = _named(parent.below, line) or self._insert(parent, line)
            if self._opens(line):
                self._at.append(filed)

    def _apart(self, body: str, *, make: bool = False) -> Line | None:
        """The second head under which the device prints the line; None for one it prints where it belongs."""
        head, apart = self._at[-1].text, self._filing.apart
        if not apart.match(f"{head} {body}"):
            return None
        for top in self._root.below:
            if top.text == head and any(apart.match(f"{head} {line.text}") for line in top.below):
                return top
        return self._insert(self._root, head, self._filing.apart_as) if make else None

    def _drop_empty(self, head: Line) -> None:
        """A second head goes with its last line."""
        first = _named(self._root.below, head.text.rstrip())
        if not head.below and first is not None and first is not head:
            self._root.below = [top for top in self._root.below if top is not head]

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

    def _insert(self, parent: Line, text: str, ranked_as: str = "") -> Line:
        filing = self._filing
        order = filing.order if parent is self._root else filing.inner_order.get(parent.text.split()[0], ())
        new = Line(text, parent.indent + 1)
        mine = rank(ranked_as or text, order)
        place = len(parent.below)
        if mine >= 0:
            # Behind the last line of its own or an earlier kind; unranked lines go with what is before them.
            ranks = _running([rank(line.text, order) for line in parent.below])
            place = next((at for at, other in enumerate(ranks) if other > mine), place)
        if filing.by_number.match(text):
            later = (at for at, line in enumerate(parent.below) if self._sorts_after(line.text, text))
            place = next(later, place)
        parent.below.insert(self._among_kin(parent, text, place), new)
        return new

    def _among_kin(self, parent: Line, text: str, place: int) -> int:
        """The place among others of its name, where there are any."""
        mine = self._filing.kin.match(text)
        lines = ((at, self._filing.kin.match(line.text)) for at, line in enumerate(parent.below))
        same = [(at, int(kin["number"])) for at, kin in lines if mine and kin and kin["of"] == mine["of"]]
        if mine is None or not same:
            return place
        return next((at for at, number in same if number > int(mine["number"])), same[-1][0] + 1)

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
