"""Two captures of the same calls: what happened between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause, Joined, JoinedCall, join
from bothways.lab.world import World

from .conftest import Read
from .test_verb import capture
from .wire import ACK, FIN, PSH, RST, SYN, Talk, Tcp

NEAR = Talk("10.20.0.25", "203.0.113.80", 49389, 80)


def joined(read: Read, here: bytes | Sequence[Tcp], there: bytes | Sequence[Tcp]) -> Joined:
    return join(read(here, "here.pcap"), read(there, "there.pcap"))


def only(found: Joined) -> JoinedCall:
    (call,) = found.calls
    return call


def behind(talk: Talk, packets: Sequence[Tcp], way_s: float = 0.002, **changed: Any) -> list[Tcp]:
    """The same packets behind a device: later or earlier by the way, with other ends and numbers."""
    far = replace(talk, **changed)
    moved = []
    for one in packets:
        ours = one.source == talk.client
        seq = one.seq - (talk.isn if ours else talk.server_isn) + (far.isn if ours else far.server_isn)
        ack = one.ack - (talk.server_isn if ours else talk.isn) + (far.server_isn if ours else far.isn)
        ends = (far.client, far.cport), (far.server, far.sport)
        (source, sport), (destination, dport) = ends if ours else ends[::-1]
        moved.append(
            replace(
                one,
                at_s=one.at_s + (way_s if ours else -way_s),
                source=source,
                sport=sport,
                destination=destination,
                dport=dport,
                seq=seq,
                ack=ack if one.flags & ACK else 0,
                ttl=one.ttl + (-1 if ours else 1),
            )
        )
    return sorted(moved, key=lambda one: one.at_s)


def test_the_two_wires_of_the_one_way_translation(read: Read) -> None:
    """S1-10: ports, numbers and times join them; 10.1.1.1 is found to be 192.1.1.1 on the way back alone."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    found = joined(read, world.pcap("customer"), world.pcap("resource-edge"))
    call = only(found)
    assert (call.cause, call.confidence) == (Cause.WRONG_SOURCE, Confidence.CERTAIN)
    assert call.rewrites.server == ("192.1.1.1", "10.1.1.1")
    assert (call.rewrites.server_out, call.rewrites.server_back) == (False, True)
    assert call.client_here is True
    assert call.rewrites.hops == 2
    assert "the client called 10.1.1.1, and resets what comes from elsewhere" in call.sentence
    assert set(found.fates) == {"both"}


def test_built_captures_of_the_one_way_translation(read: Read) -> None:
    """S1-10: the same from packets written down by hand, the second clock half an hour behind."""
    called = Talk("192.4.4.4", "10.1.1.1", 32333, 23)
    alias = replace(called, server="192.1.1.1")
    here = [called.c(0, SYN, 0), alias.s(0.12, SYN | ACK, 0, 1, ttl=60), alias.c(0.14, RST, 1)]
    there = [
        called.c(0.04, SYN, 0, ttl=62),
        called.s(0.08, SYN | ACK, 0, 1, ttl=62),
        called.c(0.18, RST, 1, ttl=62),
    ]
    found = joined(read, here, [replace(one, at_s=one.at_s + 1800) for one in there])
    call = only(found)
    assert (call.cause, call.rewrites.server) == (Cause.WRONG_SOURCE, ("192.1.1.1", "10.1.1.1"))
    assert found.clocks is not None
    assert found.clocks.offset_s == pytest.approx(1800, abs=0.001)
    assert found.clocks.way_s == pytest.approx(0.04, abs=0.001)


REWRITES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "both-names": {"client": "192.0.2.10", "server": "10.30.0.80"},
    "ports": {"client": "192.0.2.10", "cport": 1025},
    "names-and-numbers": {"client": "192.0.2.10", "server": "10.30.0.80", "isn": 4_000_000_000},
    "all-numbers": {"isn": 5, "server_isn": 4_294_967_290},
}


