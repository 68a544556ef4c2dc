from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from bothways.fixes.prefixes import covering

USERS = IPv4Network("10.12.0.0/24")


def test_the_users_without_the_switch_are_eight_prefixes() -> None:
    """S0-15: 10.12.0.0/24 without .254, worked out by hand."""
    assert [str(prefix) for prefix in covering(USERS, [IPv4Address("10.12.0.254")])] == [
        "10.12.0.0/25",
        "10.12.0.128/26",
        "10.12.0.192/27",
        "10.12.0.224/28",
        "10.12.0.240/29",
        "10.12.0.248/30",
        "10.12.0.252/31",
        "10.12.0.255/32",
    ]


def test_nothing_to_leave_out_is_the_network_itself() -> None:
    """No exclusion, one prefix."""
    assert covering(USERS, [IPv4Address("192.0.2.1")]) == (USERS,)


@given(
    length=st.integers(20, 32),
    base=st.integers(0, 2**32 - 1),
    offsets=st.sets(st.integers(0, 4095), max_size=6),
)
def test_covering_prefixes_hold_all_but_the_excluded(length: int, base: int, offsets: set[int]) -> None:
    """S0-15: no excluded address is covered, every other address is covered once."""
    network = IPv4Network((base, length), strict=False)
    size = network.num_addresses
    without = {network.network_address + offset for offset in offsets if offset < size}
    covered = [
        int(prefix.network_address) + at
        for prefix in covering(network, without)
        for at in range(prefix.num_addresses)
    ]
    first = int(network.network_address)
    assert sorted(covered) == [
        number for number in range(first, first + size) if IPv4Address(number) not in without
    ]
