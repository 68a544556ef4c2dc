"""RSTs: a sender's own, and those that a device makes in somebody's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause, Judgement, State
from bothways.lab.world import World

from .conftest import Read
from .wire import ACK, FIN, PSH, RST, SYN, Talk, Tcp

CLIENT, SERVER = {"ttl": 125, "window": 65535}, {"ttl": 128, "window": 65323}
STORY = Talk("192.0.2.10", "10.30.0.80", 49389, 80)
OPEN = [
    STORY.c(0.0, SYN, 0, **CLIENT),
    STORY.s(0.0001, SYN | ACK, 0, 1, ttl=128, window=16384),
    STORY.c(0.03, ACK, 1, 1, ttl=125, window=1460),
    STORY.c(0.031, PSH | ACK, 1, 1, data=b"GET /", **CLIENT),
    STORY.s(0.0315, ACK, 1, 6, **SERVER),
    STORY.s(0.04, PSH | ACK, 1, 6, data=b"200 OK", **SERVER),
    STORY.c(0.07, ACK, 6, 7, **CLIENT),
]
CLOSING = STORY.s(1.07, FIN | ACK, 7, 6, **SERVER)
FORGED = STORY.c(1.0704, RST | ACK, 6, 8, ttl=255, window=65323)


def signs(judgement: Judgement) -> dict[str, int]:
    return {sign.name: sign.weight for sign in judgement.signs}


def test_the_storys_last_packet_is_a_devices(read: Read) -> None:
    """S3-01: TTL 255 against 125, the server's window 65323, RST ACK right after the FIN, in 0.4 ms."""
    (one,) = read([*OPEN, CLOSING, FORGED]).judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.RESET_BY_DEVICE, Confidence.CERTAIN, 9)
    assert (
        "not sent by the client 192.0.2.10: a device 0 hops from here made it in answer to packet 8"
        in one.sentence
    )
    assert signs(one) == {"ttl": 4, "window": 3, "flags": 2, "timing": 2}
    told = {sign.name: sign.text for sign in one.signs}
    assert (
        told["ttl"] == "TTL 255, and the sender's other packets have 125: its maker is 0 hops away from here"
    )
    assert told["window"] == (
        "window 65323 is copied from packet 8 of the other side, where its own were 1460 to 65535"
    )
    assert told["timing"] == "0.400 ms after packet 8, and its sender needs 29.9"


COLUMNS = """\
ip.src     tcp.flags       ip.ttl tcp.window_size x.x.x.x    0x0002          125     65535
y.y.y.y    0x0012          128     16384 x.x.x.x    0x0010          125     1460
x.x.x.x    0x0018          125     65535 y.y.y.y    0x0010          128     65323
y.y.y.y    0x0018          128     65323 x.x.x.x    0x0010          125     64155
x.x.x.x    0x0010          125     65535 y.y.y.y    0x0011          128     65323
x.x.x.x    0x0014          255     65323
"""


def test_four_columns_are_enough(read: Read) -> None:
    """S3-01: no times, no ports, no addresses: the last row is still nobody's but a device's."""
    (one,) = read(COLUMNS.encode(), "paste.txt").judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.RESET_BY_DEVICE, Confidence.CERTAIN, 10)
    assert signs(one) == {"ttl": 4, "window": 3, "flags": 2}
    assert one.lines[-1].text == "x.x.x.x > y.y.y.y RST ACK win 65323 ttl 255"
    assert one.lines[-1].moment == "?"


def test_an_idle_timeout_is_held_against_the_gap(read: Read) -> None:
    """S3-04: one second of silence is no hour; the connection was forgotten for another reason."""
    (one,) = read([*OPEN, CLOSING, FORGED]).judgements
    assert "removed early by clear conn" in one.why[0]
    assert "`service resetoutbound`" in one.why[0]
    assert one.why[1].startswith("not an idle timeout, unless one below 1.0 s is configured")
    late = [replace(packet, at_s=packet.at_s + 4000) for packet in (CLOSING, FORGED)]
    (slow,) = read([*OPEN, *late]).judgements
    assert slow.why[0] == "an idle timeout: 4001 s of silence before it, and the default is 3600 s"


def test_one_odd_stream_of_thousands(read: Read) -> None:
    """S3-03: 2605 connections, 5211 FIN, 1 RST; the one is found without being told where."""
    packets: list[Tcp] = []
    for number in range(2604):
        call = replace(STORY, client=f"192.0.2.{number % 200 + 20}", cport=20_000 + number, isn=number * 7919)
        packets += [
            replace(one, ttl=125) if one.source == call.client else one for one in call.whole(number * 0.2)
        ]
    packets += [replace(one, at_s=one.at_s + 300) for one in (*OPEN, CLOSING, FORGED)]
    repeated = [one for one in packets if one.flags & FIN][:2]
    packets += [replace(one, at_s=one.at_s + 0.5) for one in repeated]
    packets.sort(key=lambda one: one.at_s)

    said = read(packets)

    assert len(said.courses) == 2605
    assert said.flag_counts == {"SYN": 2605, "SYN/ACK": 2605, "FIN": 5211, "RST": 1}
    assert said.states == {State.CLOSED: 2604, State.RESET: 1}
    (one,) = said.judgements
    assert (one.cause, one.stream.client_port, one.packet) == (
        Cause.RESET_BY_DEVICE,
        49389,
        1 + packets.index(replace(FORGED, at_s=FORGED.at_s + 300)),
    )


