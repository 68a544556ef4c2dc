"""Files that are damaged, odd or of another form: the answer says what it could not see."""

from __future__ import annotations

import gzip
import os
import struct
from dataclasses import replace
from pathlib import Path

import pytest

from bothways.diagnosis.capture import Cause, State, read_captures
from bothways.errors import BadInput

from .conftest import Read
from .wire import ACK, ASA, SWITCH, SYN, Talk, Timed, ethernet, ipv4, pcap, timed

CALL = Talk()
REFUSED = [CALL.c(0, SYN, 0), CALL.s(0.25, 0x14, -700000, 1)]
FORMS = {
    "little-endian": {"order": "<"},
    "big-endian": {"order": ">"},
    "nanoseconds": {"nano": True},
    "big-endian-nanoseconds": {"order": ">", "nano": True},
    "cut-behind-tcp": {"snaplen": 14 + 20 + 20},
    "cut-within-tcp": {"snaplen": 14 + 20 + 16},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_same_verdict_out_of_every_form(read: Read, form: dict[str, object]) -> None:
    """B15: both byte orders, both clocks, any cut that leaves the numbers."""
    said = read(pcap(timed(*REFUSED), **form))  # type: ignore[arg-type]
    (one,) = said.judgements
    assert (one.cause, one.packet) == (Cause.REFUSED, 2)
    assert "0.250000 s after it" in one.sentence


def test_nanoseconds_are_kept(read: Read) -> None:
    """Not rounded to what a microsecond file could hold."""
    said = read(pcap([(0.000000123, REFUSED[0].frame())], nano=True))
    assert int(said.capture.packets.time_ns[0]) % 1000 == 123


def test_cut_before_the_numbers_is_not_judged(read: Read) -> None:
    """B15: a snaplen that keeps ports alone tells nothing, and that is said."""
    said = read(pcap(timed(*REFUSED), snaplen=14 + 20 + 15))
    assert said.courses == ()
    assert "2 packets of TCP, cut before the end of their header" in said.could_not_see


def test_truncated_in_every_byte(read: Read) -> None:
    """B15: whatever byte the file ends at, what is whole is read, and the rest is told."""
    whole = pcap(timed(*REFUSED))
    first_end = 24 + 16 + len(REFUSED[0].frame())
    for size in range(24, len(whole)):
        said = read(whole[:size])
        packets = 0 if size < first_end else 1
        assert said.capture.total == packets
        ends = f"the file ends within record {packets + 1}: the capture is not complete"
        assert (ends in said.could_not_see) is (size not in (24, first_end))


@pytest.mark.parametrize("size", range(4, 24))
def test_truncated_within_the_header(read: Read, size: int) -> None:
    """B15: not even the file's own header is whole."""
    said = read(pcap(timed(*REFUSED))[:size])
    assert f"the file ends within its header, after {size} bytes" in said.could_not_see


def test_no_packets_at_all(read: Read) -> None:
    """B15: an empty capture is no clean bill."""
    assert read(pcap([])).could_not_see == ("there is no packet in the file",)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a" + bytes(40), b"\xd4\xc3"], ids=["empty", "picture", "stub"]
)
def test_what_is_no_capture_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file of another kind is bad input, with what to give instead."""
    path = tmp_path / "x.pcap"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="give a pcap or pcapng file"):
        read_captures(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """In the words of the system, with the place."""
    with pytest.raises(BadInput, match=r"none\.pcap: No such file"):
        read_captures(tmp_path / "none.pcap")


def test_gzip_is_read_and_a_cut_one_as_far_as_it_goes(read: Read) -> None:
    """Captures travel compressed; a download that broke off is told."""
    packed = gzip.compress(pcap(timed(*REFUSED)), mtime=0)
    assert [one.cause for one in read(packed).judgements] == [Cause.REFUSED]
    said = read(packed[:-9])
    assert any("compressed file is cut" in what for what in said.could_not_see)


def test_an_unknown_link_type_is_counted(read: Read) -> None:
    """B15: 2 packets of a kind nobody here understands."""
    said = read(pcap(timed(*REFUSED), link=147))
    assert said.could_not_see == (
        "2 packets of link type 147, which is not understood",
        "none of the 2 packets is TCP that can be read",
    )


def test_a_damaged_length_ends_the_reading(read: Read) -> None:
    """A record of 3 GB is no packet; what came before it is judged."""
    damaged = pcap(timed(*REFUSED)) + struct.pack("<IIII", 0, 0, 3 << 30, 60) + bytes(500)
    said = read(damaged)
    assert [one.cause for one in said.judgements] == [Cause.REFUSED]
    assert "record 3 is damaged, and with it all that follows in the file" in said.could_not_see


def test_a_record_that_claims_more_in_the_file_than_on_the_wire(read: Read) -> None:
    """B15: caplen above len."""
    frame = REFUSED[0].frame()
    said = read(pcap([]) + struct.pack("<IIII", 0, 0, len(frame), 20) + frame)
    assert said.capture.total == 1
    assert any(what.startswith("1 records claim") for what in said.capture.remarks)


TAGS = {
    "vlan": (((0x8100, 172),), 172),
    "qinq": (((0x88A8, 100), (0x8100, 172)), 100),
    "old-qinq": (((0x9100, 7), (0x8100, 172)), 7),
}


@pytest.mark.parametrize(("tags", "outer"), TAGS.values(), ids=TAGS.keys())
def test_tags_are_looked_through(read: Read, tags: tuple[tuple[int, int], ...], outer: int) -> None:
    """B15: VLAN and QinQ; the outer number stands in the evidence."""
    said = read([replace(one, tags=tags) for one in REFUSED])
    (one,) = said.judgements
    assert one.cause is Cause.REFUSED
    assert f" vlan {outer})" in one.lines[0].text


RAW = {
    "raw-ip": (101, b""),
    "bsd-loopback": (0, struct.pack("<I", 2)),
    "cooked": (113, bytes(14) + b"\x08\x00"),
    "cooked-2": (276, b"\x08\x00" + bytes(18)),
}


@pytest.mark.parametrize(("link", "head"), RAW.values(), ids=RAW.keys())
def test_captures_without_ethernet(read: Read, link: int, head: bytes) -> None:
    """Linux' any interface, tunnels, loopback: no MAC addresses, the same verdict."""
    said = read(pcap([(one.at_s, head + one.ip()) for one in REFUSED], link=link))
    (one,) = said.judgements
    assert one.cause is Cause.REFUSED
    assert "(" not in one.lines[0].text


