"""Captured streams as ladders: columns, ways, numbers, and the one packet that is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothways.diagnosis import Severity
from bothways.diagnosis.capture import Cause, Judged
from bothways.lab.world import World
from bothways.report.ladder.odd_packet import _JUDGED, _WORDS
from bothways.report.ladder.of_capture import LEFT_OUT, captured
from bothways.report.ladder.picture import Fate, Kind, Picture, Row

from .conftest import Read
from .generated import CAUSES, generate
from .wire import ACK, ASA, FIN, PSH, RST, SWITCH, SYN, Talk, Tcp, pcap, timed

CALL = Talk()
FIREWALL, ROUTER, WORKSTATION = "0023.5e1a.2b08", "0019.2fbc.3ac2", "0050.56a0.0130"
STORY = Talk("192.0.2.10", "10.30.0.80", 49389, 80)


def only(judged: Judged, most: int = 24) -> Picture:
    (one,) = judged.judgements
    return captured(one, most=most)


def dead(picture: Picture) -> Row:
    (row,) = [row for row in picture.rows if row.dead]
    return row


def way(row: Row, picture: Picture) -> list[str]:
    """The names of the columns that a packet touches."""
    names = {column.key: column.name for column in picture.columns}
    return [names[row.stretches[0].start], *(names[one.end] for one in row.stretches)]


def names(picture: Picture) -> list[str]:
    return [column.name for column in picture.columns]


def relative(row: Row) -> list[tuple[str, str]]:
    """Sequence and acknowledgement number on each stretch."""
    return [
        (one.seq.relative if one.seq else "", one.ack.relative if one.ack else "") for one in row.stretches
    ]


@pytest.fixture
def hairpin() -> World:
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    return world


def test_the_hairpin_on_the_users_wire(read: Read, hairpin: World) -> None:
    """S0-10: the SYN turns at the firewall and is renumbered, the SYN/ACK passes it, the client refuses."""
    picture = only(read(hairpin.pcap("users"), "users.pcap"))
    assert names(picture) == ["10.12.0.130", "users.pcap", FIREWALL, "172.16.1.18"]
    assert [column.kind for column in picture.columns] == [Kind.HOST, Kind.CAPTURE, Kind.DEVICE, Kind.HOST]
    syn, answer, reset = picture.rows[:3]
    assert (syn.kind, answer.kind, reset.kind) == ("SYN", "SYN/ACK", "RST")
    assert way(syn, picture) == ["10.12.0.130", "users.pcap", FIREWALL, "172.16.1.18"]
    assert way(answer, picture) == ["172.16.1.18", "users.pcap", "10.12.0.130"]
    assert way(reset, picture) == ["10.12.0.130", "users.pcap", FIREWALL]
    assert relative(syn) == [("0", ""), ("0", ""), ("Δ", "")]
    assert [(one.what, one.before, one.after) for one in syn.stretches[2].changes] == [("seq", "0", "Δ")]
    assert relative(answer) == [("0", "Δ+1")] * 2
    assert relative(reset) == [("Δ+1", "")] * 2
    first, renumbered = (stretch.seq for stretch in (syn.stretches[0], syn.stretches[2]))
    assert first is not None
    assert renumbered is not None
    # The lab's seed gives these; the difference is what the legend has to say.
    assert (first.absolute, renumbered.absolute) == (2507699367, 2415675246)
    assert dict(picture.legend) == {
        "C": "the client's first number, 2507699367",
        "S": "the server's first number, 1895161086",
        "Δ": f"what {FIREWALL} adds to the client's numbers, {(2415675246 - 2507699367) % 2**32}",
    }
    assert dead(picture) is answer
    assert answer.fate is Fate.REFUSED
    assert answer.end is not None
    assert (answer.end.column, answer.end.why) == ("client", "acknowledges Δ+1, and the SYN asked for 1")


def test_the_frames_of_the_hairpin(read: Read, hairpin: World) -> None:
    """S0-08: the frame that goes on has the firewall's MAC address as source, the switch's as next hop."""
    picture = only(read(hairpin.pcap("users")))
    came, _, goes = (stretch.through for stretch in picture.rows[0].stretches)
    assert (came.source_mac, came.next_hop_mac) == (WORKSTATION, FIREWALL)
    assert (goes.source_mac, goes.next_hop_mac) == (FIREWALL, ROUTER)
    assert [sighting.number for sighting in picture.rows[0].sightings] == [23, 24]


def test_the_hairpin_without_frames(read: Read) -> None:
    """S0-10: as the firewall itself captures it: the SYN is renumbered at the capture, the RST is not."""
    packets = [
        one
        for turn in (0.0, 1.0)
        for one in (CALL.c(turn, SYN, 0), CALL.c(turn + 0.0001, SYN, 9000), CALL.c(turn + 0.001, RST, 9001))
    ]
    picture = only(read(pcap([(one.at_s, one.ip()) for one in packets], link=101), "inside.pcap"))
    syn, reset, again = picture.rows[:3]
    assert names(picture) == ["10.12.0.130", "inside.pcap", "172.16.1.18"]
    assert [one.number for one in syn.sightings] == [1, 2]
    assert relative(syn) == [("0", ""), ("Δ", "")]
    assert [(one.what, one.before, one.after) for one in syn.stretches[1].changes] == [("seq", "0", "Δ")]
    assert relative(reset)[0] == ("Δ+1", "")
    assert dead(picture) is reset
    assert [one.number for one in again.sightings] == [4, 5]
    assert (
        dict(picture.legend)["Δ"] == "what the device that was captured at adds to the client's numbers, 9000"
    )


def test_the_hairpin_without_randomisation(read: Read) -> None:
    """S0-10: numbers stay; the client's ACK ends at the firewall, and its late RST is the firewall's own."""
    world = World.from_story("hairpin", ("ack",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    world.run_for(40)
    picture = only(read(world.pcap("users"), "users.pcap"))
    syn, answer, ack = picture.rows[:3]
    assert relative(syn) == [("0", "")] * 3
    assert not any(stretch.changes for stretch in syn.stretches)
    assert (answer.kind, relative(answer)[0]) == ("SYN/ACK", ("0", "1"))
    assert dead(picture) is ack
    assert way(ack, picture) == ["10.12.0.130", "users.pcap", FIREWALL]
    assert ack.end is not None
    assert (ack.fate, ack.end.why) == (Fate.DIES, "not sent on: the SYN/ACK came back past it")
    last = picture.rows[-1]
    assert (last.kind, way(last, picture)) == ("RST/ACK", [FIREWALL, "users.pcap"])
    assert last.remark == f"made by {FIREWALL}"


def test_the_one_way_translation_at_the_customer(read: Read) -> None:
    """S1-05: SYN to 10.1.1.1, SYN/ACK from 192.1.1.1, RST to 192.1.1.1, in one picture."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    picture = only(read(world.pcap("customer"), "customer.pcap"))
    assert names(picture) == ["192.4.4.4", "customer.pcap", "10.1.1.1"]
    assert picture.columns[-1].aliases == ("192.1.1.1",)
    syn, answer, reset = picture.rows[:3]
    assert (syn.kind, syn.stretches[0].destination) == ("SYN", "10.1.1.1:23")
    assert (answer.kind, answer.stretches[0].source) == ("SYN/ACK", "192.1.1.1:23")
    assert (reset.kind, reset.stretches[0].destination) == ("RST", "192.1.1.1:23")
    assert relative(answer)[0] == ("0", "1")
    assert dead(picture) is answer
    assert answer.end is not None
    assert answer.end.why == "comes from 192.1.1.1, and the client called 10.1.1.1"


