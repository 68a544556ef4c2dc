"""Which unit of a failover pair a firewall is: only the active one passes its changes on to its mate."""

from __future__ import annotations

from bothways.state.device import DeviceState
from bothways.state.rows import Failover

_FIREWALL = "cisco_asa"


def role_unseen(state: DeviceState) -> str:
    """Why nobody knows the unit's role, as a clause; "" when it is known, or there is none.

    A standby unit takes lines as well, and the pair drifts apart: not seeing is no permission.
    """
    if state.platform != _FIREWALL or (state.sees(Failover) and len(state.table(Failover))):
        return ""
    return "does not say whether it is the active unit: `show failover` was not read"


def inactive_role(state: DeviceState) -> Failover | None:
    """The row that says this unit of a pair is not the active one."""
    if state.platform != _FIREWALL or not state.sees(Failover):
        return None
    return next(
        (row for row in state.table(Failover) if row.enabled and not row.role.startswith("Active")), None
    )
