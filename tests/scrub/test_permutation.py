"""Addresses behind a keyed permutation: prefixes, what stays, and the way back."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.scrubbing.hardware import HardwareAddresses
from bothways.scrubbing.permutation import Permutation

KEY = bytes(range(32))
v4 = st.integers(0, 2**32 - 1)
v6 = st.integers(0, 2**128 - 1)
keys = st.binary(min_size=32, max_size=32)
networks = st.lists(
    st.builds(
        lambda start, length: (start >> (32 - length) << (32 - length), length), v4, st.integers(1, 32)
    ),
    max_size=5,
)


def common(one: int, other: int, width: int) -> int:
    """How many leading bits two addresses share."""
    return width - (one ^ other).bit_length()


@given(keys, networks, v4, v4)
def test_images_share_as_many_bits_as_their_originals(
    key: bytes, known: list[tuple[int, int]], one: int, other: int
) -> None:
    """S3-08: no more and no less, whatever networks are known."""
    turn = Permutation(key, 32, known)

    assert common(turn.image(one), turn.image(other), 32) == common(one, other, 32)


@given(keys, networks, v4, st.integers(0, 31))
def test_neighbours_share_all_but_what_differs(
    key: bytes, known: list[tuple[int, int]], one: int, bit: int
) -> None:
    """S3-08: two addresses that differ in one bit, which random pairs seldom do."""
    turn = Permutation(key, 32, known)
    other = one ^ 1 << bit

    assert common(turn.image(one), turn.image(other), 32) == 31 - bit


@given(keys, networks, v4)
def test_every_address_comes_back(key: bytes, known: list[tuple[int, int]], address: int) -> None:
    """S3-08: the key and the networks are enough."""
    turn = Permutation(key, 32, known)

    assert turn.original(turn.image(address)) == address


@given(keys, v6, v6)
def test_long_addresses_likewise(key: bytes, one: int, other: int) -> None:
    """128 bits: prefixes are kept, and the way back is found."""
    turn = Permutation(key, 128)

    assert common(turn.image(one), turn.image(other), 128) == common(one, other, 128)
    assert turn.original(turn.image(one)) == one


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "255.255.255.255", "224.0.0.10", "239.255.255.250", "127.0.0.1", "255.255.255.0",
        "255.255.254.0", "128.0.0.0", "192.0.0.0", "240.0.0.0", "0.0.0.255", "0.255.255.255",
        "31.255.255.255",
        "1.255.255.255", "0.0.5.255",
    ],
)  # fmt: skip
@given(key=keys)
def test_what_means_the_same_everywhere_stays(key: bytes, address: str) -> None:
    """S3-08: nothing, everybody, multicast, loopback, masks and wildcards."""
    number = int(IPv4Address(address))

    assert Permutation(key, 32).image(number) == number


@pytest.mark.parametrize("address", ["::", "::1", "ff02::1", "ff02::1:ff00:12"])
def test_long_ones_that_stay(address: str) -> None:
    """Nothing, loopback and multicast; a link-local address stays link-local."""
    turn = Permutation(KEY, 128)

    assert turn.image(int(IPv6Address(address))) == int(IPv6Address(address))
    assert IPv6Address(turn.image(int(IPv6Address("fe80::223:5eff:fe1a:2b08")))).is_link_local


@given(keys, v4)
def test_nothing_becomes_what_stays(key: bytes, address: int) -> None:
    """S3-08: no host turns into a mask, a group or the loopback."""
    turn = Permutation(key, 32)

    assert turn.keeps(turn.image(address)) == turn.keeps(address)


@given(keys, v4, st.integers(9, 30))
def test_a_network_stays_a_network(key: bytes, address: int, length: int) -> None:
    """S3-08: its first address is one, its last is its broadcast, its hosts are neither."""
    network = IPv4Network((address, length), strict=False)
    first, last = int(network.network_address), int(network.broadcast_address)
    turn = Permutation(key, 32, [(first, length)])

    image = IPv4Network((turn.image(first), length))  # raises when host bits are set

    assert turn.image(last) == int(image.broadcast_address)
    assert image.network_address < IPv4Address(turn.image(first + 1)) < image.broadcast_address


@given(keys, st.integers(0, 2**48 - 1))
def test_hardware_addresses_come_back_and_stay_of_their_kind(key: bytes, address: int) -> None:
    """S3-08: a group's is a group's, a local one is local, and the way back is found."""
    turn = HardwareAddresses(key)
    image = turn.image(address)

    assert turn.original(image) == address
    assert image >> 40 & 3 == address >> 40 & 3


@pytest.mark.parametrize("address", [0xFFFFFFFFFFFF, 0x01000CCCCCCC, 0x00000C07AC0A, 0x00005E000101, 0])
def test_hardware_addresses_of_everybody_stay(address: int) -> None:
    """Broadcast, a group, HSRP and VRRP: they name nobody."""
    assert HardwareAddresses(KEY).image(address) == address