def test_the_one_way_translation_at_the_firewall(read: Read) -> None:
    """S1-05: SYN, SYN/ACK (ack 1), RST (seq 1), the window 0 in the sighting; the RST is the odd one."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    picture = only(read(world.pcap("resource-edge")))
    syn, answer, reset = picture.rows[:3]
    assert [relative(row)[0] for row in (syn, answer, reset)] == [("0", ""), ("0", "1"), ("1", "")]
    assert dead(picture) is reset
    assert "RST seq 269622971 len 0 ttl 126 win 0 192.4.4.4:49855 > 10.1.1.1:23" in reset.sightings[0].text


def test_a_forged_reset_begins_at_its_maker(read: Read) -> None:
    """S3-01: the RST in the client's name starts at the firewall's MAC address, and the FIN ends there."""
    world = World.from_story("forged-rst", ("hour",))
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.run_for(1.0)
    world.asa("app-asa").clear_conns(lambda _: True)
    world.hang_up(held.call)
    world.run_for(30)
    picture = only(read(world.pcap("servers"), "servers.pcap"))
    maker = "0024.97f1.3010"
    assert names(picture) == ["192.0.2.10", maker, "servers.pcap", "10.30.0.80"]
    fin, reset = picture.rows[-2:]
    assert (fin.kind, way(fin, picture)) == ("FIN/ACK", ["10.30.0.80", "servers.pcap", maker])
    assert (reset.kind, way(reset, picture)) == ("RST/ACK", [maker, "servers.pcap", "10.30.0.80"])
    assert reset.dead
    assert reset.end is not None
    assert reset.end.why == "not sent by the client: a device made it"
    assert "TTL 255, and the sender's other packets have 127" in reset.remark
    # A real packet of the client comes through that device, and the server's ACK shows that it got it.
    assert way(picture.rows[0], picture) == ["192.0.2.10", maker, "servers.pcap", "10.30.0.80"]
    assert picture.rows[0].fate is Fate.ARRIVES


def test_the_other_side_of_the_forged_reset_hangs(read: Read) -> None:
    """S3-02: on the client's wire nothing is odd: no dead row, and no RST."""
    world = World.from_story("forged-rst", ("hour",))
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.run_for(1.0)
    world.asa("app-asa").clear_conns(lambda _: True)
    world.hang_up(held.call)
    world.run_for(30)
    (course,) = read(world.pcap("office")).courses
    picture = captured(course)
    assert not any(row.dead or row.end or row.kind.startswith("RST") for row in picture.rows)


