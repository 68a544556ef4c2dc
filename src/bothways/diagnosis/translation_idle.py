"""For how long a router keeps the translation of a silent TCP connection."""

from __future__ import annotations

import re

from bothways.diagnosis.timers import span
from bothways.diagnosis.walk import Walker
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine

_DAY_S = 86_400
"""What a router takes where its configuration says nothing, with ports and without."""
_TIMEOUT = re.compile(r"ip nat translation (?P<name>tcp-timeout|timeout) (?P<time>\d{1,10}|never)")


def miss_forgotten(walker: Walker, silence_s: int) -> None:
    """Say which routers may have let go of a translation that a list made for this flow.

    What they make of the next packet, with which address and port, nobody can tell.
    """
    for name, line in walker.translations.dynamic():
        device = walker.sight.snapshot.devices[name]
        kept_s = _kept_s(device, "tcp-timeout" if line.overload else "timeout")
        if kept_s is not None and silence_s >= kept_s:
            walker.miss(
                f"{name}: what becomes of the flow when its translation is gone after {span(kept_s)} of "
                f"silence, made by {device.evidence(line).text.strip()!r}"
            )


def _kept_s(device: DeviceState, name: str) -> int | None:
    """None for ever."""
    rows = device.table(ConfigLine).where(section="") if device.sees(ConfigLine) else []
    for match in (_TIMEOUT.fullmatch(row.text) for row in rows):
        if match is not None and match["name"] == name:
            return None if match["time"] == "never" else int(match["time"])
    return _DAY_S