@pytest.mark.parametrize("changed", REWRITES.values(), ids=REWRITES.keys())
def test_what_is_done_both_ways_is_named_and_not_odd(read: Read, changed: dict[str, Any]) -> None:
    """Translations and renumbering that are undone on the way back are how it should be."""
    here = NEAR.whole()
    found = joined(read, here, behind(NEAR, here, **changed))
    call = only(found)
    far = replace(NEAR, **changed)
    assert call.cause is None
    assert set(found.fates) == {"both"}
    assert call.rewrites.client_numbers == (far.isn - NEAR.isn) % 2**32
    assert call.rewrites.server_numbers == (far.server_isn - NEAR.server_isn) % 2**32
    assert (call.rewrites.server is None) == (far.server == NEAR.server)
    assert (call.rewrites.client is None) == ((far.client, far.cport) == (NEAR.client, NEAR.cport))
    assert call.rewrites.hops == 1


@pytest.mark.parametrize(("ahead_s", "ppm"), [(5.0, 0.0), (-3600.0, 50.0), (0.25, -20.0)])
def test_offset_and_drift_of_the_clocks(read: Read, ahead_s: float, ppm: float) -> None:
    """Sixty calls in ten minutes; the second clock is ahead and runs faster or slower."""
    calls = [replace(NEAR, cport=50_000 + turn, isn=turn * 7919) for turn in range(60)]
    here = [one for turn, call in enumerate(calls) for one in call.whole(4000 + 10.0 * turn)]
    there = [
        one
        for turn, call in enumerate(calls)
        for one in behind(call, call.whole(4000 + 10.0 * turn), 0.003, client="192.0.2.10")
    ]
    shown = [replace(one, at_s=one.at_s + ahead_s + (one.at_s - 4295) * ppm / 1e6) for one in there]
    found = joined(read, here, sorted(shown, key=lambda one: one.at_s))
    assert len(found.calls) == 60
    clocks = found.clocks
    assert clocks is not None
    assert clocks.offset_s == pytest.approx(ahead_s, abs=0.0005)
    assert clocks.way_s == pytest.approx(0.003, abs=0.0005)
    assert clocks.drift_ppm == pytest.approx(ppm, abs=1)


def test_a_reset_on_one_side_alone(read: Read) -> None:
    """S3-02: the server got a RST that the client's side never had; there it is open, and hangs."""
    here = NEAR.whole()[:6]
    far: dict[str, Any] = {"client": "192.0.2.10", "server": "10.30.0.80"}
    talk = replace(NEAR, client="192.0.2.10", server="10.30.0.80")
    there = [
        *behind(NEAR, here, **far),
        talk.s(1.0, FIN | ACK, 7, 6, ttl=65),
        talk.c(1.0004, RST | ACK, 6, 8, ttl=255),
    ]
    later = replace(NEAR, client="10.20.0.26", cport=40_000).c(9, SYN, 0)
    found = joined(read, [*here, later], there)
    call = only(found)
    assert (call.cause, call.confidence) == (Cause.RESET_BY_DEVICE, Confidence.CERTAIN)
    assert "there.pcap:8) is on the server's side alone" in call.sentence
    assert "on the client's side the connection is open, so that the client goes on waiting" in call.sentence
    assert [call.fate(pair) for pair in call.pairs[-2:]] == ["lost", "made"]


def test_the_labs_forged_reset_on_one_side_alone(read: Read) -> None:
    """S3-02: the same on the lab's wires, behind two firewalls that translate and renumber."""
    world = World.from_story("forged-rst", ("hour",))
    held = world.hold("client", "203.0.113.80", 80, every_s=None)
    world.run_for(1.0)
    world.asa("app-asa").clear_conns(lambda _: True)
    world.hang_up(held.call)
    world.run_for(30)
    world.ping("client", "203.0.113.80", 1)
    found = joined(read, world.pcap("office"), world.pcap("servers"))
    call = only(found)
    assert (call.cause, call.client_here) == (Cause.RESET_BY_DEVICE, True)
    assert call.rewrites.client == ("10.20.0.25", "192.0.2.10")
    assert call.rewrites.server == ("203.0.113.80", "10.30.0.80")
    assert call.rewrites.undone is True
    assert (found.fates["both"], found.fates["lost"], found.fates["made"]) == (7, 1, 1)