def test_fragments_are_put_together_by_length(read: Read) -> None:
    """B15: the first piece has the header, the last one says how long the whole is."""
    talk = CALL.handshake()
    big = CALL.c(0.01, ACK, 1, 1, data=bytes(1400), ident=77)
    segment = big.tcp()
    pieces: list[Timed] = [
        (
            0.01,
            ethernet(0x0800, ipv4(big.source, big.destination, 6, segment[:720], ident=77, fragment=0x2000)),
        ),
        (0.011, ethernet(0x0800, ipv4(big.source, big.destination, 6, segment[720:], ident=77, fragment=90))),
    ]
    said = read(pcap([*timed(*talk), *pieces]))
    assert said.courses[0].client.bytes == 1400
    assert any(what.startswith("2 fragments of TCP packets") for what in said.capture.remarks)
    lost = read(pcap([*timed(*talk), pieces[0]]))
    assert any("last fragments of 1 TCP packets" in what for what in lost.could_not_see)


def test_copies_count_once(read: Read) -> None:
    """B15: a SPAN of both directions gives every packet twice; no retransmission is made of it."""
    twice = [
        copy
        for number, one in enumerate(CALL.whole())
        for copy in (
            replace(one, ident=number + 1),
            replace(one, ident=number + 1, at_s=one.at_s + 0.00001),
        )
    ]
    said = read(twice)
    (course,) = said.courses
    assert (course.client.packets, course.server.packets, course.client.repeated) == (6, 3, 0)
    assert said.judgements == ()
    assert any(what.startswith("9 packets stand twice") for what in said.capture.remarks)


def test_a_packet_sent_on_over_the_same_wire_is_told_from_a_copy(read: Read) -> None:
    """The second one has other MAC addresses: a hairpin without changed numbers."""
    said = read([CALL.c(0, SYN, 0), CALL.c(0.001, SYN, 0, src_mac=ASA, dst_mac=SWITCH)])
    assert any("1 packets pass twice, with other MAC addresses" in what for what in said.capture.remarks)


