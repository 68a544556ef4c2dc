"""Line by line through a command's text: each line ends as a row, as known, or as unknown."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any, Generic

from bothways.state.tables import R, Table, TableBuilder

LONGEST_LINE = 4096
"""Longer lines are not looked at: no device prints them, and they only cost time."""

NOTHING = re.compile(r"(?!)")


def known(*starts: str) -> re.Pattern[str]:
    """A pattern of the lines a parser recognises without making a row; matched at the line's start."""
    return re.compile("|".join(f"(?:{start})" for start in starts), re.ASCII)


def text_lines(text: str) -> list[str]:
    """The lines as `Output.text` counts them, without carriage returns and trailing blanks."""
    return [line.rstrip() for line in text.replace("\r", "").split("\n")]


class LineParser(ABC, Generic[R]):
    """One parse of one text.

    A line that `take` refuses and `known` does not match is counted as unknown, so nothing is dropped
    by oversight.
    """

    known: re.Pattern[str] = NOTHING

    def __init__(self, row_type: type[R], command: str) -> None:
        self.rows = TableBuilder(row_type, command)
        self._unknown: list[int] = []

    @abstractmethod
    def take(self, number: int, line: str) -> bool:
        """Whether the line (never blank, right-stripped) is a row or a part of one."""

    def finish(self) -> None:
        """Called once after the last line, for rows that span several."""

    def add(self, **values: Any) -> bool:
        """One row; True, so that `take` can return it."""
        self.rows.add(**values)
        return True

    def give_up(self, number: int) -> None:
        """A line that was taken and proved to be worth nothing."""
        self._unknown.append(number)

    def read(self, text: str) -> Table[R]:
        """The table of the whole text."""
        for number, line in enumerate(text_lines(text), 1):
            if not line:
                continue
            readable = len(line) <= LONGEST_LINE
            if not readable or not (self.take(number, line) or self.known.match(line)):
                self._unknown.append(number)
        self.finish()
        for number in sorted(set(self._unknown)):
            self.rows.unknown(number)
        return self.rows.table()
