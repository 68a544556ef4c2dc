"""Command words: patterns compiled to a graph, and typed lines matched against it by unique beginnings.

A pattern is written as the vendor's manual writes it:
`show ip route [ <ip> [ <mask> ] ]`, `( permit | deny )`, `<line>` for the rest of the line.
A part in angle brackets may be several words by a macro, see `MACROS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from bothways.lab.cli.arguments import GLUED, MACROS, read_argument

T = TypeVar("T")
_PIECE = re.compile(r"\(|\)|\[|\]|\||<[\w.-]+>|[^\s()\[\]|<>]+")
_WORD = re.compile(r"\S+")
_LISTED = re.compile(r",|[^,]+")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A line that the grammar knows.

    Attributes:
        meaning: what the pattern stands for.
        words: the line in full words.
    """

    meaning: T
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line in full words, one blank between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Invalid:
    """A word that fits nowhere: `column` counts from the first character typed."""

    column: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A beginning that fits several words."""

    text: str


@dataclass(frozen=True, slots=True)
class Incomplete:
    """Words are missing at the end."""


Mistake = Invalid | Ambiguous | Incomplete


@dataclass(eq=False, slots=True)
class _Node(Generic[T]):
    keywords: dict[str, list[_Node[T]]] = field(default_factory=dict)
    arguments: list[tuple[str, _Node[T]]] = field(default_factory=list)
    meaning: T | None = None


_State = tuple["_Node[T]", tuple[str, ...]]


class Grammar(Generic[T]):
    """Patterns with meanings; earlier ones win where two fit the same line."""

    def __init__(self, patterns: Iterable[tuple[str, T]]) -> None:
        self._root: _Node[T] = _Node()
        for pattern, meaning in patterns:
            pieces = _PIECE.findall(_expanded(pattern))
            compiler: _Compiler[T] = _Compiler(pieces)
            for tail in compiler.build([self._root]):
                if tail.meaning is None:
                    tail.meaning = meaning

    def match(self, line: str) -> Match[T] | Mistake:
        """Find what a line means."""
        states: list[_State[T]] = [(self._root, ())]
        for found in _WORD.finditer(line):
            rest = _rest_of_line(states, line[found.start() :].rstrip())
            if rest is not None:
                return rest
            step = _advance_list(states, found.group())
            if isinstance(step, Ambiguous):
                return Ambiguous(line.strip())
            if isinstance(step, int):
                return Invalid(found.start() + step)
            states = step
        for node, words in states:
            if node.meaning is not None:
                return Match(node.meaning, words)
        return Incomplete()

    def next_words(self, line: str) -> list[str]:
        """What `?` shows: keywords, arguments in angle brackets, `<cr>` when the line may end."""
        states: list[_State[T]] = [(self._root, ())]
        finished, _, begun = line.rpartition(" ")
        for word in finished.split():
            step = _advance(states, word)
            if isinstance(step, Ambiguous | int):
                return []
            states = step
        found = {key for node, _ in states for key in node.keywords if key.startswith(begun.lower())}
        if not begun:
            found |= {f"<{name}>" for node, _ in states for name, _ in node.arguments}
            found |= {"<cr>" for node, words in states if node.meaning is not None and words}
        return sorted(found)


def _rest_of_line(states: Sequence[_State[T]], rest: str) -> Match[T] | None:
    for node, words in states:
        for name, target in node.arguments:
            if name == "line" and target.meaning is not None:
                return Match(target.meaning, (*words, rest))
    return None


def _advance_list(states: Sequence[_State[T]], word: str) -> list[_State[T]] | Ambiguous | int:
    """As `_advance`; what is no word as it stands may be several with commas, which need no blanks."""
    step = _advance(states, word)
    if not isinstance(step, int) or "," not in word:
        return step
    begun, reached = 0, list(states)
    for part in _LISTED.findall(word):
        further = _advance(reached, part)
        if isinstance(further, Ambiguous):
            return further
        if isinstance(further, int):
            return begun + further
        begun, reached = begun + len(part), further
    return reached


def _advance(states: Sequence[_State[T]], word: str) -> list[_State[T]] | Ambiguous | int:
    """The states after one word, or how far the word went before it failed."""
    lower = word.lower()
    known = {key for node, _ in states for key in node.keywords}
    fitting = {key for key in known if key.startswith(lower)}
    if lower in fitting:
        fitting = {lower}
    if len(fitting) == 1:
        keyword = fitting.pop()
        return [
            (target, (*words, keyword)) for node, words in states for target in node.keywords.get(keyword, ())
        ]
    reached = list(_by_argument(states, word))
    if reached:
        return reached
    if fitting:
        return Ambiguous(word)
    return max((_shared(lower, key) for key in known), default=0)


def _by_argument(states: Sequence[_State[T]], word: str) -> Iterator[_State[T]]:
    for node, words in states:
        for name, target in node.arguments:
            value = read_argument(name, word)
            if value is None:
                continue
            if name in GLUED:
                yield target, (*words[:-1], words[-1] + value)
            else:
                yield target, (*words, value)


def _shared(word: str, keyword: str) -> int:
    """Length of the common beginning: the caret stands under the first character that is wrong."""
    return next((at for at, (a, b) in enumerate(zip(word, keyword, strict=False)) if a != b), len(keyword))


def _expanded(pattern: str) -> str:
    for name, meaning in MACROS.items():
        pattern = pattern.replace(f"<{name}>", meaning)
    return pattern


class _Compiler(Generic[T]):
    """Recursive descent over the pieces of one pattern."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = list(pieces)
        self._at = 0

    def build(self, heads: list[_Node[T]]) -> list[_Node[T]]:
        """Nodes in which a line may end that began in `heads`."""
        starts = heads
        ends: list[_Node[T]] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            if piece in (")", "]"):
                break
            if piece == "|":
                ends += heads
                heads = starts
            elif piece == "[":
                heads = _unique([*heads, *self.build(heads)])
            elif piece == "(":
                heads = self.build(heads)
            else:
                heads = [_joined(heads, piece)]
        return _unique([*ends, *heads])


def _joined(heads: list[_Node[T]], piece: str) -> _Node[T]:
    target: _Node[T] = _Node()
    for head in heads:
        if piece.startswith("<"):
            head.arguments.append((piece[1:-1], target))
        else:
            head.keywords.setdefault(piece, []).append(target)
    return target


def _unique(nodes: list[_Node[T]]) -> list[_Node[T]]:
    return list({id(node): node for node in nodes}.values())
