"""Captures built byte by byte: addresses and payload go, lengths and checksums stay what they were."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.errors import BadInput
from bothways.scrubbing import load_map, save_map, scrub_files
from bothways.scrubbing.captures import rewritten
from bothways.scrubbing.packets import ETHERNET, PacketWriter
from bothways.scrubbing.private_map import PrivateMap
from bothways.scrubbing.text import Replacing

KEY = bytes(range(32))
CLIENT, SERVER = bytes((10, 12, 0, 130)), bytes((172, 16, 1, 18))
MACS = bytes.fromhex("00235e1a2b08005056a00130")
V6_CLIENT, V6_SERVER = (
    bytes.fromhex("20010db8000700010000000000000020"),
    bytes.fromhex("20010db8000900000000000000000001"),
)
PAYLOAD = b"GET /payroll HTTP/1.1\r\nHost: miller\r\n\r\n!"


def checksum(*parts: bytes) -> int:
    """RFC 1071, written out."""
    data = b"".join(part + b"\0" * (len(part) % 2) for part in parts)
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol: int, body: bytes, source: bytes = CLIENT, target: bytes = SERVER, flags: int = 0) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 7, flags, 64, protocol, 0) + source + target
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body


def tcp(payload: bytes = PAYLOAD, wrong: int = 0, ends: tuple[bytes, bytes] = (CLIENT, SERVER)) -> bytes:
    head = struct.pack(">HHIIBBHHH", 50001, 443, 1000, 2000, 0x50, 0x18, 8192, 0, 0)
    pseudo = ends[0] + ends[1] + struct.pack(">HH", 6, len(head) + len(payload))
    return head[:16] + struct.pack(">H", checksum(pseudo, head, payload) ^ wrong) + head[18:] + payload


def udp(payload: bytes, ends: tuple[bytes, bytes], *, summed: bool = True) -> bytes:
    head = struct.pack(">HHHH", 53, 5353, 8 + len(payload), 0)
    pseudo = ends[0] + ends[1] + struct.pack(">HH", 17, len(head) + len(payload))
    value = checksum(pseudo, head, payload) if summed else 0
    return head[:6] + struct.pack(">H", value) + payload


def frame(packet: bytes, kind: int = 0x0800) -> bytes:
    return MACS + struct.pack(">H", kind) + packet


def turned(data: bytes, link: int = ETHERNET) -> bytes:
    made = PacketWriter(Replacing(PrivateMap(KEY))).packet(data, link)
    assert len(made) == len(data)
    return made


def is_right(packet: bytes) -> tuple[bool, bool]:
    """Whether the checksums of the IPv4 header and of TCP are right."""
    body = packet[20:]
    pseudo = packet[12:20] + struct.pack(">HH", packet[9], len(body))
    return checksum(packet[:20]) == 0, checksum(pseudo, body) == 0


def test_right_checksums_stay_right() -> None:
    """S3-08: of the header, of TCP, with a payload of odd length as well."""
    for payload in (PAYLOAD, PAYLOAD[:-1], b""):
        made = turned(frame(ipv4(6, tcp(payload))))

        assert is_right(made[14:]) == (True, True)
        assert made[34:50] == frame(ipv4(6, tcp(payload)))[34:50]  # ports, numbers, flags, window
        for gone in (CLIENT, SERVER, MACS[:6], MACS[6:], b"payroll", b"miller"):
            assert gone not in made


@given(st.binary(max_size=60), st.integers(1, 0xFFFE))
def test_a_wrong_checksum_stays_wrong(payload: bytes, wrong: int) -> None:
    """S3-08: what was damaged on the wire is damaged still."""
    damaged = tcp(payload, wrong)
    if checksum(CLIENT + SERVER + struct.pack(">HH", 6, len(damaged)), damaged) == 0:
        return  # both zeros of ones' complement
    assert is_right(turned(ipv4(6, damaged), 101)) == (True, False)


def test_a_checksum_left_to_the_network_card_stays_so() -> None:
    """S3-08: it holds the sum of the pseudo header, of the new addresses now."""
    segment = tcp()
    pseudo = struct.pack(">HH", 6, len(segment))
    unfinished = struct.pack(">H", ~checksum(CLIENT, SERVER, pseudo) & 0xFFFF)

    made = turned(ipv4(6, segment[:16] + unfinished + segment[18:]), 101)

    assert made[36:38] == struct.pack(">H", ~checksum(made[12:20], pseudo) & 0xFFFF)


@pytest.mark.parametrize("kept", range(1, 95, 3))
def test_a_packet_cut_anywhere_breaks_nothing(kept: int) -> None:
    """S3-08: what was captured of it is replaced, as far as it goes."""
    whole = frame(ipv4(6, tcp()))

    made = turned(whole[:kept])

    for gone in (MACS[:6], CLIENT, SERVER, b"payroll"):
        assert gone not in made


@pytest.mark.parametrize(
    ("data", "gone"),
    [
        (MACS + bytes.fromhex("8100000a0800") + ipv4(6, tcp()), [CLIENT, SERVER, b"payroll"]),
        (MACS + bytes.fromhex("88a800058100000a0800") + ipv4(6, tcp()), [CLIENT, SERVER, b"payroll"]),
        (
            frame(bytes.fromhex("0001080006040001") + MACS[6:] + CLIENT + bytes(6) + SERVER, 0x0806),
            [CLIENT, SERVER],
        ),
        (frame(ipv4(1, b"\x03\x01\0\0\0\0\0\0" + ipv4(6, tcp()))), [CLIENT, SERVER, b"payroll"]),
        (frame(ipv4(1, b"\x05\x01\0\0" + SERVER + ipv4(6, tcp()))), [CLIENT, SERVER, b"payroll"]),
        (frame(ipv4(1, b"\x08\0\0\0\0\x01\0\x01" + PAYLOAD)), [b"payroll"]),
        (frame(ipv4(17, udp(PAYLOAD, (CLIENT, SERVER)))), [CLIENT, b"payroll"]),
        (frame(ipv4(88, b"\x02\x05" + CLIENT + SERVER)), [CLIENT, SERVER]),
        (frame(ipv4(6, PAYLOAD, flags=0x0010)), [b"payroll"]),
        (frame(b"BERLIN-FW via CDP", 0x2000), [b"BERLIN"]),
        (b"\0\x01\0\x01\0\x06" + MACS[6:] + b"\0\0\x08\0" + ipv4(6, tcp()), [CLIENT, b"payroll"]),
    ],
    ids=[
        "vlan",
        "qinq",
        "arp",
        "unreachable",
        "redirect",
        "echo",
        "udp",
        "eigrp",
        "fragment",
        "cdp",
        "cooked",
    ],
)
def test_addresses_are_found_wherever_they_stand(data: bytes, gone: list[bytes]) -> None:
    """S3-08: behind tags, in ARP, in the packet that an error quotes; what is not known is replaced whole."""
    made = turned(data, 113 if data.startswith(b"\0\x01\0\x01") else ETHERNET)

    for word in gone:
        assert word not in made


def test_errors_and_echoes_keep_right_checksums() -> None:
    """S3-08: the checksum of ICMP covers what it quotes."""
    for body in (b"\x03\x01\0\0\0\0\0\0" + ipv4(6, tcp()), b"\x08\0\0\0\0\x01\0\x01" + PAYLOAD):
        right = body[:2] + struct.pack(">H", checksum(body)) + body[4:]

        assert checksum(turned(ipv4(1, right), 101)[20:]) == 0


def test_long_addresses_and_their_checksum() -> None:
    """S3-08: UDP over IPv6; a UDP without checksum has none afterwards."""
    body = udp(PAYLOAD, (V6_CLIENT, V6_SERVER))
    head = struct.pack(">IHBB", 6 << 28, len(body), 17, 64) + V6_CLIENT + V6_SERVER

    made = turned(frame(head + body, 0x86DD))

    assert checksum(made[22:54], struct.pack(">HH", 17, len(body)), made[54:]) == 0
    assert V6_CLIENT not in made
    assert V6_SERVER not in made
    assert turned(ipv4(17, udp(PAYLOAD, (CLIENT, SERVER), summed=False)), 101)[26:28] == b"\0\0"


def test_a_retransmission_is_still_one() -> None:
    """S3-08: the same bytes become the same bytes, in every capture of one map."""
    assert turned(ipv4(6, tcp()), 101) == turned(ipv4(6, tcp()), 101)
    assert turned(ipv4(6, tcp(PAYLOAD[::-1])), 101)[40:] != turned(ipv4(6, tcp()), 101)[40:]


def test_padding_of_a_short_frame_is_no_payload() -> None:
    """An Ethernet frame of 60 bytes with an empty ACK: its checksum does not cover the zeros behind."""
    padded = frame(ipv4(6, tcp(b""))) + bytes(6)

    made = turned(padded)

    assert is_right(made[14:54]) == (True, True)
    assert made[54:] == bytes(6)


def pcap(order: str, *packets: bytes) -> bytes:
    head = struct.pack(f"{order}IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, ETHERNET)
    return head + b"".join(struct.pack(f"{order}IIII", 1, 2, len(one), len(one)) + one for one in packets)


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    size = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + size + body + size


def pcapng(order: str, packet: bytes) -> bytes:
    magic = struct.pack(f"{order}I", 0x1A2B3C4D)
    words = struct.pack(f"{order}HH", 2, 12) + b"BERLIN laptop"[:12] + struct.pack(f"{order}HHI", 9, 1, 9)
    names = struct.pack(f"{order}HH", 1, 12) + CLIENT + b"miller\0\0"
    head = struct.pack(f"{order}IIIII", 0, 0, 1, len(packet), len(packet))
    return (
        block(order, 0x0A0D0D0A, magic + struct.pack(f"{order}HHq", 1, 0, -1))
        + block(order, 1, struct.pack(f"{order}HHI", ETHERNET, 0, 0) + words + bytes(4))
        + block(order, 4, names)
        + block(order, 10, b"TLSK" + b"CLIENT_RANDOM secret")
        + block(order, 6, head + packet)
    )


@pytest.mark.parametrize("make", [pcap, pcapng], ids=["pcap", "pcapng"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_files_of_either_byte_order(make: Callable[[str, bytes], bytes], order: str, tmp_path: Path) -> None:
    """S3-08: every packet stays where it was; names, comments and keys of pcapng are left out."""
    (tmp_path / "a.pcap").write_bytes(make(order, frame(ipv4(6, tcp()))))
    known = PrivateMap(KEY)

    scrub_files([tmp_path / "a.pcap"], tmp_path / "b.pcap", known)

    made = (tmp_path / "b.pcap").read_bytes()
    for gone in (CLIENT, SERVER, MACS[:6], MACS[6:], b"payroll", b"BERLIN", b"miller", b"CLIENT_RANDOM"):
        assert gone not in made
    assert turned(frame(ipv4(6, tcp()))) in made
    assert known.addresses[32] == {int.from_bytes(CLIENT, "big"), int.from_bytes(SERVER, "big")}


def test_the_clock_of_an_interface_stays() -> None:
    """Without if_tsresol every time of a pcapng would be wrong."""
    made = rewritten(pcapng("<", b"\0" * 20), lambda packet, _: packet, "a")

    assert struct.pack("<HHI", 9, 1, 9) in made


@pytest.mark.parametrize("cut", [10, 23])
def test_a_file_without_a_whole_header_is_refused(cut: int) -> None:
    """Nothing can be said about it."""
    with pytest.raises(BadInput):
        rewritten(pcap("<", b"")[:cut], lambda packet, _: packet, "a")


@given(st.integers(0, 300), st.binary(max_size=40))
def test_a_damaged_file_breaks_nothing(at: int, junk: bytes) -> None:
    """S3-08: any bytes anywhere: an answer or a refusal, and no address that was there."""
    for whole in (pcap("<", frame(ipv4(6, tcp()))), pcapng(">", frame(ipv4(6, tcp())))):
        damaged = whole[:4] + whole[4:][:at] + junk
        try:
            made = rewritten(damaged, PacketWriter(Replacing(PrivateMap(KEY))).packet, "a")
        except BadInput:
            continue
        assert b"payroll" not in made


def test_the_map_that_was_saved_does_the_same(tmp_path: Path) -> None:
    """S3-08: tomorrow's capture fits today's."""
    (tmp_path / "a.pcap").write_bytes(pcap("<", frame(ipv4(6, tcp()))))
    known = PrivateMap(KEY)
    scrub_files([tmp_path / "a.pcap"], tmp_path / "b.pcap", known)
    save_map(known, tmp_path / "map")

    scrub_files([tmp_path / "a.pcap"], tmp_path / "c.pcap", load_map(tmp_path / "map"))

    assert (tmp_path / "b.pcap").read_bytes() == (tmp_path / "c.pcap").read_bytes()


def test_options_of_tcp_that_hold_words_or_addresses_are_hidden() -> None:
    """S3-08: segment size, scale, timestamps and SACK stay; a probe of an accelerator and a cookie do not."""
    kept = bytes.fromhex("020405b4 01 030307 0402 080a0000000100000002 01 01".replace(" ", ""))
    probe = bytes((76, 10)) + CLIENT + SERVER
    head = (
        struct.pack(">HHIIBBHHH", 50001, 443, 1000, 2000, 0xC0, 0x18, 8192, 0, 0) + kept + probe + b"\x22\4ck"
    )
    options = kept + probe + b"\x22\4ck"
    head = head[:12] + bytes(((20 + len(options)) // 4 << 4,)) + head[13:]
    assert len(options) % 4 == 0
    pseudo = CLIENT + SERVER + struct.pack(">HH", 6, len(head) + len(PAYLOAD))
    segment = head[:16] + struct.pack(">H", checksum(pseudo, head, PAYLOAD)) + head[18:] + PAYLOAD

    made = turned(frame(ipv4(6, segment)))[14:]

    body = made[40 : 40 + len(options)]
    assert is_right(made) == (True, True)
    assert body[: len(kept)] == kept
    assert body[len(kept) : len(kept) + 2] == probe[:2]
    assert CLIENT not in body
    assert b"ck" not in body