COLUMNS = """\
ip.src     tcp.flags       ip.ttl tcp.window_size x.x.x.x    0x0002          125     65535
y.y.y.y    0x0012          128     16384 x.x.x.x    0x0010          125     1460
x.x.x.x    0x0018          125     65535 y.y.y.y    0x0010          128     65323
y.y.y.y    0x0018          128     65323 x.x.x.x    0x0010          125     64155
x.x.x.x    0x0010          125     65535 y.y.y.y    0x0011          128     65323
x.x.x.x    0x0014          255     65323
"""


def test_four_columns_have_no_numbers(read: Read) -> None:
    """S3-01: the story's own text: the maker has no address, only a distance; nothing is made up."""
    picture = only(read(COLUMNS.encode(), "paste.txt"))
    assert names(picture) == ["x.x.x.x", "a device, 0 hops from here", "paste.txt", "y.y.y.y"]
    assert picture.legend == ()
    assert all(one.seq is None and one.ack is None for row in picture.rows for one in row.stretches)
    assert way(dead(picture), picture) == ["a device, 0 hops from here", "paste.txt", "y.y.y.y"]


def lossy(ttl: int) -> list[Tcp]:
    """A tunnel over TCP whose third segment is lost behind here, asked for with this TTL."""
    call = Talk(cport=50_000, sport=10_000)
    packets = [*call.handshake()]
    for turn in range(8):
        packets.append(call.c(0.1 + turn * 0.5, PSH | ACK, 1 + 100 * turn, 1, data=bytes(100)))
        got = min(1 + 100 * (turn + 1), 201)
        packets.append(call.s(0.101 + turn * 0.5, ACK, 1, got, ttl=64 if turn < 2 else ttl))
    return packets


def test_the_lost_segment_of_a_tunnel(read: Read) -> None:
    """S4-02: the segment that is never sent again is dead; it is asked for, and new data goes on."""
    picture = only(read(lossy(64)))
    row = dead(picture)
    # Handshake 1 to 3, then pairs: the third segment is packet 8.
    assert (row.number, row.fate, relative(row)[0]) == (8, Fate.DIES, ("201", "1"))
    assert way(row, picture) == ["10.12.0.130", "seen.pcap"]
    assert row.end is not None
    assert row.end.why == "lost behind here, and never sent again"
    asking = [one.number for one in picture.rows if one.remark == "acknowledges the same again"]
    assert asking == [9, 11, 13, 15, 17, 19]
    assert [relative(one)[0][0] for one in picture.rows[9:] if one.kind == "PSH/ACK"] == [
        "301", "401", "501", "601", "701",
    ]  # fmt: skip


