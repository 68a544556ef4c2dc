"""Packets without a connection in a firewall's log (106015), by interface and pair of networks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import numpy as np

from bothways.diagnosis.census.causes import MANY, Cause
from bothways.diagnosis.census.groups import VICTIMS, Group, Grouped, Tally
from bothways.diagnosis.census.log_times import LogTimes
from bothways.diagnosis.census.networks import Networks, network
from bothways.diagnosis.denied import DeniedPacket, denied_packet
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.timers import span
from bothways.errors import FlowError
from bothways.flow import Protocol
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogLine
from bothways.state.tables import Table

_SHOWN = 3
_SOME = 5
_FAST = 10.0
"""A minute: fewer lines than many are a storm as well, where the log holds no more of them."""
_SLOW = 1.0
"""A minute: what comes more seldom is no storm, however many lines a large buffer has kept."""
_OVER_S = 600
"""A log that went on for so long without another line: the storm is over."""
_ENDS = re.compile(r"from ([\d.]+/\d+) to ([\d.]+/\d+) ", re.ASCII)
# Both ends were done with a connection that had carried data: what comes behind it is missed by nobody.
_DONE = re.compile(
    r"Teardown TCP connection \d+ for \S+?:([\d.]+/\d+)(?:\([^)]*\))* "
    r"to \S+?:([\d.]+/\d+)(?:\([^)]*\))* "
    r"duration \S+ bytes [1-9]\d* TCP (?:FINs|Reset)",
    re.ASCII,
)

_Key = tuple[str, str, IPv4Network, IPv4Network]
_Ends = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Denied:
    line: LogLine
    packet: DeniedPacket
    late: bool


@dataclass(slots=True)
class Storms:
    """Groups of lines of the log.

    Attributes:
        storms: those that matter by themselves.
        others: here and there, late, or over.
        unseen: what could not be told.
    """

    storms: Grouped
    others: Grouped
    unseen: list[str]


def storms(
    device: DeviceState, log: Table[LogLine], times: LogTimes, networks: Networks, most: int
) -> Storms:
    """The storms, and the other groups; the largest first."""
    denied: dict[_Key, list[_Denied]] = {}
    done, strange = _done(log), 0
    for row in log.where(code="106015"):
        try:
            packet = denied_packet(row.text)
        except FlowError:
            packet = None
        if packet is None or packet.flow.protocol is not Protocol.TCP:
            strange += packet is None
            continue
        late = done.get(_ends(row.text), row.line) < row.line
        denied.setdefault(_key(packet, networks), []).append(_Denied(row, packet, late))
    groups = [_group(device, key, lines, times) for key, lines in denied.items()]
    groups.sort(key=_size, reverse=True)
    of_storms = [group for group in groups if group.cause is Cause.STORM]
    others = [one for one in groups if one not in of_storms]
    unseen = [f"{device.name}: {strange} lines of 106015 do not give two IPv4 addresses"] if strange else []
    undated = sum(len(lines) for lines in denied.values() if _is_undated(lines, times))
    if undated:
        unseen.append(
            f"{device.name}: whether {undated} lines of 106015 came fast: the log has no time "
            "(logging timestamp); read twice (--interval)"
        )
    return Storms(_largest(of_storms, most), _largest(others, most), unseen)


def _done(log: Table[LogLine]) -> dict[_Ends, int]:
    """Ends of connections that both ends were done with, and the line that says so first."""
    found: dict[_Ends, int] = {}
    for row in log.where(code="302014"):
        match = _DONE.match(row.text)
        if match is not None:
            found.setdefault(frozenset(match.groups()), row.line)
    return found


def _ends(text: str) -> _Ends:
    match = _ENDS.search(text)
    return frozenset(match.groups()) if match else frozenset()


def _key(packet: DeniedPacket, networks: Networks) -> _Key:
    ends = np.array([int(packet.flow.client), int(packet.flow.server)], np.int64)
    client, server = (network(int(key)) for key in networks.keys(ends))
    return packet.interface, " ".join(sorted(packet.flags)), client, server


def _group(device: DeviceState, key: _Key, lines: Sequence[_Denied], times: LogTimes) -> Group:
    interface, _, client, server = key
    flow = Counter(one.packet.flow for one in lines).most_common(1)[0][0]
    example = next(one.packet for one in lines if one.packet.flow == flow)
    clients = Counter(str(one.packet.flow.client) for one in lines)
    servers = Counter(f"{one.packet.flow.server}:{one.packet.flow.port}" for one in lines)
    return Group(
        device=device.name,
        cause=Cause.STORM if _is_storm(lines, times) else Cause.DENIED,
        interfaces=(interface, "") if not example.from_server else ("", interface),
        networks=(client, server),
        count=len(lines),
        clients=_tallies(clients),
        client_count=len(clients),
        servers=_tallies(servers),
        server_count=len(servers),
        flow=flow,
        evidence=tuple(device.evidence(one.line) for one in lines[:_SHOWN]),
        scenario=_moment(example),
        remark=_remark(example, lines, times),
        fresh=times.fresh([one.line for one in lines]),
    )


def _tallies(counts: Counter[str]) -> tuple[Tally, ...]:
    return tuple(Tally(name, count) for name, count in counts.most_common(VICTIMS))


def _remark(example: DeniedPacket, lines: Sequence[_Denied], times: LogTimes) -> str:
    flags = " ".join(sorted(example.flags)) or "none"
    rate, late = times.per_minute(_lines(lines)), sum(one.late for one in lines)
    silence = times.silence(_lines(lines))
    said = [
        f"flags {flags}",
        f"{rate:.1f} a minute" if rate else "",
        f"{late} of them behind a connection that both ends had closed" if late else "",
        f"none in the last {span(int(silence))} of the log" if silence > _OVER_S else "",
    ]
    return ", ".join(one for one in said if one)


def _is_storm(lines: Sequence[_Denied], times: LogTimes) -> bool:
    """Many, fast, of this hour, and not behind connections that had closed."""
    counted = [one.line for one in lines if not one.late]
    if len(counted) < _SOME or times.silence(counted) > _OVER_S or times.fresh(counted) == 0:
        return False
    rate = times.per_minute(counted) or 0.0
    return rate >= (_SLOW if len(counted) >= MANY else _FAST)


def _is_undated(lines: Sequence[_Denied], times: LogTimes) -> bool:
    counted = [one.line for one in lines if not one.late]
    return len(counted) >= MANY and times.per_minute(counted) is None


def _lines(lines: Sequence[_Denied]) -> list[LogLine]:
    return [one.line for one in lines]


def _moment(packet: DeniedPacket) -> Scenario:
    """Where in its life a flow is whose packet has these flags."""
    if "FIN" in packet.flags:
        return Scenario.CONN_LOST
    return Scenario.MID_STREAM if packet.flags & {"PSH", "URG"} else Scenario.HANDSHAKE


def _largest(groups: Sequence[Group], most: int) -> Grouped:
    rest = groups[most:]
    return Grouped(tuple(groups[:most]), len(rest), sum(_size(one) for one in rest))


def _size(group: Group) -> int:
    return group.count