OWN: dict[str, tuple[Sequence[Tcp], dict[str, int]]] = {
    "aborted-by-the-program": ([STORY.c(1.1, RST | ACK, 6, 7, ttl=125, window=0)], {"ttl": -3, "window": -1}),
    "answers-a-fin-of-its-own-accord": (
        [CLOSING, STORY.c(1.1, RST, 6, ttl=125, window=0)],
        {"ttl": -3, "window": -1, "timing": -1},
    ),
    "another-ttl-and-nothing-else": (
        [STORY.c(1.1, RST | ACK, 6, 7, ttl=64, window=0)],
        {"ttl": 4, "window": -1},
    ),
    "a-router-less": ([STORY.c(1.1, RST, 6, ttl=126, window=0)], {"ttl": -3, "window": -1}),
    "a-window-it-had-before": ([STORY.c(1.1, RST, 6, ttl=125, window=65535)], {"ttl": -3}),
}


@pytest.mark.parametrize(("tail", "weighed"), OWN.values(), ids=OWN.keys())
def test_a_reset_of_its_own_is_a_note(read: Read, tail: Sequence[Tcp], weighed: dict[str, int]) -> None:
    """One sign alone is no forgery: NATs, balancers and tired programs look odd, too."""
    (one,) = read([*OPEN, *tail]).judgements
    assert (one.cause, one.confidence) == (Cause.RESET, Confidence.CERTAIN)
    assert signs(one) == weighed


def test_a_sender_that_goes_on_did_not_send_it(read: Read) -> None:
    """Data after a RST of one's own: with another TTL that is a second device's doing."""
    tail = [
        STORY.c(0.5, RST | ACK, 6, 7, ttl=64, window=0),
        STORY.c(0.6, PSH | ACK, 6, 7, data=b"more", **CLIENT),
    ]
    (one,) = read([*OPEN, *tail]).judgements
    assert (one.cause, one.confidence) == (Cause.RESET_BY_DEVICE, Confidence.LIKELY)
    assert signs(one)["goes-on"] == 4


@pytest.mark.parametrize(("ident", "weight"), [(5007, -1), (40_000, 1)])
def test_identifications_that_count_up(read: Read, ident: int, weight: int) -> None:
    """IP identifications of one sender follow one another, and a device's do not."""
    counted = [
        replace(one, ident=5000 + at) if one.source == STORY.client else one for at, one in enumerate(OPEN)
    ]
    (one,) = read([*counted, CLOSING, replace(FORGED, ident=ident)]).judgements
    assert signs(one)["ident"] == weight


def test_a_refusal_in_the_servers_name(read: Read) -> None:
    """The server's TTL is known from another connection; the RST has one of 255 and the SYN's window."""
    other = replace(STORY, cport=50_000, sport=443)
    refused = [
        other.c(5, SYN, 0, **CLIENT),
        other.s(5.0002, RST | ACK, -700_000, 1, ttl=255, window=65535),
    ]
    (one,) = read([*OPEN, *refused]).judgements
    assert (one.cause, one.confidence) == (Cause.RESET_BY_DEVICE, Confidence.LIKELY)
    (plain,) = read([*OPEN, refused[0], replace(refused[1], ttl=128, window=0)]).judgements
    assert plain.cause is Cause.REFUSED


def test_the_labs_odd_stream_among_whole_ones(read: Read) -> None:
    """S3-03: 36 connections, 71 FIN (one is missing), 1 RST; the odd one is found without a hint."""
    world = World.from_story("forged-rst", ("hour",))
    for _ in range(25):
        world.connect("client", "203.0.113.80", 80)
        world.run_for(1.0)
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.run_for(1.0)
    world.asa("app-asa").clear_conns(lambda _: True)
    world.hang_up(held.call)
    world.run_for(3.0)
    for _ in range(10):
        world.connect("client", "203.0.113.80", 80)
        world.run_for(1.0)
    said = read(world.pcap("servers"))
    assert said.flag_counts == {"SYN": 36, "SYN/ACK": 36, "FIN": 71, "RST": 1}
    (one,) = said.judgements
    assert (one.cause, one.stream.number) == (Cause.RESET_BY_DEVICE, 25)
    assert one.packet in {
        packet.number for packet in one.stream.packets if packet.is_reset and packet.ttl == 255
    }


def test_the_lab_firewall_that_forgot_a_connection(read: Read) -> None:
    """S3-01, S3-05: on the server's wire the RST is a device's; the client's shows nothing, and hangs."""
    world = World.from_story("forged-rst", ("hour",))
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.run_for(1.0)
    world.asa("app-asa").clear_conns(lambda _: True)
    world.hang_up(held.call)
    world.run_for(30)
    (one,) = read(world.pcap("servers")).judgements
    assert (one.cause, one.confidence) == (Cause.RESET_BY_DEVICE, Confidence.CERTAIN)
    assert {"ttl": 4, "window": 3, "flags": 2}.items() <= signs(one).items()
    office = read(world.pcap("office"))
    assert office.judgements == ()
    assert [course.state for course in office.courses] == [State.OPEN]
