"""How long a device says that it has been up, and whether it was restarted between two reads."""

from __future__ import annotations

import re

from bothways.state.device import DeviceState
from bothways.state.rows import Version

_UNIT_S = {"y": 365 * 86400, "w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
_SLACK_S = 60
"""Of two clocks, and of the time that reading takes."""
_PART = re.compile(r"(\d+) *([ywdhms])", re.ASCII)


def uptime_s(text: str) -> int:
    """Seconds of `1 week, 2 days, 3 hours, 4 minutes` or `5 mins 3 secs`; months are not printed."""
    return sum(int(number) * _UNIT_S[unit] for number, unit in _PART.findall(text))


def was_restarted(earlier: DeviceState, device: DeviceState) -> bool:
    """Whether the up times of two reads say that a start lies between them.

    A device prints its two or three largest units: it may have been up for one more of the smallest.
    """
    texts = [_uptime(earlier), _uptime(device)]
    if not all(texts):
        return False
    command = device.table(Version).command
    between = (device.outputs[command].taken_at - earlier.outputs[command].taken_at).total_seconds()
    old, new = (uptime_s(text) for text in texts)
    smallest = min(_UNIT_S[unit] for _, unit in _PART.findall(texts[1]))
    return between > 0 and new + smallest + _SLACK_S <= old + between


def _uptime(device: DeviceState) -> str:
    rows = [*device.table(Version)] if device.sees(Version) else []
    text = rows[0].uptime if rows else ""
    return text if _PART.search(text) else ""
