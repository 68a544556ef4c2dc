"""Ports that mirror others: a group takes one of them for down, or takes it down."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine

_SESSION = re.compile(r"monitor session \d+ destination interface (?P<ports>.+)")
_PORTS = re.compile(r"(?P<start>[A-Z][A-Za-z-]*(?:\d+/)*)(?P<first>\d+)(?: - (?P<last>\d+))?")


def span_destinations(state: DeviceState) -> frozenset[str]:
    """The destinations of all sessions, lists (`Gi1/1 , Gi1/3`) and ranges (`Gi1/1 - 4`) included."""
    ports = SwitchPorts.of(state)
    return frozenset(
        ports.full_name(name)
        for row in state.table(ConfigLine).where(section="")
        if (found := _SESSION.match(row.text))
        for name in _named(found["ports"])
    )


def _named(text: str) -> Iterator[str]:
    """The interfaces; words like `ingress vlan 5` behind them are none."""
    for found in _PORTS.finditer(text):
        first = int(found["first"])
        for number in range(first, int(found["last"] or first) + 1):
            yield f"{found['start']}{number}"
