"""How much an ASA captures: buffers that fill or go round, packets that are cut, memory that is short."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.lab.asa.capture import Capture, Caught, headers_length, tagged
from bothways.lab.cli.asa_show.captured import render_packet
from bothways.lab.cli.timing import wall
from bothways.lab.frames import (
    ACK,
    ICMP,
    PSH,
    SYN,
    TCP,
    UDP,
    ArpMessage,
    Frame,
    Packet,
    arp_frame,
    mac_bytes,
    packet_frame,
)
from bothways.lab.world import World

Type = Callable[[str], str]
Login = Callable[..., Type]
ONE, OTHER = mac_bytes("0050.56a0.0130"), mac_bytes("0023.5e1a.2b08")
A, B = IPv4Address("10.12.0.130"), IPv4Address("172.16.1.18")
FRAMES: dict[str, Frame] = {
    "tcp": packet_frame(
        ONE, OTHER, Packet(A, B, TCP, 128, 1025, 443, PSH | ACK, 100, 7, 8192, data=b"hello")
    ),
    "udp": packet_frame(ONE, OTHER, Packet(A, B, UDP, 64, 1025, 69, data=b"12345678")),
    "icmp": packet_frame(ONE, OTHER, Packet(A, B, ICMP, 64, 9, 9, icmp_type=8, icmp_code=0, data=bytes(32))),
    "arp": arp_frame(ONE, OTHER, ArpMessage(1, ONE, A, bytes(6), B)),
}


def state(type_line: Type) -> str:
    """Between the brackets of `show capture`."""
    return type_line("show capture").partition("[")[2].partition("]")[0]


def clocks(type_line: Type, name: str = "c") -> list[str]:
    return [line.split()[1] for line in type_line(f"show capture {name}").splitlines()[3:-1]]


def test_a_full_buffer_takes_no_more(hairpin: Callable[..., World], asa_console: Login) -> None:
    """20 segments of 58 + 16 bytes fit into 1,534; the 21st stops the capture, until it is emptied."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside buffer 1534 match tcp any any")
    type_line("capture all interface inside match tcp any any")
    world.connect("workstation", "cimc", 443)
    assert state(type_line) == "Capturing - 1406 bytes"  # 19 segments
    world.connect("workstation", "cimc", 443)
    assert "capture c type raw-data buffer 1534 interface inside [Buffer Full - 1480 bytes] \n" in type_line(
        "show capture"
    )
    assert clocks(type_line) == clocks(type_line, "all")[:20]
    type_line("clear capture c")
    assert state(type_line) == "Capturing - 0 bytes"
    world.connect("workstation", "cimc", 443)
    assert clocks(type_line)[-1] == clocks(type_line, "all")[-1]


def test_a_circular_buffer_forgets_the_oldest(hairpin: Callable[..., World], asa_console: Login) -> None:
    """The newest twenty are there, numbered from one, and it captures on."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside circular-buffer buffer 1534 match tcp any any")
    type_line("capture all interface inside match tcp any any")
    for _ in range(3):
        world.connect("workstation", "cimc", 443)
    lines = type_line("show capture").splitlines()
    assert lines[0] == (
        "capture c type raw-data buffer 1534 interface inside circular-buffer [Capturing - 1480 bytes] "
    )
    assert clocks(type_line) == clocks(type_line, "all")[-20:]
    assert type_line("show capture c").splitlines()[3].startswith("   1: ")


def test_the_default_buffer_is_half_a_megabyte(hairpin: Callable[..., World], asa_console: Login) -> None:
    """524,288 bytes: 7,084 segments of 74 bytes fit, and the next one does not."""
    capture = Capture("c", "admin", interfaces=["inside"])
    raw = tagged(packet_frame(ONE, OTHER, Packet(A, B, TCP, sport=1, dport=2, flags=SYN)).raw, 1)
    for _ in range(7085):
        capture.keep(0.0, raw)
    assert (capture.state, len(capture.caught), capture.used) == ("Buffer Full", 7084, 524_216)
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside buffer 524288")
    assert type_line("show capture") == "capture c type raw-data interface inside [Capturing - 0 bytes] \n"


def test_packets_are_cut_and_their_length_is_told(hairpin: Callable[..., World], asa_console: Login) -> None:
    """64 bytes of each: the line is whole, the checksum cannot be said, the buffer holds what was kept."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside packet-length 64 match icmp any any")
    world.ping("workstation", "cimc", 1)  # in, and out again
    assert state(type_line) == "Capturing - 160 bytes"
    first = type_line("show capture c detail").splitlines()[3:5]
    frame = next(
        one.frame for one in reversed(world.wires["users"].seen)
        if isinstance(one.frame.body, Packet) and one.frame.body.protocol == ICMP
    )  # fmt: skip
    assert first[0].endswith(f" 0x8100 Length: {len(frame.raw) + 4}")
    assert ": icmp: echo request (ttl 128, id " in first[1]


