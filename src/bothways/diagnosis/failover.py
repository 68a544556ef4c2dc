"""A failover pair: only the active unit forwards, so the standby is no router of any segment."""

from __future__ import annotations

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.rows import Failover


def stands_by(sight: Sight, device: DeviceState) -> bool:
    """Whether `device` is a unit that waits for its mate to fail; that it is left out is said."""
    if device.platform != "cisco_asa":
        return False
    table = sight.table(device, Failover)
    for row in table if table is not None else ():
        # Whatever else it is called while it is not active (`Failed`, `Cold Standby`), it forwards nothing.
        if row.enabled and row.role and "active" not in row.role.lower():
            text = f"{device.name} is left out: in its failover pair it is {row.role!r} and forwards nothing"
            sight.infer(text, Confidence.CERTAIN, device.evidence(row))
            return True
    return False
