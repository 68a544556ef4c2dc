"""Rows about the other unit of a failover pair. Whether a unit is of a pair at all is in `rows.Failover`."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverMate(Row):
    """ASA `show failover`: the other unit. No row where failover is off."""

    role: str
    """`Standby Ready`, `Failed`, `Bulk Sync`, … as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverSoftware(Row):
    """ASA `show failover`: the releases of both units; the mate's may be `Unknown`."""

    ours: str
    mate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailoverLink(Row):
    """ASA `show failover`: a link by which the units watch each other, or hand on connections."""

    use: str
    """`failover` or `state`."""
    name: str
    state: str
    """`up`, `down`, `administratively down`, … as printed."""
