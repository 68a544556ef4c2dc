"""Devices whose silence says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar

from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters, of_finding
from bothways.rules.logging_too_quiet import quiet
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogSetting
from bothways.state.rows import ConfigLine
from bothways.state.tables import Row

_HOST = re.compile(r"logging (?:host )?\d+\.\d+\.\d+\.\d+\b.*|logging host \S.*")
_NAMES = ("emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational",
          "debugging")  # fmt: skip
_NEEDED = _NAMES.index("warnings")
"""PLATFORM_PBR-4-SDM_MISMATCH and PM-4-ERR_DISABLE: the faults that this audit looks for are told at 4."""


class TooQuiet(FleetRule):
    """No log, none kept, or none down to the severity that tells of lost packets."""

    id = "logging-too-quiet"
    reads = (ConfigLine,)
    also: ClassVar[Mapping[str, tuple[type[Row], ...]]] = {"cisco_ios": (LogSetting,)}

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One; an IOS device logs by itself, unless somebody told it not to."""
        if device.platform == "cisco_asa":
            found = quiet(device)
            if found is not None:
                yield of_finding(found)
            return
        yield from _of_switch(device)


def _of_switch(device: DeviceState) -> Iterator[Judgement]:
    """What its buffer keeps, and what it sends away, as `show logging` says."""
    lines = {row.text.strip(): row for row in device.table(ConfigLine).where(section="")}
    hosts = [row for text, row in lines.items() if _HOST.fullmatch(text)]
    settings = {row.destination: row for row in device.table(LogSetting)}
    kept = [settings[name] for name in ("buffer", *(("trap",) if hosts else ())) if name in settings]
    off = [lines[text] for text in ("no logging on",) if text in lines]
    if not off and any(_level(row) >= _NEEDED for row in kept):
        return
    said = tuple(device.evidence(row) for row in (*off, *kept))
    absent = () if hosts else (device.absence(ConfigLine, "a host that logs are sent to"),)
    yield Judgement(
        sentence=f"{device.name} keeps and sends no log down to {_NAMES[_NEEDED]}: what it refuses to do for "
        f"want of room, and which ports it takes down, is written nowhere",
        evidence=(*said, *absent),
    )


def _level(row: LogSetting) -> int:
    """The severity a destination takes; -1 for one that is off."""
    return _NAMES.index(row.level) if row.level in _NAMES else -1