@pytest.mark.parametrize(("kind", "kept"), [("tcp", 54), ("udp", 42), ("icmp", 42), ("arp", 42)])
def test_headers_alone(kind: str, kept: int) -> None:
    """Ethernet, IP and what is behind: 14 + 20 + 20, or 8; what is not IP is whole. A tag adds four."""
    raw = FRAMES[kind].raw
    assert headers_length(raw) == kept
    assert headers_length(tagged(raw, 7)) == kept + 4
    capture = Capture("c", "admin", headers_only=True)
    capture.keep(1.0, tagged(raw, 7))
    assert list(capture.caught) == [Caught(1.0, tagged(raw, 7)[: kept + 4], len(raw) + 4)]
    assert capture.used == kept + 4 + 16


TEXTS = {
    "tcp": "10.12.0.130.1025 > 172.16.1.18.443: P 100:105(5) ack 7 win 8192 ",
    "udp": "10.12.0.130.1025 > 172.16.1.18.69:  udp 8 ",
    "icmp": "10.12.0.130 > 172.16.1.18: icmp: echo request ",
    "arp": "arp who-has 172.16.1.18 tell 10.12.0.130 ",
}
SUMS = {
    "tcp": "10.12.0.130.1025 > 172.16.1.18.443: P [tcp sum ok] 100:105(5) ack 7 win 8192 "
    "(DF) (ttl 128, id 0) ",
    "udp": "10.12.0.130.1025 > 172.16.1.18.69:  [udp sum ok] udp 8 (ttl 64, id 0) ",
    "icmp": "10.12.0.130 > 172.16.1.18: icmp: echo request (ttl 64, id 0) ",
    "arp": "arp who-has 172.16.1.18 tell 10.12.0.130 ",
}


@pytest.mark.parametrize("kind", FRAMES)
def test_each_kind_of_packet_by_hand(kind: str) -> None:
    """Without a tag as with one, in short as in detail; a spoilt byte is a bad checksum."""
    raw = FRAMES[kind].raw
    one, moment = Caught(0.5, raw, len(raw)), wall(0.5)
    assert render_packet(7, moment, one, "", detail=False) == f"   7: 08:00:00.500000       {TEXTS[kind]}\n"
    macs = f"0050.56a0.0130 0023.5e1a.2b08 0x{'0806' if kind == 'arp' else '0800'} Length: {len(raw)}"
    assert render_packet(7, moment, one, "", detail=True) == (
        f"   7: 08:00:00.500000 {macs}\n      {SUMS[kind]}\n"
    )
    if kind in ("tcp", "udp"):
        spoilt = Caught(0.5, raw[:-1] + bytes((raw[-1] ^ 1,)), len(raw))
        assert f"[bad {kind} cksum " in render_packet(7, moment, spoilt, "", detail=True)


