"""A failover pair: only the active unit forwards, so the standby is no router of any segment."""

from __future__ import annotations

from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.rows import Failover, Interface


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
            if not any(_is_mate(device, other) for other in sight.snapshot):
                # It is certain to be there, on the very networks that the walk then takes for its own.
                sight.miss(f"{device.name}: its mate, which forwards now, was not read", deadly=True)
            return True
    return False


def _is_mate(device: DeviceState, other: DeviceState) -> bool:
    """Whether another firewall is on all the networks of a unit."""
    if other.name == device.name or other.platform != device.platform:
        return False
    if not (device.sees(Interface) and other.sees(Interface)):
        return False
    ours, theirs = (
        {(row.name, row.address.network) for row in one.table(Interface) if row.name and row.address}
        for one in (device, other)
    )
    return bool(ours) and ours <= theirs
