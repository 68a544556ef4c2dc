"""A table of device state: columns, plus the text line each row came from.

Small and big tables have one interface. Columns are numpy arrays: addresses and numbers as
int64, every other value as a code into a vocabulary, so a million connections fit in tens of
megabytes; `row(i)` makes a frozen value on demand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from ipaddress import IPv4Address
from typing import Any, Generic, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

_NO_NUMBER = -(2**62)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Base of all rows. `line` is the 1-based line of the command's text the row came from."""

    line: int


R = TypeVar("R", bound=Row)


_KINDS_SEEN: dict[type[Row], dict[str, str]] = {}


def _kinds(row_type: type[Row]) -> dict[str, str]:
    """Field name to column kind: `number`, `address` or `word` (any hashable value, coded)."""
    if row_type in _KINDS_SEEN:
        return _KINDS_SEEN[row_type]
    hints = get_type_hints(row_type)
    kinds: dict[str, str] = {}
    for field in fields(row_type):
        hint = hints[field.name]
        if hint in (int, int | None):
            kinds[field.name] = "number"
        elif hint in (IPv4Address, IPv4Address | None):
            kinds[field.name] = "address"
        else:
            kinds[field.name] = "word"
    _KINDS_SEEN[row_type] = kinds
    return kinds


class Table(Generic[R]):
    """Rows of one kind from one command.

    Attributes:
        row_type: the frozen dataclass `row` makes.
        command: the command whose text the lines count in.
        unknown: 1-based lines that no rule of the parser recognised; kept, counted, never fatal.
    """

    def __init__(
        self,
        row_type: type[R],
        command: str,
        columns: dict[str, NDArray[np.int64]],
        vocabularies: dict[str, list[Any]],
        unknown: tuple[int, ...] = (),
    ) -> None:
        self.row_type = row_type
        self.command = command
        self.unknown = unknown
        self._columns = columns
        self._vocabularies = vocabularies

    def __len__(self) -> int:
        return len(self._columns["line"])

    def __iter__(self) -> Iterator[R]:
        return (self.row(index) for index in range(len(self)))

    def column(self, name: str) -> NDArray[np.int64]:
        """The raw column: numbers, addresses as integers (-1 for none), or codes of `vocabulary`."""
        return self._columns[name]

    def vocabulary(self, name: str) -> list[Any]:
        """The values that the codes of a word column stand for."""
        return self._vocabularies[name]

    def row(self, index: int) -> R:
        """The frozen row at `index`."""
        values: dict[str, Any] = {}
        for name, kind in _kinds(self.row_type).items():
            number = int(self._columns[name][index])
            if kind == "number":
                values[name] = None if number == _NO_NUMBER else number
            elif kind == "address":
                values[name] = None if number < 0 else IPv4Address(number)
            else:
                values[name] = self._vocabularies[name][number]
        return self.row_type(**values)

    def where(self, **wanted: Any) -> list[R]:
        """The rows whose fields equal all of `wanted`, found on the columns."""
        hits = np.ones(len(self), dtype=bool)
        for name, value in wanted.items():
            hits &= self._columns[name] == self._encoded(name, value)
        return [self.row(int(index)) for index in np.flatnonzero(hits)]

    def only(self, wanted: Sequence[bool]) -> Table[R]:
        """The same table with those rows alone for which `wanted` says so."""
        kept = np.array(wanted, dtype=bool)
        columns = {name: values[kept] for name, values in self._columns.items()}
        return Table(self.row_type, self.command, columns, self._vocabularies, self.unknown)

    def _encoded(self, name: str, value: Any) -> int:
        kind = _kinds(self.row_type)[name]
        if kind == "number":
            return _NO_NUMBER if value is None else int(value)
        if kind == "address":
            return -1 if value is None else int(value)
        try:
            return self._vocabularies[name].index(value)
        except ValueError:
            return -1


class TableBuilder(Generic[R]):
    """Collects rows, one `add` each, and what the parser did not know."""

    def __init__(self, row_type: type[R], command: str) -> None:
        self._row_type = row_type
        self._command = command
        self._kinds = _kinds(row_type)
        self._values: dict[str, list[int]] = {name: [] for name in self._kinds}
        self._codes: dict[str, dict[Any, int]] = {
            name: {} for name, kind in self._kinds.items() if kind == "word"
        }
        self._unknown: list[int] = []

    def add(self, **values: Any) -> None:
        """One row; every field of the row type must be named."""
        for name, kind in self._kinds.items():
            value = values[name]
            if kind == "number":
                self._values[name].append(_NO_NUMBER if value is None else value)
            elif kind == "address":
                self._values[name].append(-1 if value is None else int(value))
            else:
                codes = self._codes[name]
                self._values[name].append(codes.setdefault(value, len(codes)))

    def unknown(self, line: int) -> None:
        """Note a line (1-based) that no rule recognised."""
        self._unknown.append(line)

    def table(self) -> Table[R]:
        """The finished table."""
        columns = {name: np.array(values, dtype=np.int64) for name, values in self._values.items()}
        vocabularies = {name: list(codes) for name, codes in self._codes.items()}
        return Table(self._row_type, self._command, columns, vocabularies, tuple(self._unknown))


@dataclass(frozen=True, slots=True)
class Source:
    """Where a platform's table comes from: the command to ask and the parser of its text.

    `parse(text, command)` returns the table; it never raises for a line it does not know. The rows of a
    `positive` table stand each for itself: those of a part of the text hold whatever the rest says.
    """

    command: str
    parse: Callable[[str, str], Table[Any]]
    positive: bool = False
