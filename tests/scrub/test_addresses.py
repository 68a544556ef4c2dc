"""Addresses however they are written: all go, the same goes the same way, and all come back."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.scrubbing.gathering import Gathering
from bothways.scrubbing.packets import ETHERNET, RAW, PacketWriter
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing

KEY = bytes(range(32))


def scrubbed(text: str) -> tuple[str, Replacing]:
    gathering = Gathering(PrivateMap(KEY))
    gathering.look(text)
    replacing = gathering.finished()
    return replacing.text(text), replacing


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("From 2001:db8:7:1::20.", ["db8"]),
        ("Deny TCP from inside:2001:db8:7:1::20/443 to outside:2001:db8:9::1/50001", ["db8"]),
        ("2001:db8:7:1::20.443 > 2001:db8:9::1.5001: S 1:1(0)", ["db8"]),
        ("route 2001:0db8:0007:0001:0000:0000:0000:0020 or 2001:0DB8:AA::1", ["0db8"]),
        ('{"a": "x\\n2001:db8:7:1::20 b"}', ["db8"]),
        ("https://[2001:db8::1]:443/ fe80::219:2fff:febc:3ac2%inside", ["db8", "febc"]),
        ("::ffff:a0c:82 and 64:ff9b::a0c:82 and ::ffff:10.12.0.130", ["a0c:82", "10.12"]),
        ("130.0.12.10.in-addr.arpa. 0.12.10.in-addr.arpa 12.10.in-addr.arpa", ["0.12.10", "12.10"]),
        ("0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", ["8.b.d"]),
        ("?q=a%2010.12.0.130%2F24", ["10.12"]),
        ("mac:0019.2fbc.3ac2: flapping, MAC 00:19:2F:11:22:33: x", ["2fbc", "19:2F"]),
        ("inside:00:19:2f:bc:3a:c2 00-19-2f-bc-3a-c2", ["2f:bc", "2f-bc"]),
        (" client-identifier 0100.192f.bc3a.c2", ["192f"]),
        (" range 10.12.0.50 10.12.0.99\ndhcpd address 10.12.0.130-10.12.0.190 inside", ["10.12"]),
    ],
)
def test_no_way_of_writing_is_overlooked(text: str, gone: list[str]) -> None:
    """S3-08: logs, captures, host names in reverse, what a browser escaped, client identifiers; and back."""
    made, replacing = scrubbed(text)

    assert not any(part.lower() in made.lower() for part in gone)
    assert replacing.undone(made) == text


def test_an_address_in_reverse_is_the_same_address() -> None:
    """S3-08: who asks for a name asks for the address beside it, and a zone is its network."""
    made, _ = scrubbed("10.12.0.130 130.0.12.10.in-addr.arpa 0.12.10.in-addr.arpa 10.12.0.0/24")

    address, pointer, zone, network = made.split()
    assert pointer == f"{'.'.join(address.split('.')[::-1])}.in-addr.arpa"
    assert zone.split(".")[:3] == network.split(".")[2::-1]


def test_an_ipv6_address_that_holds_an_ipv4_address_holds_its_image() -> None:
    """RFC 4291 and 6052: mapped and translated addresses are not left beside their replaced twin."""
    made, _ = scrubbed("10.12.0.130 ::ffff:a0c:82 64:ff9b::a0c:82")

    v4, mapped, translated = made.split()
    assert IPv6Address(mapped).ipv4_mapped == IPv4Address(v4)
    assert int(IPv6Address(translated)) & 0xFFFFFFFF == int(IPv4Address(v4))


numbers = st.integers(0x0B000000, 0xBFFFFFFF)


@given(
    st.lists(numbers, min_size=2, max_size=2, unique=True),
    st.lists(numbers, max_size=8),
    st.binary(min_size=32, max_size=32),
)
def test_a_range_keeps_what_lies_in_it(ends: list[int], others: list[int], key: bytes) -> None:
    """S3-08: a pool holds after it the addresses that it held before, under any key."""
    first, last = sorted(ends)
    addresses = [*ends, *others, first + 1, last - 1]
    text = f"range {IPv4Address(first)} {IPv4Address(last)}\n" + " ".join(
        str(IPv4Address(one)) for one in addresses
    )
    gathering = Gathering(PrivateMap(key))
    gathering.look(text)

    made = gathering.finished().text(text)

    low, high = (int(IPv4Address(word)) for word in made.splitlines()[0].split()[1:])
    images = [int(IPv4Address(word)) for word in made.splitlines()[1].split()]
    assert [low <= one <= high for one in images] == [first <= one <= last for one in addresses]


@given(st.lists(st.ip_addresses(v=6), max_size=4), st.sampled_from(["compressed", "exploded", "upper"]))
def test_ipv6_comes_back_as_it_was_written(addresses: list[IPv6Address], way: str) -> None:
    """S3-08: byte for byte, short or long, small or large letters."""
    words = [{"upper": str(one).upper()}.get(way, getattr(one, way, "")) for one in addresses]
    text = " and ".join(words)

    made, replacing = scrubbed(text)

    assert replacing.undone(made) == text


@given(st.lists(st.integers(0, 2**48 - 1), max_size=4), st.sampled_from([":", "-", "."]), st.booleans())
def test_hardware_addresses_come_back_as_they_were_written(
    numbers: list[int], mark: str, large: bool
) -> None:
    """S3-08: also those without a letter, whose image has some."""
    step = 4 if mark == "." else 2
    words = [mark.join(re.findall(f".{{{step}}}", f"{one:012{'X' if large else 'x'}}")) for one in numbers]
    text = " ".join(words)

    made, replacing = scrubbed(text)

    assert replacing.undone(made) == text


FRAME = bytes.fromhex(
    "00192fbc3ac2005056a001300800450000280001400040060000" "0a0c0082ac100112" "c35101bb" "00000001" "00000000"
    "50022000" "0000" "0000"
)  # fmt: skip


def dumped(data: bytes, width: int, offset: str, *, shown: bool) -> str:
    """As the ASA, tcpdump and others print it."""
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        groups = " ".join(part.hex()[place : place + width] for place in range(0, len(part) * 2, width))
        letters = "".join(chr(one) if 0x20 < one < 0x7F else "." for one in part)
        lines.append(f"{offset.format(at)}{groups}{'    ' + letters if shown else ''}")
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("width", "offset", "shown"),
    [(4, "0x{:04x}   ", True), (4, "\t0x{:04x}:  ", False), (2, "{:04x}  ", True), (8, "{:08x}: ", True)],
    ids=["asa", "tcpdump", "wireshark", "words"],
)
@pytest.mark.parametrize(("start", "link"), [(0, ETHERNET), (14, RAW)], ids=["frame", "packet"])
def test_a_packet_printed_as_bytes_is_rewritten_as_in_a_capture(
    width: int, offset: str, shown: bool, start: int, link: int
) -> None:
    """S3-08: `show capture NAME dump` beside the pcap of the same packet tells the same."""
    data = FRAME[start:]
    head, tail = "   1: 08:14:57.464102 10.12.0.130.50001 > 172.16.1.18.443: S 1:1(0)\n", "\n   2: 08:14:58\n"

    made, replacing = scrubbed(head + dumped(data, width, offset, shown=shown) + tail)

    expected = dumped(PacketWriter(replacing).packet(data, link), width, offset, shown=shown)
    assert made.splitlines()[1:-1] == expected.splitlines()
    assert "0a0c0082" not in re.sub(r"\s", "", made)
    assert made.endswith(tail)


def test_tables_of_numbers_are_no_packets() -> None:
    """Counters that stand in columns stay."""
    text = "0000  12 34\n1000  0000 0000\n  10  0020 0030\n0x0000 is no offset\n"

    assert scrubbed(text)[0].splitlines()[1:] == text.splitlines()[1:]
