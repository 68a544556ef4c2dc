"""The census of one firewall: its half-seen flows in groups, its drops, and what could not be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bothways.diagnosis.census.answers import Answers
from bothways.diagnosis.census.bypasses import judge_bypasses
from bothways.diagnosis.census.causes import Cause
from bothways.diagnosis.census.drops import Drops, drops_of
from bothways.diagnosis.census.groups import Group, Grouped, Grouping, Since
from bothways.diagnosis.census.growth import since
from bothways.diagnosis.census.log_times import times_of
from bothways.diagnosis.census.marks import Marked, mark
from bothways.diagnosis.census.networks import Networks
from bothways.diagnosis.census.storms import storms
from bothways.diagnosis.census.units import cut_short, is_standby, share_of_a_cluster
from bothways.errors import CouldNotSee
from bothways.state.device import DeviceState
from bothways.state.log_rows import AspDrop, LogLine, LogSetting
from bothways.state.rows import ConfigLine, Conn, Route
from bothways.state.snapshot import Snapshot
from bothways.state.tables import R, Table

MOST = 10
"""Groups of one cause; the rest is counted."""
_DEEP_ENOUGH = ("informational", "debugging")
_EARLIER = "at the earlier read: "
_NOBODY: Mapping[str, str] = {}


@dataclass(slots=True)
class Census:
    """What one firewall shows.

    Attributes:
        connections: how many it has; None where they were not read.
        grouped: by cause, in the order of how much it matters.
        could_not_see: what is missing for a whole answer; never shown as clean.
    """

    device: str
    connections: int | None = None
    grouped: dict[Cause, Grouped] = field(default_factory=dict)
    drops: Drops | None = None
    compared: bool = False
    could_not_see: list[str] = field(default_factory=list)

    @property
    def groups(self) -> tuple[Group, ...]:
        """All groups, those that matter most first."""
        return tuple(group for cause in Cause for group in self.grouped.get(cause, Grouped(())).groups)

    @property
    def flows(self) -> int:
        """How many connections and lines of the log are in a group."""
        every = self.grouped.values()
        return sum(sum(group.count for group in one.groups) + one.more_flows for one in every)

    @property
    def group_count(self) -> int:
        """How many groups there are, shown or not."""
        return sum(len(one.groups) + one.more_groups for one in self.grouped.values())


def take_census(
    snapshot: Snapshot,
    device: DeviceState,
    earlier: DeviceState | None = None,
    expired: Mapping[str, str] = _NOBODY,
    most: int = MOST,
) -> Census:
    """Look at all that one firewall has, half-seen flow by half-seen flow.

    Args:
        snapshot: all devices.
        device: the firewall.
        earlier: the same at an earlier read, for what became of its flows, and for rates.
        expired: access lists whose remark names a day that is over, and a sentence about it.
        most: groups of one cause that are shown.
    """
    census = Census(device.name, compared=earlier is not None)
    if is_standby(device):
        census.could_not_see.append(
            f"{device.name}: is the standby unit: the flows are seen by the active one"
        )
        return census
    census.could_not_see += [share for share in (share_of_a_cluster(device),) if share]
    networks = Networks(_table(census, device, Route))
    _connections(census, snapshot, device, earlier, expired, networks, most)
    _log(census, device, earlier, networks, most)
    if _table(census, device, AspDrop) is not None:
        counted = earlier is not None and _table(census, earlier, AspDrop, _EARLIER) is not None
        census.drops = drops_of(device, earlier if counted else None)
    return census


def _connections(  # noqa: PLR0913, PLR0917  the arguments of the census itself
    census: Census,
    snapshot: Snapshot,
    device: DeviceState,
    earlier: DeviceState | None,
    expired: Mapping[str, str],
    networks: Networks,
    most: int,
) -> None:
    table = _table(census, device, Conn)
    if table is None:
        return
    census.connections = len(table)
    if table.unknown:
        census.could_not_see.append(
            f"{device.name}: {len(table.unknown)} lines of `{table.command}` are not understood, the first "
            f"of them is line {table.unknown[0]}"
        )
    census.could_not_see += [cut for cut in (cut_short(device, table),) if cut]
    marked = mark(table)
    grouping = Grouping(device, table, networks, Answers(table, marked.answered, networks), most)
    old = _table(census, earlier, Conn, _EARLIER) if earlier is not None else None
    before = mark(old) if old is not None else None
    for cause, name in _OF_ROWS.items():
        rows = getattr(marked, name)
        known = _since(old, before, table, marked, name)
        census.grouped[cause] = grouping.of(cause, rows, since=known)
    judged = judge_bypasses(snapshot, device, table, marked.bypassed, expired)
    census.could_not_see += judged.unseen
    for cause, found, remarks in (
        (Cause.PAST_IDLE, judged.past_idle, judged.limits),
        (Cause.OVERDUE, judged.overdue, judged.days),
    ):
        census.grouped[cause] = grouping.of(cause, np.array(found, np.intp), remarks)


_OF_ROWS = {
    Cause.HAIRPIN: "hairpin",
    Cause.HALF_OPEN: "half_open",
    Cause.ONE_SIDED: "one_sided",
    Cause.HALF_CLOSED: "half_closed",
}


def _since(
    old: Table[Conn] | None, before: Marked | None, table: Table[Conn], marked: Marked, name: str
) -> Since | None:
    if old is None or before is None:
        return None
    return since(old, getattr(before, name), table, getattr(marked, name))


def _log(
    census: Census, device: DeviceState, earlier: DeviceState | None, networks: Networks, most: int
) -> None:
    log = _table(census, device, LogLine)
    if log is None:
        return
    old = _table(census, earlier, LogLine, _EARLIER) if earlier is not None else None
    found = storms(device, log, times_of(log, old, _seconds(device, earlier, log.command)), networks, most)
    census.grouped[Cause.STORM], census.grouped[Cause.DENIED] = found.storms, found.others
    census.could_not_see += found.unseen
    if not len(log.where(code="106015")):
        census.could_not_see += _silence(device)


def _seconds(device: DeviceState, earlier: DeviceState | None, command: str) -> float:
    if earlier is None or command not in earlier.outputs:
        return 0.0
    return (device.outputs[command].taken_at - earlier.outputs[command].taken_at).total_seconds()


def _silence(device: DeviceState) -> list[str]:
    """Why a log without 106015 says nothing; nothing where it would hold them."""
    levels = {row.destination: row.level for row in device.table(LogSetting)}
    level = levels.get("buffer", "")
    if level and level not in _DEEP_ENOUGH:
        return [f"{device.name}: packets without a connection (106015): the log buffer is at {level}"]
    lines = device.table(ConfigLine) if device.sees(ConfigLine) else ()
    if any(row.text.strip() == "no logging message 106015" for row in lines):
        return [f"{device.name}: packets without a connection: 106015 is not logged there"]
    return []


def _table(census: Census, device: DeviceState, row_type: type[R], when: str = "") -> Table[R] | None:
    try:
        return device.table(row_type)
    except CouldNotSee as unseen:
        census.could_not_see.append(f"{when}{unseen}")
        return None
