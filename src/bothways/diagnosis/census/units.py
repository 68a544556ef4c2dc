"""What a table cannot tell by itself: the copy on a standby unit, the share of a cluster's, a cut one."""

from __future__ import annotations

import re

from bothways.state.cluster import Cluster
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine, Conn, Failover
from bothways.state.tables import Table

_IN_USE = re.compile(r"^\s*(\d{1,15}) in use", re.MULTILINE | re.ASCII)
_HEAD = 2000
_MOVING = 20
"""Connections, and with a tenth of all, by which a table may differ from its head: it moves, and those of the
firewall itself are not in it."""


def is_standby(device: DeviceState) -> bool:
    """Whether it says that another unit does its work."""
    rows = [*device.table(Failover)] if device.sees(Failover) else []
    return any(row.enabled and row.role.lower().startswith("standby") for row in rows)


def share_of_a_cluster(device: DeviceState) -> str:
    """What is missing where the firewall is one of several units; "" where it is not, or is not known."""
    on = device.sees(Cluster) and len(device.table(Cluster))
    lines = device.table(ConfigLine) if device.sees(ConfigLine) else ()
    if on or any(line.text.startswith("cluster group ") for line in lines):
        return (
            f"{device.name}: is a unit of a cluster: each sees a part of the flows; count the others as well"
        )
    return ""


def cut_short(device: DeviceState, table: Table[Conn]) -> str:
    """What is missing where the head of the table promises more than stands there; "" for nothing."""
    said = _IN_USE.search(device.outputs[table.command].text[:_HEAD])
    promised = int(said[1]) if said else 0
    missing = promised - len(table) - len(table.unknown)
    if missing <= _MOVING + promised // 10:
        return ""
    return f"{device.name}: `{table.command}` says {promised:,} in use, and {len(table):,} stand there"