@given(st.sampled_from(sorted(FRAMES)), st.integers(14, 100), st.booleans(), st.booleans())
def test_a_packet_cut_anywhere_has_a_line(kind: str, length: int, tag: bool, detail: bool) -> None:
    """However little was kept: one line, two in detail, and never more than was there."""
    raw = tagged(FRAMES[kind].raw, 7) if tag else FRAMES[kind].raw
    text = render_packet(1, wall(0.0), Caught(0.0, raw[:length], len(raw)), "", detail=detail)
    assert text.count("\n") == (2 if detail else 1)
    assert ("[|" in text) is (length < (54 if kind == "tcp" else 42) + 4 * tag)
    assert (" sum ok]" in text) <= (length >= len(raw))


@given(st.lists(st.integers(0, 1460), max_size=60), st.integers(1534, 6000), st.booleans())
def test_the_buffer_is_never_exceeded(sizes: list[int], buffer: int, circular: bool) -> None:
    """What is in it is the first or the last of all that came, and its bytes are those of its packets."""
    capture = Capture("c", "admin", interfaces=["inside"], buffer=buffer, circular=circular)
    came: deque[bytes] = deque()
    for size in sizes:
        packet = Packet(A, B, TCP, sport=1, dport=2, flags=ACK, data=bytes(size))
        came.append(packet_frame(ONE, OTHER, packet).raw)
        capture.keep(0.0, came[-1])
    kept = [one.raw for one in capture.caught]
    number = len(kept)
    assert capture.used == sum(len(raw) + 16 for raw in kept) <= buffer
    assert kept == (list(came)[len(came) - number :] if circular else list(came)[:number])
    assert capture.full is (not circular and number < len(came))


def test_what_a_command_does_not_name_stays(hairpin: Callable[..., World], asa_console: Login) -> None:
    """A condition is added: the capture goes round as before, and keeps headers alone as before."""
    world = hairpin()
    type_line = asa_console(world)
    type_line("capture c interface inside circular-buffer headers-only packet-length 100 buffer 2000")
    type_line("capture c match icmp any any")
    assert type_line("show capture").splitlines() == [
        (
            "capture c type raw-data buffer 2000 interface inside packet-length 100 circular-buffer "
            "headers-only [Capturing - 0 bytes] "
        ),
        "  match icmp any any ",
    ]
    world.ping("workstation", "cimc", 1)
    assert state(type_line) == f"Capturing - {2 * (18 + 20 + 8 + 16)} bytes"


def test_numbers_go_round() -> None:
    """The number behind the last byte of 2**32 is 0."""
    packet = Packet(A, B, TCP, 128, 1025, 443, PSH | ACK, 2**32 - 2, 7, 8192, data=b"hello")
    raw = packet_frame(ONE, OTHER, packet).raw
    text = render_packet(1, wall(0.0), Caught(0.0, raw, len(raw)), "", detail=False)
    assert ": P 4294967294:3(5) ack 7 win 8192 " in text


def test_memory_is_short(hairpin: Callable[..., World], asa_console: Login) -> None:
    """Two of the biggest buffers are all there is; nothing is left of the command that was refused."""
    type_line = asa_console(hairpin())
    too_big = type_line("capture c interface inside buffer 33554433")
    assert too_big == "ERROR: Capture buffer must be from 1534 to 33554432 bytes\n"
    assert type_line("show capture") == ""
    for name in ("a", "b"):
        assert type_line(f"capture {name} interface inside buffer 33554432") == ""
    refused = "ERROR: Unable to allocate memory for the capture buffer\n"
    assert type_line("capture c type asp-drop all") == refused
    assert "capture c" not in type_line("show capture")
    type_line("no capture a")
    assert type_line("capture c type asp-drop all") == ""


def test_another_size_empties_the_buffer(hairpin: Callable[..., World], asa_console: Login) -> None:
    """The same command once more changes nothing; another buffer begins anew."""
    world = hairpin()
    type_line = asa_console(world)
    command = "capture c interface inside buffer 4000 match tcp any any"
    type_line(command)
    world.connect("workstation", "cimc", 443)
    type_line(command)
    assert state(type_line) == "Capturing - 1406 bytes"
    assert type_line("show capture").count("match") == 1
    type_line("capture c buffer 5000")
    assert state(type_line) == "Capturing - 0 bytes"
