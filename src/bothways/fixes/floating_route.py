"""The configured static routes that a router installs once a better one is gone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

from bothways.fixes.config_lines import beginning
from bothways.state.device import DeviceState
from bothways.state.rows import Route

_ADDRESS = r"\d{1,3}(?:\.\d{1,3}){3}"
_STATIC = re.compile(
    rf"ip route (?P<network>{_ADDRESS}) (?P<mask>{_ADDRESS})(?: (?P<interface>[A-Z][A-Za-z-]*\d\S*))?"
    rf"(?: (?P<hop>{_ADDRESS}))?(?: (?P<distance>\d{{1,3}}))?(?: (?:name \S+|tag \d+|permanent))*",
    re.ASCII,
)
"""Not one that hangs on a track object: whether it would be installed, the configuration does not tell."""


def next_static(
    state: DeviceState, prefix: IPv4Network, gone: str, left: Sequence[Route]
) -> tuple[Route, ...]:
    """The rows for `prefix` that its other static lines bring, those of the least distance.

    Args:
        state: the router; its configuration is read.
        prefix: whose route is taken away.
        gone: the line that is taken away.
        left: the routing table without it; what it still has for `prefix` hides every other line.
    """
    if any(row.prefix == prefix and not row.vrf for row in left):
        return ()
    found = [row for row in _configured(state, prefix, gone) if _reachable(row, left)]
    best = min((row.distance or 0 for row in found), default=0)
    return tuple(row for row in found if row.distance == best)


def _configured(state: DeviceState, prefix: IPv4Network, gone: str) -> list[Route]:
    rows: list[Route] = []
    for line in beginning(state, f"ip route {prefix.network_address} {prefix.netmask} "):
        static = _STATIC.fullmatch(line.text.strip())
        if static is None or line.text.strip() == gone or not (static["hop"] or static["interface"]):
            continue
        rows.append(
            Route(
                line=0,
                prefix=prefix,
                label=str(prefix),
                code="S",
                distance=int(static["distance"] or 1),
                metric=0,
                next_hop=IPv4Address(static["hop"]) if static["hop"] else None,
                interface=static["interface"] or "",
                vrf="",
                tunneled=False,
            )
        )
    return rows


def _reachable(row: Route, left: Sequence[Route]) -> bool:
    """A static route is installed while its next hop is behind another route, or its interface is up."""
    if row.next_hop is None or row.interface:
        return any(other.interface == row.interface and not other.vrf for other in left)
    return any(other.prefix is not None and row.next_hop in other.prefix and not other.vrf for other in left)
