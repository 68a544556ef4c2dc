"""The order in which a flow's packets meet the devices between its ends."""

from __future__ import annotations

from collections.abc import Iterable

from bothways.diagnosis.legs import Leg
from bothways.diagnosis.trace import Trace


def devices_between(trace: Trace) -> list[str]:
    """From client to server; a device that only the answer meets stands where the answer meets it."""
    legs = (*trace.opening, *trace.legs)
    devices = _longest(leg for leg in legs if leg.sent.source == trace.flow.client)
    back = _longest(leg for leg in legs if leg.sent.source != trace.flow.client)
    back.reverse()
    for index, device in enumerate(back):
        if device not in devices:
            following = next((other for other in back[index:] if other in devices), None)
            devices.insert(devices.index(following) if following else len(devices), device)
    return devices + [name for name in trace.devices if name not in devices]


def _longest(legs: Iterable[Leg]) -> list[str]:
    paths = [list(dict.fromkeys(leg.path)) for leg in legs]
    return max(paths, key=len, default=[])