def test_a_proxy_asks_in_the_servers_name(read: Read) -> None:
    """S4-02: acknowledgements with another TTL begin at the device that makes them."""
    asks = [
        replace(one, ttl=255, src_mac=ASA) if one.source == CALL.server and one.ttl == 255 else one
        for one in lossy(255)
    ]
    picture = only(read(asks))
    assert FIREWALL in names(picture)
    made = [one.number for one in picture.rows if one.remark.endswith(f"made by {FIREWALL}")]
    assert made == [9, 11, 13, 15, 17, 19]
    assert way(picture.rows[8], picture)[0] == FIREWALL


def test_a_router_that_answers_with_an_error(read: Read) -> None:
    """The SYN's way ends at the router that says so, and its answer is a row."""
    made = generate(3, "unreachable")
    judged = read(made.content)
    picture = captured(next(one for one in judged.judgements if one.cause is Cause.UNREACHABLE))
    assert names(picture) == [made.talk.client, "seen.pcap", "10.9.9.9", made.talk.server]
    row = dead(picture)
    assert way(row, picture) == [made.talk.client, "seen.pcap", "10.9.9.9"]
    error = picture.rows[picture.rows.index(row) + 1]
    assert (error.kind, way(error, picture)) == ("ICMP", ["10.9.9.9", "seen.pcap", made.talk.client])


def test_an_address_changed_at_the_device_that_turns_packets(read: Read) -> None:
    """A firewall that translates and sends on over the same wire: both names in one row."""
    inner = replace(CALL, server="10.12.0.50")
    packets = [
        CALL.c(0.0, SYN, 0, ident=7),
        inner.c(0.0005, SYN, 5_000_000, ident=7, src_mac=ASA, dst_mac=SWITCH),
        CALL.c(1.0, SYN, 0, ident=8),
        inner.c(1.0005, SYN, 5_000_000, ident=8, src_mac=ASA, dst_mac=SWITCH),
    ]
    judged = read(packets)
    one = next(one for one in judged.judgements if one.stream.server == judged.courses[0].stream.server)
    picture = captured(one)
    assert names(picture) == ["10.12.0.130", "seen.pcap", FIREWALL, "172.16.1.18"]
    changes = picture.rows[0].stretches[2].changes
    assert [(one.what, one.after) for one in changes if one.what != "seq"] == [
        ("destination", "10.12.0.50:443")
    ]
    assert picture.rows[0].stretches[2].source == "10.12.0.130:50001"


def test_a_capture_that_begins_late_says_so(read: Read) -> None:
    """Without a SYN numbers count from the first one seen, and the legend tells."""
    picture = captured(read(CALL.whole()[3:]).courses[0])
    assert dict(picture.legend)["C"] == "the client's first number here, 1001; its SYN is not in this capture"
    assert relative(picture.rows[0])[0] == ("0", "0")


def long(count: int) -> list[Tcp]:
    """A download of that many segments, then silence, then a RST."""
    packets = CALL.handshake()
    for turn in range(count):
        packets.append(CALL.s(0.01 + turn * 0.001, ACK, 1 + 1000 * turn, 1, data=bytes(1000)))
        packets.append(CALL.c(0.0105 + turn * 0.001, ACK, 1, 1 + 1000 * (turn + 1)))
    end_s = 0.02 + count * 0.001
    return [
        *packets,
        CALL.c(end_s + 900, PSH | ACK, 1, 1 + 1000 * count, data=b"x"),
        CALL.s(end_s + 900.01, RST, 1 + 1000 * count, window=0),
    ]


def test_a_long_stream_is_shortened_around_what_matters(read: Read) -> None:
    """Handshake, the silence and the RST stay; what lies between is counted, and is as it should be."""
    picture = only(read(long(600)), most=8)
    assert [row.kind for row in picture.rows[:3]] == ["SYN", "SYN/ACK", "ACK"]
    assert len(picture.rows) <= 9 + 8
    gaps = [row for row in picture.rows if row.kind == LEFT_OUT]
    shown = sum(row.kind != LEFT_OUT for row in picture.rows)
    told = sum(int(row.remark.split()[0].replace(",", "")) for row in gaps)
    assert shown + told == 1205
    assert all("as they should be" in row.remark and row.stretches == () for row in gaps)
    data, reset = picture.rows[-2:]
    assert data.remark == "after 900.0 s of silence"
    assert reset.dead


