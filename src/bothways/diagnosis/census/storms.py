"""Packets without a connection in a firewall's log (106015), by interface and pair of networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network

import numpy as np

from bothways.diagnosis.census.causes import MANY, Cause
from bothways.diagnosis.census.groups import VICTIMS, Group, Grouped, Tally
from bothways.diagnosis.census.networks import Networks, network
from bothways.diagnosis.denied import DeniedPacket, denied_packet
from bothways.diagnosis.scenario import Scenario
from bothways.errors import FlowError
from bothways.flow import Protocol
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogLine
from bothways.state.tables import Table

_SHOWN = 3
_SOME = 5
_FAST = 10.0
"""A minute: fewer lines than many are a storm as well, where the log holds no more of them."""
_STAMPS = ("%b %d %Y %H:%M:%S", "%Y %b %d %H:%M:%S")

_Key = tuple[str, str, IPv4Network, IPv4Network]


@dataclass(frozen=True, slots=True)
class _Denied:
    line: LogLine
    packet: DeniedPacket


def storms(
    device: DeviceState, log: Table[LogLine], networks: Networks, most: int
) -> tuple[Grouped, Grouped]:
    """The storms, and the other groups; the largest first."""
    denied: dict[_Key, list[_Denied]] = {}
    for row in log.where(code="106015"):
        try:
            packet = denied_packet(row.text)
        except FlowError:
            continue
        if packet is not None and packet.flow.protocol is Protocol.TCP:
            denied.setdefault(_key(packet, networks), []).append(_Denied(row, packet))
    groups = sorted((_group(device, key, lines) for key, lines in denied.items()), key=_size, reverse=True)
    of_storms = [group for group in groups if group.cause is Cause.STORM]
    return _largest(of_storms, most), _largest([one for one in groups if one not in of_storms], most)


def _key(packet: DeniedPacket, networks: Networks) -> _Key:
    ends = np.array([int(packet.flow.client), int(packet.flow.server)], np.int64)
    client, server = (network(int(key)) for key in networks.keys(ends))
    return packet.interface, " ".join(sorted(packet.flags)), client, server


def _group(device: DeviceState, key: _Key, lines: Sequence[_Denied]) -> Group:
    interface, _, client, server = key
    flow = Counter(one.packet.flow for one in lines).most_common(1)[0][0]
    example = next(one.packet for one in lines if one.packet.flow == flow)
    clients = Counter(str(one.packet.flow.client) for one in lines)
    servers = Counter(f"{one.packet.flow.server}:{one.packet.flow.port}" for one in lines)
    return Group(
        device=device.name,
        cause=Cause.STORM if _is_storm(lines) else Cause.DENIED,
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
        remark=_remark(example, lines),
    )


def _tallies(counts: Counter[str]) -> tuple[Tally, ...]:
    return tuple(Tally(name, count) for name, count in counts.most_common(VICTIMS))


def _remark(example: DeniedPacket, lines: Sequence[_Denied]) -> str:
    flags = " ".join(sorted(example.flags)) or "none"
    rate = _per_minute(lines)
    return f"flags {flags}, {rate:.1f} a minute" if rate else f"flags {flags}"


def _is_storm(lines: Sequence[_Denied]) -> bool:
    return len(lines) >= MANY or (len(lines) >= _SOME and _per_minute(lines) >= _FAST)


def _per_minute(lines: Sequence[_Denied]) -> float:
    """By the stamps of the first and the last; 0 where they do not tell."""
    seconds = _span(lines[0].line.stamp, lines[-1].line.stamp)
    return (len(lines) - 1) * 60 / seconds if seconds else 0.0


def _span(first: str, last: str) -> float:
    """Seconds between two stamps of one log; 0 where they are none."""
    one, other = _moment_of(first), _moment_of(last)
    return (other - one).total_seconds() if one and other and other > one else 0.0


def _moment_of(stamp: str) -> datetime | None:
    words = stamp.partition(".")[0].split()[:4]
    with_year = len(words) == 4 and words[2].isdigit()
    text = " ".join(words if with_year else ["2000", *words[:3]])
    for form in _STAMPS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007  only differences are taken
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


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
