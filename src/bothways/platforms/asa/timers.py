"""Global timers and the reset service of an ASA."""

from __future__ import annotations

import re
from itertools import pairwise

from bothways.platforms.asa.idle import seconds
from bothways.platforms.columns import NO_NUMBER
from bothways.platforms.config_text import read_config
from bothways.state.rows import ResetService, Timeout
from bothways.state.tables import Table, TableBuilder

_TIMEOUT = re.compile(r"timeout (?P<words>[a-z].*)", re.ASCII)
_RESET = re.compile(
    r"(?P<no>no )?service (?P<kind>resetinbound|resetoutbound)(?: interface (?P<interface>\S+))?", re.ASCII
)


def parse_timeouts(text: str, command: str) -> Table[Timeout]:
    """Every timer of every `timeout` line: names and times in pairs, and words that are neither."""
    rows = TableBuilder(Timeout, command)
    for entry, match in read_config(text).top(_TIMEOUT):
        words = match["words"].split()
        pairs = [(name, seconds(value)) for name, value in pairwise(words)]
        found = [(name, value) for name, value in pairs if value != NO_NUMBER and seconds(name) == NO_NUMBER]
        for name, value in found:
            rows.add(line=entry.number, name=name, seconds=value)
        if not found:
            rows.unknown(entry.number)
    return rows.table()


def parse_reset_service(text: str, command: str) -> Table[ResetService]:
    """The lines that are not the default."""
    rows = TableBuilder(ResetService, command)
    for entry, match in read_config(text).top(_RESET):
        on = match["no"] is None
        rows.add(line=entry.number, kind=match["kind"], interface=match["interface"] or "", on=on)
    return rows.table()
