"""Which static line takes the place of one that is removed."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network

import pytest

from bothways.fixes.floating_route import next_static
from bothways.platforms import device_state
from bothways.state.device import Output
from bothways.state.rows import Route

TAKEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOST = IPv4Network("10.1.1.1/32")
LINE = "ip route 10.1.1.1 255.255.255.255"
GONE = f"{LINE} 192.34.0.3"


def connected(prefix: str, interface: str) -> Route:
    return Route(
        line=1,
        prefix=IPv4Network(prefix),
        label=prefix,
        code="C",
        distance=None,
        metric=None,
        next_hop=None,
        interface=interface,
        vrf="",
        tunneled=False,
    )


LEFT = [connected("192.34.0.0/24", "FastEthernet0/0"), connected("192.100.0.0/24", "Loopback1")]
CASES: list[tuple[str, list[str], list[tuple[str, int]]]] = [
    ("none", [], []),
    ("floating", [f"{LINE} 192.34.0.9 200"], [("192.34.0.9", 200)]),
    ("the lower distance", [f"{LINE} 192.34.0.9 200", f"{LINE} 192.34.0.8 150"], [("192.34.0.8", 150)]),
    ("equals", [f"{LINE} 192.34.0.9", f"{LINE} 192.34.0.8 1"], [("192.34.0.9", 1), ("192.34.0.8", 1)]),
    ("next hop out of reach", [f"{LINE} 192.99.0.9 5", f"{LINE} 192.34.0.9 200"], [("192.34.0.9", 200)]),
    ("interface down", [f"{LINE} Serial0/0 192.35.0.9 5"], []),
    ("by interface", [f"{LINE} FastEthernet0/0 192.34.0.9 5 name OLD"], [("192.34.0.9", 5)]),
    ("hangs on a track", [f"{LINE} 192.34.0.9 5 track 1"], []),
    ("another prefix", ["ip route 10.1.1.0 255.255.255.0 192.34.0.9"], []),
    ("in a VRF", ["ip route vrf LAB 10.1.1.1 255.255.255.255 192.34.0.9"], []),
]


@pytest.mark.parametrize(("lines", "brings"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_next_best_line_is_installed(lines: list[str], brings: list[tuple[str, int]]) -> None:
    """S1-12: the least distance among those whose next hop is reached; all of equal ones."""
    text = "\n".join(["version 12.4", GONE, *lines, "end", ""])
    state = device_state(
        "r4", "cisco_ios", {"show running-config": Output("show running-config", text, TAKEN)}
    )

    rows = next_static(state, HOST, GONE, LEFT)

    assert [(str(row.next_hop), row.distance) for row in rows] == brings
    assert next_static(state, HOST, GONE, [*LEFT, connected("10.1.1.1/32", "Loopback9")]) == ()
