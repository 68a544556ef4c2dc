"""pcapng files, built block by block."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bothways.diagnosis.capture import Cause

from .conftest import Read
from .wire import EPOCH_S, SYN, Talk, ethernet

CALL = Talk()
REFUSED = [CALL.c(0, SYN, 0), CALL.s(0.25, 0x14, -700000, 1)]


def block(order: str, kind: int, body: bytes) -> bytes:
    padded = body + bytes(-len(body) % 4)
    size = len(padded) + 12
    return struct.pack(order + "II", kind, size) + padded + struct.pack(order + "I", size)


def section(order: str = "<") -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def option(order: str, code: int, value: bytes) -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(order: str = "<", link: int = 1, options: bytes = b"", snaplen: int = 0) -> bytes:
    end = struct.pack(order + "HH", 0, 0) if options else b""
    return block(order, 1, struct.pack(order + "HHI", link, 0, snaplen) + options + end)


def enhanced(raw: bytes, ticks: int, order: str = "<", which: int = 0) -> bytes:
    head = struct.pack(order + "IIIII", which, ticks >> 32, ticks & 0xFFFFFFFF, len(raw), len(raw))
    return block(order, 6, head + raw + bytes(-len(raw) % 4))


def ticks(at_s: float, per_s: int = 10**6) -> int:
    return round((EPOCH_S + at_s) * per_s) if per_s < 10**9 else EPOCH_S * per_s + round(at_s * per_s)


@pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
def test_enhanced_packets(read: Read, order: str) -> None:
    """B15: either byte order; foreign blocks between them are stepped over."""
    foreign = block(order, 0x0BAD, b"whatever this is")
    packets = b"".join(foreign + enhanced(one.frame(), ticks(one.at_s), order) for one in REFUSED)
    (one,) = read(section(order) + interface(order) + packets).judgements
    assert (one.cause, one.packet) == (Cause.REFUSED, 2)
    assert one.lines[1].moment == "2023-11-14 22:13:20.250000Z"


CLOCKS = {"nanoseconds": (b"\x09", 10**9), "binary": (b"\x8a", 1024), "seconds": (b"\x00", 1)}


@pytest.mark.parametrize(("resolution", "per_s"), CLOCKS.values(), ids=CLOCKS.keys())
def test_each_interface_has_its_clock(read: Read, resolution: bytes, per_s: int) -> None:
    """Powers of ten and of two; 1024 ticks a second hold 0.25 s exactly."""
    late = [REFUSED[0], CALL.s(2.25 if per_s > 1 else 2.0, 0x14, -700000, 1)]
    packets = b"".join(enhanced(one.frame(), ticks(one.at_s, per_s)) for one in late)
    (one,) = read(section() + interface(options=option("<", 9, resolution)) + packets).judgements
    assert f"{late[1].at_s:.6f} s after it" in one.sentence


def test_interfaces_of_several_kinds_in_one_file(read: Read) -> None:
    """B15: the SYN on Ethernet, the answer on raw IP: one stream, numbered as in the file."""
    content = (
        section()
        + interface()
        + interface(link=101)
        + enhanced(REFUSED[0].frame(), ticks(0))
        + enhanced(ethernet(0x0806, bytes(46)), ticks(0.1))
        + enhanced(REFUSED[1].ip(), ticks(0.25), which=1)
    )
    (one,) = read(content).judgements
    assert (one.cause, one.packet) == (Cause.REFUSED, 3)


def test_simple_and_old_packets(read: Read) -> None:
    """Two kinds of block that few programs write; one of them has no time, and that is said."""
    raws = [one.frame() for one in REFUSED]
    simple = block("<", 3, struct.pack("<I", len(raws[0])) + raws[0])
    when = ticks(0.25)
    old = block(
        "<",
        2,
        struct.pack("<HHIIII", 0, 0, when >> 32, when & 0xFFFFFFFF, len(raws[1]), len(raws[1])) + raws[1],
    )
    said = read(section() + interface() + simple + old)
    assert [one.cause for one in said.judgements] == [Cause.REFUSED]
    assert "1 packets have no time: gaps and order cannot be judged" in said.could_not_see


def test_what_the_capturing_machine_lost_is_said(read: Read) -> None:
    """A statistics block counts 12 dropped packets: a missing packet proves nothing then."""
    counted = option("<", 5, struct.pack("<Q", 12)) + struct.pack("<HH", 0, 0)
    said = read(section() + interface() + block("<", 5, struct.pack("<III", 0, 0, 0) + counted))
    assert "the capturing machine lost 12 packets, by its own word" in said.could_not_see


def whole(packets: Sequence[bytes]) -> bytes:
    return section() + interface() + b"".join(packets)


def test_pcapng_truncated_in_every_byte(read: Read) -> None:
    """B15: whatever byte it ends at, whole blocks are read and the rest is told."""
    blocks = [enhanced(one.frame(), ticks(one.at_s)) for one in REFUSED]
    content = whole(blocks)
    edges = {len(section()), len(whole([])), len(whole(blocks[:1])), len(content)}
    for size in range(4, len(content)):
        said = read(content[:size])
        assert said.capture.total == (1 if size >= len(whole(blocks[:1])) else 0)
        assert any("the capture is not complete" in what for what in said.could_not_see) is (
            size not in edges
        )


DAMAGED = {
    "size": block("<", 6, bytes(40))[:4] + b"\x0d\0\0\0" + bytes(60),
    "magic": struct.pack("<II", 0x0A0D0D0A, 28) + bytes(40),
    "packet": block("<", 6, struct.pack("<IIIII", 0, 0, 0, 9999, 9999) + bytes(60)),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_block_ends_the_reading(read: Read, damage: bytes) -> None:
    """What came before is judged."""
    content = whole([enhanced(one.frame(), ticks(one.at_s)) for one in REFUSED])
    said = read(content + damage)
    assert [one.cause for one in said.judgements] == [Cause.REFUSED]
    assert any("block behind packet 2 is damaged" in what for what in said.could_not_see)


def test_a_packet_of_no_interface_is_counted(read: Read) -> None:
    """Its link type is not known, so nothing in it is."""
    said = read(section() + enhanced(REFUSED[0].frame(), ticks(0)))
    assert "1 packets are of an interface the file does not name" in said.could_not_see


def test_link_types_do_not_change_the_order(read: Read) -> None:
    """B15: a tunnel's packets between those of a wire, seconds apart, in the order of the file."""
    wired = [CALL.c(0, SYN, 0), CALL.c(4, SYN, 0)]
    inner = replace(CALL, cport=50_002)
    tunnelled = [inner.c(2, SYN, 0), inner.s(6, 0x14, -700000, 1)]
    packets = [
        enhanced(wired[0].frame(), ticks(0)),
        enhanced(tunnelled[0].ip(), ticks(2), which=1),
        enhanced(wired[1].frame(), ticks(4)),
        enhanced(tunnelled[1].ip(), ticks(6), which=1),
    ]
    said = read(section() + interface() + interface(link=101) + b"".join(packets))
    assert said.capture.packets.number.tolist() == [1, 2, 3, 4]
    assert said.capture.remarks == ()
    assert {(one.cause, one.packet) for one in said.judgements} == {(Cause.REFUSED, 4), (Cause.NO_ANSWER, 3)}


def test_gzip_truncated_in_every_byte(read: Read) -> None:
    """B15: whatever byte the compressed file ends at, that is told, and what came out of it is read."""
    whole = section() + interface() + b"".join(enhanced(one.frame(), ticks(one.at_s)) for one in REFUSED)
    content = gzip.compress(whole, 0, mtime=0)
    seen = []
    for size in range(80, len(content)):
        said = read(content[:size])
        assert "the compressed file is cut or damaged" in said.could_not_see[0]
        seen.append(len(said.capture.packets))
    assert seen == sorted(seen)
    assert set(seen) == {0, 1, 2}