def test_a_very_long_stream_is_not_walked_whole(read: Read) -> None:
    """Of 24,005 packets every one is accounted for, and the silence before the RST is still said."""
    picture = only(read(long(12_000)), most=8)
    gaps = [row for row in picture.rows if row.kind == LEFT_OUT]
    shown = len(picture.rows) - len(gaps)
    assert shown + sum(int(row.remark.split()[0].replace(",", "")) for row in gaps) == 24_005
    assert any("most of them counted only" in row.remark for row in gaps)
    assert picture.rows[-2].remark == "after 900.0 s of silence"
    assert sum("silence" in row.remark for row in picture.rows) == 1
    assert picture.rows[-1].dead


def test_what_is_left_out_and_not_as_it_should_be_is_named(read: Read) -> None:
    """Repeated SYNs are no packets as they should be."""
    packets = [CALL.c(float(at_s), SYN, 0) for at_s in range(30)]
    picture = only(read(packets), most=4)
    gaps = [row.remark for row in picture.rows if row.kind == LEFT_OUT]
    assert gaps
    assert all("among them" in remark and "SYN" in remark for remark in gaps)


@pytest.mark.parametrize("cause", sorted(set(Cause) - {Cause.LOST_BETWEEN}))
def test_every_cause_has_words(cause: Cause) -> None:
    """What two captures alone can show is told of a join; all the others have an end to draw."""
    assert (cause in _WORDS) != (cause in _JUDGED)


@pytest.mark.parametrize("cause", sorted(CAUSES))
def test_every_cause_marks_one_packet(read: Read, cause: str) -> None:
    """Of each kind of failure: exactly one dead row, on a packet of this stream, with its reason."""
    for seed in range(4):
        made = generate(seed, cause)
        for one in read(made.content).judgements:
            picture = captured(one, most=6)
            check(picture, 6)
            marked = [row for row in picture.rows if row.dead]
            assert len(marked) == (one.cause.severity is not Severity.NOTE)
            odd = [row for row in picture.rows if row.end is not None]
            assert len(odd) == 1
            assert odd[0].end is not None
            assert odd[0].end.column == odd[0].stretches[-1].end
            assert odd[0].end.why


def check(picture: Picture, most: int) -> None:
    """What holds of every picture."""
    keys = [column.key for column in picture.columns]
    assert len(keys) == len(set(keys))
    assert len(picture.rows) <= 2 * most + 3
    for row in picture.rows:
        assert {key for one in row.stretches for key in (one.start, one.end)} <= set(keys)
        assert all(
            one.end == other.start for one, other in zip(row.stretches, row.stretches[1:], strict=False)
        )
        assert row.end is None or row.end.column in keys
        assert all(sighting.at in keys for sighting in row.sightings)
        assert bool(row.stretches) == (row.kind != LEFT_OUT)


MACS = st.sampled_from([CALL.c(0, SYN, 0).src_mac, ASA, SWITCH, "00aabbccddee"])
ENDS = st.sampled_from([CALL.client, CALL.server, "192.0.2.7"])
PACKET = st.builds(
    Tcp,
    at_s=st.floats(0, 5000).map(lambda at_s: round(at_s, 4)),
    source=ENDS,
    sport=st.sampled_from([443, 50001]),
    destination=ENDS,
    dport=st.sampled_from([443, 50001]),
    flags=st.sampled_from([SYN, SYN | ACK, ACK, PSH | ACK, FIN | ACK, RST, RST | ACK, 0]),
    seq=st.sampled_from([0, 1000, 1001, 4_000_000_000, 2**32 - 1]),
    ack=st.sampled_from([0, 1001, 700_001, 4_000_000_001]),
    window=st.sampled_from([0, 8192]),
    data=st.sampled_from([b"", b"x", bytes(100)]),
    ttl=st.sampled_from([64, 127, 128, 255]),
    ident=st.sampled_from([0, 7, 8]),
    src_mac=MACS,
    dst_mac=MACS,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packets=st.lists(PACKET, min_size=1, max_size=40), most=st.integers(1, 12))
def test_any_packets_make_a_picture(read: Read, packets: Sequence[Tcp], most: int) -> None:
    """Whatever was captured: known columns, bounded rows, one dead row exactly where a connection failed."""
    judged = read(pcap(timed(*sorted(packets, key=lambda one: one.at_s))))
    for one in judged.judgements:
        picture = captured(one, most=most)
        check(picture, most)
        assert sum(row.dead for row in picture.rows) == (one.cause.severity is not Severity.NOTE)
    for course in judged.courses:
        picture = captured(course, most=most)
        check(picture, most)
        assert not any(row.dead for row in picture.rows)
