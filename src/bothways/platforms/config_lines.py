"""Every line of a configuration as a row."""

from __future__ import annotations

from bothways.platforms.config_text import read_config
from bothways.state.rows import ConfigLine
from bothways.state.tables import Table, TableBuilder


def parse_config_lines(text: str, command: str) -> Table[ConfigLine]:
    """The configuration, line by line; heads and comments are recognised without a row."""
    rows = TableBuilder(ConfigLine, command)
    for entry in read_config(text).entries:
        rows.add(line=entry.number, section=entry.section, text=entry.text)
    return rows.table()
