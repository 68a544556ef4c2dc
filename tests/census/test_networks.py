"""Addresses counted under the networks of a routing table."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bothways.diagnosis.census.networks import Networks, network
from bothways.platforms.asa.route import parse_route
from bothways.state.device import DeviceState
from bothways.state.rows import Route

Make = Callable[..., DeviceState]

addresses = st.integers(0, 2**32 - 1)
prefixes = st.builds(
    lambda start, length: IPv4Network((start, length), strict=False), addresses, st.integers(1, 32)
)


def slowly(routes: list[IPv4Network], address: IPv4Address) -> IPv4Network:
    """The longest prefix that holds the address, looked for one by one."""
    holding = [one for one in routes if address in one]
    return max(holding, key=lambda one: one.prefixlen, default=IPv4Network((address, 24), strict=False))


@given(st.lists(prefixes, max_size=8), st.lists(addresses, min_size=1, max_size=20))
def test_the_longest_prefix_wins(routes: list[IPv4Network], looked_up: list[int]) -> None:
    """As the standard library finds it one by one."""
    inside = [int(one.network_address) + 1 for one in routes if one.prefixlen < 31]
    text = "\n".join(f"S {one.network_address} {one.netmask} [1/0] via 192.0.2.1, inside" for one in routes)
    table = parse_route(text, "show route", {})

    keys = Networks(table).keys(np.array([*looked_up, *inside], np.int64))

    for address, key in zip([*looked_up, *inside], keys, strict=True):
        assert network(int(key)) == slowly(routes, IPv4Address(address))


def test_the_default_route_is_no_network(asa: Make) -> None:
    """What only the default route knows is counted by its /24."""
    device = asa({"show route": "S*    0.0.0.0 0.0.0.0 [1/0] via 203.0.113.80, outside\n"})

    (key,) = Networks(device.table(Route)).keys(np.array([int(IPv4Address("198.51.100.7"))]))

    assert network(int(key)) == IPv4Network("198.51.100.0/24")
