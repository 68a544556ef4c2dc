"""What one device said at one time: raw text first, tables on access, each row traceable to its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bothways.errors import CouldNotSee
from bothways.state.tables import R, Row, Source, Table
from bothways.state.text_lines import TextLines


@dataclass(frozen=True, slots=True)
class Output:
    r"""One command and the text it printed.

    Attributes:
        command: as sent.
        text: without echo and prompt, lines joined by "\n".
        taken_at: when the text was complete, with zone.
        complete: False when it was cut (time-out, session lost) or the device refused the command.
        refused: the device's own words when it refused, "" otherwise.
        not_read: why Bothways did not ask, "" when it did.
        part: somebody cut it out of the whole text: what it says holds, what it does not say is unknown.
    """

    command: str
    text: str
    taken_at: datetime
    complete: bool = True
    refused: str = ""
    not_read: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a statement comes from. A finding without it is not a finding."""

    device: str
    command: str
    line: int
    text: str
    taken_at: datetime

    def __str__(self) -> str:
        return f"{self.device}: {self.command}:{self.line}: {self.text.strip()}"


class DeviceState:
    """One device in a snapshot.

    Attributes:
        name: its name in the inventory.
        box: the same; of a part of a device that keeps several routing tables, the whole's name.
        vrf: of such a part, "" for the global table.
        parts: filled in by `parts_of`.
        platform: `cisco_asa` or `cisco_ios`.
        outputs: by command.
    """

    def __init__(
        self,
        name: str,
        platform: str,
        outputs: Mapping[str, Output],
        sources: Mapping[type[Row], Source],
    ) -> None:
        self.name = self.box = name
        self.vrf = ""
        self.platform = platform
        self.outputs = outputs
        self._sources = sources
        self._tables: dict[type[Row], Table[Any]] = {}
        self._lines: dict[str, TextLines] = {}
        self.parts: tuple[DeviceState, ...] = ()

    def table(self, row_type: type[R]) -> Table[R]:
        """The rows of one kind; parsed once.

        Raises:
            CouldNotSee: the command was not run, was refused or was cut: the table is unknown, not empty.
        """
        if row_type not in self._tables:
            self._tables[row_type] = self._parsed(row_type)
        return cast("Table[R]", self._tables[row_type])

    def sees(self, row_type: type[Row]) -> bool:
        """Whether `table(row_type)` would answer."""
        try:
            self.table(row_type)
        except CouldNotSee:
            return False
        return True

    def mentions(self, row_type: type[Row], words: str | re.Pattern[str]) -> bool:
        """Whether the text of a table holds these words: asked of many devices before any is parsed."""
        source = self._sources.get(row_type)
        output = self.outputs.get(source.command) if source else None
        if output is None:
            return False
        return words in output.text if isinstance(words, str) else bool(words.search(output.text))

    def evidence(self, row: Row) -> Evidence:
        """The line a row came from."""
        output = self.outputs[self._sources[type(row)].command]
        lines = self._lines.get(output.command)
        if lines is None:  # a large `show conn` is cited many times and looked through once
            lines = self._lines[output.command] = TextLines(output.text)
        return Evidence(self.box, output.command, row.line, lines[row.line], output.taken_at)

    def absence(self, row_type: type[Row], what: str) -> Evidence:
        """Evidence that a table was read and does not hold `what`; line 0 means the whole text."""
        output = self.outputs[self.table(row_type).command]
        return Evidence(self.box, output.command, 0, f"no line says: {what}", output.taken_at)

    def _parsed(self, row_type: type[R]) -> Table[R]:
        source = self._sources.get(row_type)
        if source is None:
            raise CouldNotSee(self.box, f"{self.platform} has no {row_type.__name__} table")
        output = self.outputs.get(source.command)
        if output is None:
            raise CouldNotSee(self.box, f"`{source.command}` was not read", f"read it: {source.command}")
        if output.not_read:
            raise CouldNotSee(self.box, f"`{source.command}` was not read: {output.not_read}")
        if output.refused:
            raise CouldNotSee(self.box, f"`{source.command}` was refused: {output.refused}")
        if not output.complete and not (output.part and source.positive):
            part = ": only a part was read" if output.part else ""
            raise CouldNotSee(self.box, f"`{source.command}` was cut short{part}", "read again")
        table = cast("Table[R]", source.parse(output.text, source.command))
        if table.unknown and not len(table):
            # An answer in words nobody knows must not pass for an empty table.
            said = output.text.split("\n")[table.unknown[0] - 1].strip()
            raise CouldNotSee(self.box, f"`{source.command}` said nothing that is understood: {said}")
        return table
