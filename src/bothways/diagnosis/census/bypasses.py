"""Bypassed connections that should be gone: silent for longer than allowed, or bypassed past a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bothways.diagnosis.bypass_idle import idle_of
from bothways.diagnosis.census.ends import Ends, ends_of
from bothways.diagnosis.census.marks import Indices
from bothways.diagnosis.packets import Packet, answer, outbound
from bothways.diagnosis.service_policy import BYPASS, applied
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.rows import Conn, ServicePolicy
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Table

_MOST_KINDS = 1000
"""Different flows whose class is looked up; each lookup walks an access list."""
_GRACE_S = 60
"""An idle timer is looked at now and then, and the table is not printed at one moment."""


@dataclass(slots=True)
class Bypasses:
    """Rows and, for each, what is over; and what could not be told."""

    past_idle: list[int] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    overdue: list[int] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def judge_bypasses(
    snapshot: Snapshot, device: DeviceState, table: Table[Conn], rows: Indices, expired: Mapping[str, str]
) -> Bypasses:
    """The bypassed connections among `rows` that should be gone.

    Args:
        snapshot: all devices.
        device: the firewall.
        table: its connections.
        rows: those with flag b.
        expired: access lists whose remark names a day that is over, and a sentence about it.
    """
    found = Bypasses()
    if not len(rows):
        return found
    ends = ends_of(table, rows)
    idle = table.column("idle_s")[rows]
    sight = Sight(snapshot)
    unknown: dict[str, int] = {}
    kinds = _kinds(ends)
    for kind in kinds[:_MOST_KINDS]:
        interfaces = ends.names(int(kind[0]))
        packet, policy = _class_of(sight, device, interfaces, outbound(ends.flow(int(kind[0])), 1, "SYN"))
        limit = idle_of(sight, device, interfaces, packet)
        over = kind[idle[kind] > limit.seconds + _GRACE_S] if limit.seconds else kind[:0]
        found.past_idle += [int(rows[one]) for one in over]
        found.limits += [f"idle limit {limit.text} ({limit.why})"] * len(over)
        if limit.seconds is None:
            unknown[limit.why.partition(":")[0]] = unknown.get(limit.why.partition(":")[0], 0) + len(kind)
        said = _said_of(policy, expired)
        late = np.setdiff1d(kind, over) if said else kind[:0]
        found.overdue += [int(rows[one]) for one in late]
        found.days += [said] * len(late)
    found.unseen += [
        f"{device.name}: the idle limit of {count} bypassed connection{'s' * (count != 1)}: {why}"
        for why, count in unknown.items()
    ]
    if len(kinds) > _MOST_KINDS:
        left = sum(len(kind) for kind in kinds[_MOST_KINDS:])
        found.unseen.append(f"{device.name}: the class of {left} more bypassed connections was not looked up")
    found.unseen += [text for text in sight.could_not_see if text.startswith(device.name)]
    return found


def _kinds(ends: Ends) -> list[Indices]:
    """Places of rows that no access list can tell apart but by their client's port."""
    names = (ends.client, ends.server, ends.server_port, ends.client_interface, ends.server_interface)
    order = np.lexsort(names)
    changes = np.zeros(len(ends), dtype=bool)
    for name in names:
        changes[1:] |= np.diff(name[order]) != 0
    return np.split(order, np.flatnonzero(changes))


def _class_of(
    sight: Sight, device: DeviceState, interfaces: tuple[str, str], packet: Packet
) -> tuple[Packet, ServicePolicy | None]:
    """The class that bypasses a flow, and the packet of it that the class takes."""
    back = answer(packet, packet)
    for one, way in ((packet, interfaces), (back, interfaces[::-1])):
        policy = applied(sight, device, way, one, BYPASS)
        if policy is not None:
            return one, policy
    return packet, None


def _said_of(policy: ServicePolicy | None, expired: Mapping[str, str]) -> str:
    words = policy.match.replace(",", " ").split() if policy else []
    return next((expired[word] for word in words if word in expired), "")