def test_the_hairpins_two_wires(read: Read) -> None:
    """S0-10: the client's number is changed on the way out; the SYN/ACK comes back beside the firewall."""
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    world.run_for(20)
    call = only(joined(read, world.pcap("users"), world.pcap("lab")))
    assert (call.cause, call.confidence) == (Cause.ISN_MISMATCH, Confidence.CERTAIN)
    assert call.rewrites.undone is False
    assert call.here.packets[0].seen.seq + call.rewrites.client_numbers - 2**32 in (
        call.there.packets[0].seen.seq,
        call.there.packets[0].seen.seq - 2**32,
    )


def test_packets_lost_from_some_moment_on(read: Read) -> None:
    """The client's ACK and everything after it is seen here and never there."""
    here = [
        *NEAR.handshake(),
        *(NEAR.c(1 + turn, PSH | ACK, 1, 1, data=b"hello") for turn in range(3)),
        NEAR.s(3.5, SYN | ACK, 0, 1),
    ]
    there = behind(NEAR, [one for one in here if one.flags & SYN])
    call = only(joined(read, here, there))
    assert (call.cause, call.confidence) == (Cause.LOST_BETWEEN, Confidence.CERTAIN)
    assert "from here.pcap:3 (ACK) on, all 4 packets of the client are lost between" in call.sentence


def test_one_lost_packet_is_an_ordinary_day(read: Read) -> None:
    """A segment that is repeated and arrives then is no verdict, and still told."""
    lost = NEAR.c(0.0025, PSH | ACK, 1, 1, data=b"GET /", ident=3)
    here = [*NEAR.whole()[:3], lost, *NEAR.whole(0.3)[3:]]
    there = behind(NEAR, [one for one in here if one.ident != 3])
    found = joined(read, here, there)
    assert only(found).cause is None
    assert (found.fates["lost"], found.fates["both"]) == (1, 9)


def test_calls_of_others_are_left_alone(read: Read) -> None:
    """Other ports, other numbers, another time: nothing is joined, and that is said."""
    other = Talk("198.51.100.7", "203.0.113.9", 1234, 25, isn=99, server_isn=98)
    found = joined(read, NEAR.whole(), other.whole(5000))
    assert found.calls == ()
    assert (found.clocks, found.here_only, found.there_only) == (None, 1, 1)


def test_one_call_of_many_finds_its_twin(read: Read) -> None:
    """Behind port translation and renumbering the server's own numbers decide."""
    calls = [
        replace(NEAR, cport=40_000 + turn, isn=turn * 1000, server_isn=turn * 77_777) for turn in range(50)
    ]
    here = [one for turn, call in enumerate(calls) for one in call.whole(turn)]
    there = [
        one
        for turn, call in enumerate(calls)
        for one in behind(call, call.whole(turn), client="192.0.2.10", cport=1024 + turn, isn=turn * 31)
    ]
    found = joined(read, here, there)
    assert len(found.calls) == 50
    assert all(call.there.stream.client_port == call.here.stream.client_port - 38_976 for call in found.calls)


def test_two_files_are_joined_as_they_are_typed(tmp_path: Path) -> None:
    """S1-10: the verdict of both comes first, then what each shows; JSON has both."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    paths = [tmp_path / f"{wire}.pcap" for wire in ("customer", "resource-edge")]
    for path in paths:
        world.write_pcap(path.stem, path)
    ran = capture(*paths)
    lines = ran.out.splitlines()
    assert ran.code == 2
    assert lines[0].startswith(
        "customer.pcap and resource-edge.pcap: 1 call in both; 1 odd: wrong-source (certain)"
    )
    assert any("destination 192.1.1.1 is 10.1.1.1 there" in line for line in lines)
    (said,) = capture(*paths, "--format", "json").json["joins"]
    assert (said["here"], said["there"]) == ("customer.pcap", "resource-edge.pcap")
    assert said["calls"][0]["server"] == ["192.1.1.1", "10.1.1.1"]
