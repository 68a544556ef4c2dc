"""Reading a device's configuration lines: what stands under a section."""

from __future__ import annotations

from bothways.fixes.steps import Undo
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine


def stands(state: DeviceState, text: str, section: str = "") -> ConfigLine | None:
    """The line, when the running configuration has it there."""
    rows = state.table(ConfigLine)
    return next((row for row in rows.where(section=section) if row.text.strip() == text), None)


def under(state: DeviceState, section: str) -> tuple[str, ...]:
    """The lines under a section, in order, without indentation."""
    return tuple(row.text.strip() for row in state.table(ConfigLine).where(section=section))


def beginning(state: DeviceState, start: str, section: str = "") -> tuple[ConfigLine, ...]:
    """The lines of a section that begin so."""
    rows = state.table(ConfigLine).where(section=section)
    return tuple(row for row in rows if row.text.startswith(start))


def evidence(state: DeviceState, rows: tuple[ConfigLine, ...]) -> tuple[Evidence, ...]:
    """Where those lines stand."""
    return tuple(state.evidence(row) for row in rows)


def not_standing(state: DeviceState, undo: tuple[Undo, ...]) -> tuple[Undo, ...]:
    """The undo of what is not there yet: what somebody typed before us is not ours to remove."""
    return tuple(line for line in undo if not stands(state, line.ours, line.section))
