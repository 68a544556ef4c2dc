"""Rows about what a device counted and said: drops, log lines, and what it logs at all."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class AspDrop(Row):
    """ASA `show asp drop`. The key is (phase, name): one name may stand in both phases."""

    phase: str
    """`frame` or `flow`."""
    name: str
    """The keyword in the last parentheses; as much of it as the device printed when it was cut."""
    description: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine(Row):
    """One message of `show logging`'s buffer."""

    severity: int
    code: str
    """ASA `106015`; IOS `PLATFORM_PBR-4-SDM_MISMATCH`."""
    text: str
    stamp: str
    """The device's own time stamp as printed, "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSetting(Row):
    """The head of `show logging`: where messages go and down to which severity."""

    destination: str
    """`buffer`, `console`, `monitor`, `trap`."""
    level: str
    """As printed: `informational`, `debugging`, `disabled`, …"""