def test_clocks_that_run_backwards(read: Read) -> None:
    """B15: a little is two cards in one file, and is put in order; much is a clock that was set."""
    talk = CALL.whole()
    mixed = [talk[1], talk[0], *talk[2:]]
    said = read(mixed)
    assert [course.state for course in said.courses] == [State.CLOSED]
    assert any("backwards at 1 places, by up to 0.001000 s" in what for what in said.capture.remarks)
    told = read([*talk[:5], *(replace(one, at_s=one.at_s - 3600) for one in talk[5:])])
    assert [course.state for course in told.courses] == [State.CLOSED]
    assert any("in the order of the file" in what for what in told.capture.remarks)


OTHERS = {
    "ipv6-tcp": (0x86DD, bytes([0x60, 0, 0, 0, 0, 20, 6, 64]) + bytes(52), "1 packets of TCP over IPv6"),
    "gre": (0x0800, ipv4("10.0.0.1", "10.0.0.2", 47, bytes(30)), "1 packets of GRE, not looked into"),
    "mpls": (0x8847, bytes(60), "1 packets in MPLS"),
    "bad-ip": (0x0800, b"\x41" + bytes(40), "1 packets with an IP header that makes no sense"),
    "short-ip": (0x0800, b"\x45" + bytes(10), "1 packets cut before their IP header"),
    "bad-tcp": (0x0800, ipv4("10.0.0.1", "10.0.0.2", 6, bytes(20)), "1 packets of TCP, with lengths that"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "told"), OTHERS.values(), ids=OTHERS.keys())
def test_what_is_not_read_is_told(read: Read, kind: int, body: bytes, told: str) -> None:
    """Each kind by its name, and the rest of the file is judged."""
    said = read(pcap([*timed(*REFUSED), (1.0, ethernet(kind, body))]))
    assert [one.cause for one in said.judgements] == [Cause.REFUSED]
    assert any(what.startswith(told) for what in said.could_not_see)


def test_quiet_traffic_is_no_blindness(read: Read) -> None:
    """ARP, UDP, routing protocols: not looked into, and no reason to doubt the answer."""
    quiet = [
        (1.0, ethernet(0x0806, bytes(46))),
        (1.1, ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, bytes(30)))),
        (1.2, ethernet(0x0800, ipv4("10.0.0.1", "224.0.0.10", 88, bytes(30)))),
    ]
    said = read(pcap([*timed(*CALL.whole()), *quiet]))
    assert said.could_not_see == ()
    assert said.capture.remarks == (
        "not looked into, for it is no TCP: 1 frames without IPv4, 1 UDP, 1 EIGRP",
    )


def test_checksums_that_a_card_adds_later_are_no_damage(read: Read) -> None:
    """B15: the sum of the pseudo header stands in their place; the packets are judged as they are."""
    syn, answer = REFUSED
    said = read([replace(syn, checksum=syn.pseudo_sum()), answer])
    assert [one.cause for one in said.judgements] == [Cause.REFUSED]
    (remark,) = said.capture.remarks
    assert remark.startswith("1 packets of 10.12.0.130 have no finished checksum")
    assert remark.endswith("no fault of theirs")


def test_damage_is_told_from_it(read: Read) -> None:
    """B15: a checksum that is neither right nor a card's is a packet that nobody takes."""
    syn, answer = REFUSED
    said = read([syn, replace(answer, checksum=0x1234)])
    assert said.capture.remarks == (
        "1 packets have a wrong checksum, the first one is packet 2: whoever gets them throws them away",
    )


def test_a_reserved_end_of_the_file_is_no_packet(read: Read) -> None:
    """B17: a machine that went down leaves zeros behind; 16 MB of them are told at once."""
    said = read(pcap(timed(*REFUSED)) + bytes(1 << 24))
    assert said.capture.total == 2
    assert "record 3 is damaged, and with it all that follows in the file" in said.could_not_see


def test_a_pipe_is_read_and_a_named_one_refused(tmp_path: Path) -> None:
    """Nobody waits for ever: a shell's pipe has somebody who writes, a name in a folder may have nobody."""
    fifo = tmp_path / "never.pcap"
    os.mkfifo(fifo)
    with pytest.raises(BadInput, match="named pipe"):
        read_captures(fifo)
    with pytest.raises(BadInput, match="directory"):
        read_captures(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, gzip.compress(pcap(timed(*REFUSED))))
    os.close(writer)
    (one,) = read_captures(Path(f"/dev/fd/{reader}"))
    os.close(reader)
    assert len(one.packets) == 2
