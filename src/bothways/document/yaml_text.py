"""YAML 1.2 with places. ruamel.yaml splits the text; the rest is strict on purpose.

No tags, one document, no key twice, limits on size, depth and what aliases multiply: a file that
describes firewalls must mean one thing only, to every reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from bothways.document.source import Document, Place, Trail, checked_text, read_text, shown
from bothways.errors import DocumentError

_MOST_DEPTH = 50
_MOST_VALUES = 200_000

# The core schema of YAML 1.2: no is a word, 1:30 is a word, a date is a word.
_NULL = re.compile(r"~|null|Null|NULL|")
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,40})")
_PADDED = re.compile(r"[-+]?0[0-9]+")
_BASED = re.compile(r"0o[0-7]{1,30}|0x[0-9a-fA-F]{1,30}")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,3})?")

_HINTS = {
    "found character '\\t' that cannot start any token": "a tab cannot indent: use blanks",
    "mapping values are not allowed here": "a second ': ' on this line: put the text in quotes",
    "found unexpected end of stream": "a quote is never closed",
    "expected the node content, but found '<stream end>'": "a bracket is never closed",
    "expected <block end>, but found '?'": "this line is indented unlike the lines it belongs to",
    "expected <block end>, but found '<block mapping start>'": (
        "this line is indented unlike the lines it belongs to"
    ),
}


def load_yaml(source: Path | str, name: str = "") -> Document:
    """Read YAML from a file, or from text that messages shall call `name`.

    Raises:
        DocumentError: it is not YAML 1.2 as plain data; `where` is file:line:col.
    """
    if isinstance(source, Path):
        name = name or str(source)
        text = read_text(source)
    else:
        name = name or "text"
        text = checked_text(source, name)
    return _Builder(name, text).document()


class _Builder:
    """Turns the parser's events into values; one use."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        # ruamel has no types for its pure parser's event stream.
        self._events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))
        self._keys: dict[Trail, Place] = {}
        self._values: dict[Trail, Place] = {}
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0

    def document(self) -> Document:
        """The one document of the stream; an empty one is None."""
        data = None
        try:
            self._next()
            event = self._next()
            if not isinstance(event, StreamEndEvent):
                self._check_version(event)
                data = self._value(self._next(), ())
                self._next()
                after = self._next()
                if not isinstance(after, StreamEndEvent):
                    raise self._fault(after, "a second document begins; one file holds one")
        except MarkedYAMLError as error:
            raise self._unreadable(error) from None
        except YAMLError as error:
            raise DocumentError(f"{self._name}:1:1", f"is not YAML: {error}".splitlines()[0]) from None
        return Document(self._name, data, self._keys, self._values)

    def _next(self) -> Event:
        return next(self._events)

    def _value(self, event: Event, trail: Trail) -> Any:
        self._values[trail] = _place(event)
        if isinstance(event, AliasEvent):
            return self._alias(event)
        self._spend(event, 1)
        if len(trail) > _MOST_DEPTH:
            raise self._fault(event, f"is nested deeper than {_MOST_DEPTH} levels")
        # NodeEvent declares its tag in untyped slots.
        if (tag := getattr(event, "ctag", None)) is not None:
            raise self._fault(event, f"has the tag {shown(str(tag))}; only plain values are read")
        before = self._count
        if isinstance(event, MappingStartEvent):
            value: Any = self._mapping(trail)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(trail)
        else:
            assert isinstance(event, ScalarEvent)
            value = self._scalar(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, self._count - before + 1)
        return value

    def _mapping(self, trail: Trail) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._next(), MappingEndEvent):
            key = self._key(event)
            place = (*trail, key)
            if key in mapping:
                first = self._keys[place]
                raise self._fault(event, f"key {shown(key)} stands twice, first in line {first[0]}")
            self._keys[place] = _place(event)
            mapping[key] = None
            mapping[key] = self._value(self._next(), place)
        return mapping

    def _key(self, event: Event) -> str:
        if not isinstance(event, ScalarEvent) or getattr(event, "ctag", None) is not None:
            raise self._fault(event, "a key must be plain text")
        if event.value == "<<" and event.style is None:
            raise self._fault(event, "merge keys (<<) are not YAML 1.2; write the keys out")
        self._spend(event, 1)
        return str(event.value)

    def _sequence(self, trail: Trail) -> list[Any]:
        elements: list[Any] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            elements.append(self._value(event, (*trail, len(elements))))
        return elements

    def _scalar(self, event: ScalarEvent) -> Any:
        text = str(event.value)
        if event.style is not None:
            return text
        if _PADDED.fullmatch(text):
            raise self._fault(event, f"{text} has a leading zero; put it in quotes, or leave the zero out")
        return _core_schema(text)

    def _alias(self, event: AliasEvent) -> Any:
        if event.anchor not in self._anchors:
            raise self._fault(event, f"*{event.anchor} names nothing above it")
        value, weight = self._anchors[event.anchor]
        self._spend(event, weight)
        return value

    def _spend(self, event: Event, weight: int) -> None:
        self._count += weight
        if self._count > _MOST_VALUES:
            raise self._fault(event, f"holds over {_MOST_VALUES} values once its aliases are followed")

    def _check_version(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent) and event.version not in (None, (1, 2)):
            raise self._fault(event, "asks for another YAML than 1.2; delete the %YAML line")

    def _fault(self, event: Event, what: str) -> DocumentError:
        line, column = _place(event)
        return DocumentError(f"{self._name}:{line}:{column}", what)

    def _unreadable(self, error: MarkedYAMLError) -> DocumentError:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        problem = str(error.problem or error.context or "cannot be read").splitlines()[0]
        return DocumentError(f"{self._name}:{place}", f"is not YAML: {_HINTS.get(problem, problem)}")


def _place(event: Event) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _core_schema(text: str) -> Any:
    if _NULL.fullmatch(text):
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text
