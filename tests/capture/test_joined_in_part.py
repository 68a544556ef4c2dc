"""Two captures of which one ran shorter, saw one direction, or saw the bytes in other pieces: no fault."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause, Joined, JoinedCall, join, judged, read_captures

from .conftest import Read
from .test_joining import NEAR, behind, joined, only
from .test_verb import capture
from .wire import ACK, FIN, PSH, RST, SYN, Tcp, pcap, timed

ALIAS: dict[str, Any] = {"client": "192.0.2.10"}
LATER = replace(NEAR, client="10.20.0.99", cport=33_000, isn=77).c(60, SYN, 0)
"""Shows that a capture was still running a minute later."""


def test_a_capture_that_ended_before_the_reset_proves_nothing(read: Read) -> None:
    """S3-02: the client aborts after half a minute; the capture on its side had been stopped by then."""
    whole = NEAR.whole()[:6]
    there = behind(NEAR, [*whole, NEAR.c(30, RST | ACK, 6, 7)], **ALIAS)
    short = only(joined(read, whole, there))
    assert (short.cause, short.confidence) == (Cause.RESET_BY_DEVICE, Confidence.POSSIBLE)
    assert "here.pcap shows nothing of that moment or later" in short.sentence
    assert short.fate(short.pairs[-1]) == "one"
    long = only(joined(read, [*whole, LATER], there))
    assert (long.cause, long.confidence) == (Cause.RESET_BY_DEVICE, Confidence.LIKELY)
    assert long.fate(long.pairs[-1]) == "made"


def test_a_reset_with_a_strange_ttl_is_sure_where_the_capture_ran_on(read: Read) -> None:
    """S3-02: TTL 255 where the client's packets have 63: it was not sent by the client and missed."""
    whole = NEAR.whole()[:6]
    there = [*behind(NEAR, whole, **ALIAS), replace(NEAR, **ALIAS).c(30, RST | ACK, 6, 7, ttl=255)]
    assert only(joined(read, [*whole, LATER], there)).confidence is Confidence.CERTAIN


def test_a_capture_that_ended_before_the_data_proves_nothing(read: Read) -> None:
    """Twenty segments without an answer, of which the other capture has five: it may have been stopped."""
    here = [*NEAR.handshake(), *(NEAR.c(1 + turn, PSH | ACK, 1 + turn, 1, data=b"x") for turn in range(20))]
    there = behind(NEAR, here[:8], **ALIAS)
    short = only(joined(read, here, there))
    assert (short.cause, short.confidence) == (Cause.LOST_BETWEEN, Confidence.POSSIBLE)
    assert "or there.pcap was not running any more" in short.sentence
    long = only(joined(read, here, [*there, LATER]))
    assert (long.cause, long.confidence) == (Cause.LOST_BETWEEN, Confidence.CERTAIN)


def test_what_is_acknowledged_was_not_lost(read: Read) -> None:
    """B15: the capture at the client has one direction alone, and the client acknowledges what it got."""
    whole = NEAR.whole()
    found = joined(read, [*(one for one in whole if one.source == NEAR.client), LATER], behind(NEAR, whole))
    assert only(found).cause is None
    assert (found.fates["both"], found.fates["one"], found.fates["lost"]) == (6, 3, 0)


def test_a_segment_that_one_capture_missed_was_not_made_between(read: Read) -> None:
    """The capture at the client has what it sent next: the segment before is missing there, not new here."""
    here = [*NEAR.whole(), LATER]
    there = behind(NEAR, NEAR.whole())
    found = joined(read, [one for one in here if one.data != b"GET /"], there)
    assert only(found).cause is None
    assert (found.fates["both"], found.fates["one"], found.fates["made"]) == (8, 1, 0)


@pytest.mark.parametrize("answers", [True, False], ids=["one-direction-here", "server-down"])
def test_a_translation_without_answers_is_not_one_way(read: Read, *, answers: bool) -> None:
    """S1-10: the server is translated on the way out; without answers the way back is not known."""
    here = [NEAR.c(at_s, SYN, 0) for at_s in (0, 1, 3)]
    there = behind(NEAR, here, server="10.30.0.80")
    if answers:
        there.append(replace(NEAR, server="10.30.0.80").s(3.01, SYN | ACK, 0, 1, ttl=65))
    call = only(joined(read, [*here, LATER], there))
    assert (call.cause, call.rewrites.one_way) == (None, False)
    (sentence,) = call.rewrites.sentences
    assert sentence.endswith("translated in the client's packets; no answer is in both captures")


def test_everything_rewritten_and_the_moment_is_left(read: Read) -> None:
    """S1-10: names, ports and both ends' numbers are changed, no identifications, clocks a minute apart."""
    dice = random.Random(7)
    moments = sorted(dice.uniform(0, 600) for _ in range(40))
    calls = [
        replace(NEAR, cport=40_000 + turn, isn=dice.getrandbits(32), server_isn=dice.getrandbits(32))
        for turn in range(40)
    ]
    here = [one for call, at_s in zip(calls, moments, strict=True) for one in call.whole(at_s)]
    there: list[Tcp] = []
    for turn, (call, at_s) in enumerate(zip(calls, moments, strict=True)):
        numbers = {"isn": dice.getrandbits(32), "server_isn": dice.getrandbits(32)}
        there += behind(
            call,
            call.whole(at_s),
            0.0002,
            client="192.0.2.10",
            cport=1024 + turn,
            server="10.30.0.80",
            **numbers,
        )
    late = sorted((replace(one, at_s=one.at_s + 60) for one in there), key=lambda one: one.at_s)
    found = joined(read, sorted(here, key=lambda one: one.at_s), late)
    ports = {
        (call.here.stream.client_port - 40_000, call.there.stream.client_port - 1024) for call in found.calls
    }
    assert ports == {(turn, turn) for turn in range(40)}
    assert {call.cause for call in found.calls} == {None}
    assert found.clocks is not None
    assert found.clocks.offset_s == pytest.approx(60, abs=0.001)


def test_calls_in_a_fixed_rhythm_are_not_guessed(read: Read) -> None:
    """Every half second the same call: shifted by one it fits as well, so that nothing is joined."""
    calls = [
        replace(NEAR, cport=40_000 + turn, isn=turn * 7919, server_isn=turn * 99_991) for turn in range(40)
    ]
    here = [one for turn, call in enumerate(calls) for one in call.whole(turn / 2)]
    there = [
        one
        for turn, call in enumerate(calls)
        for one in behind(call, call.whole(turn / 2), 0.0002, client="192.0.2.10", cport=1024 + turn,
                          server="10.30.0.80", isn=turn * 31 + 5, server_isn=turn * 77 + 9)
    ]  # fmt: skip
    assert joined(read, here, sorted(there, key=lambda one: one.at_s)).calls == ()


def cut(packets: Sequence[Tcp], size: int) -> list[Tcp]:
    """Segments of at most this size, as they are on the wire."""
    pieces = []
    for one in packets:
        parts = range(0, max(1, len(one.data)), size)
        pieces += [
            replace(one, at_s=one.at_s + at / 1e8, seq=one.seq + at, data=one.data[at : at + size])
            for at in parts
        ]
    return pieces


def test_segments_joined_by_a_card_are_the_same_bytes(read: Read) -> None:
    """B15: segments of 2000 bytes on the server itself are two of 1000 on the wire: nothing is lost."""
    big = NEAR.handshake()
    for turn in range(10):
        big += [NEAR.s(1 + turn, PSH | ACK, 1 + 2000 * turn, 1, data=bytes(2000))]
        big += [NEAR.c(1.01 + turn, ACK, 1, 1 + 2000 * (turn + 1))]
    for here, there in ((big, cut(big, 1000)), (cut(big, 1000), big)):
        found = joined(read, here, behind(NEAR, there, **ALIAS))
        assert only(found).cause is None
        assert dict(found.fates) == {"both": 13, "recut": 30}


def asa_text(packets: Sequence[Tcp]) -> str:
    """What a firewall's `show capture` prints of them, hours after midnight; empty ACKs without a number."""
    lines = [f"{len(packets)} packets captured", ""]
    for number, one in enumerate(packets, 1):
        letters = "".join(
            name for bit, name in ((SYN, "S"), (FIN, "F"), (RST, "R"), (PSH, "P")) if one.flags & bit
        )
        size = len(one.data)
        numbers = f" {one.seq}:{one.seq + size}({size})" if letters or size else ""
        acks = f" ack {one.ack}" if one.flags & ACK else ""
        lines.append(
            f"{number:4}: 10:00:{one.at_s:09.6f}       {one.source}.{one.sport} > "
            f"{one.destination}.{one.dport}: {letters or '.'}{numbers}{acks} win {one.window}"
        )
    return "\n".join([*lines, f"{len(packets)} packets shown", ""])


def mixed(read: Read, here: str | Sequence[Tcp], there: str | Sequence[Tcp]) -> Joined:
    """Texts and packets alike."""
    pairs = ((here, "here"), (there, "there"))
    return join(*(read(one.encode() if isinstance(one, str) else one, name) for one, name in pairs))


@pytest.mark.parametrize("swapped", [False, True])
def test_a_text_and_a_file_are_joined(read: Read, *, swapped: bool) -> None:
    """S1-10, B16: the firewall printed its side; without TTLs there the times tell which side is whose."""
    whole = NEAR.whole()
    text = asa_text(behind(NEAR, whole, 0.0002, isn=3_000_000_000, **ALIAS))
    found = mixed(read, text, whole) if swapped else mixed(read, whole, text)
    call: JoinedCall = only(found)
    assert (call.cause, call.client_here, call.rewrites.undone) == (None, not swapped, True)
    assert dict(found.fates) == {"both": 9}


def test_a_flow_is_followed_behind_its_translation(tmp_path: Path) -> None:
    """S1-10: --flow names the call as the client means it; the other capture knows it by another name."""
    other = replace(NEAR, client="10.20.0.26", cport=40_000, isn=5)
    for name, packets in (
        ("here.pcap", [*NEAR.whole(), *other.whole(9)]),
        (
            "there.pcap",
            [*behind(NEAR, NEAR.whole(), **ALIAS), *behind(other, other.whole(9), client="192.0.2.11")],
        ),
    ):
        (tmp_path / name).write_bytes(pcap(timed(*packets)))
    said = capture(
        tmp_path / "here.pcap",
        tmp_path / "there.pcap",
        "--flow",
        "10.20.0.26,203.0.113.80,tcp/80",
        "--format",
        "json",
    ).json
    (one,) = said["joins"]
    assert [call["client"] for call in one["calls"]] == [["10.20.0.26", "192.0.2.11"]]
    assert [[stream["client"] for stream in seen["streams"]] for seen in said["captures"]] == [
        ["10.20.0.26"], ["192.0.2.11"]
    ]  # fmt: skip


def test_acknowledgements_without_a_number_get_their_senders(tmp_path: Path) -> None:
    """B16: a firewall prints no number of an empty ACK: it is where its sender stands."""
    path = tmp_path / "a.txt"
    whole = NEAR.whole()
    path.write_text(asa_text(whole))
    (one,) = read_captures(path)
    assert one.packets.seq.tolist() == [packet.seq for packet in whole]
    path.write_text(asa_text(whole[2:]))
    (late,) = read_captures(path)
    assert late.packets.seq.tolist() == [packet.seq for packet in whole[2:]]
    assert judged(late).judgements == ()


def test_a_repeated_syn_is_not_its_first_one(read: Read) -> None:
    """S1-10: the capture there began with the third SYN; the distances of all packets tell which it is."""
    syns = [NEAR.c(at_s, SYN, 0) for at_s in (0, 1, 3)]
    here = [*syns, *(replace(one, at_s=one.at_s + 7) for one in NEAR.whole())]
    there = [replace(one, at_s=one.at_s + 500) for one in behind(NEAR, here[2:], 0.0002, **ALIAS)]
    found = joined(read, here, there)
    assert found.clocks is not None
    assert found.clocks.offset_s == pytest.approx(500, abs=0.001)
    call = only(found)
    assert [call.fate(pair) for pair in call.pairs] == ["one", "one", *["both"] * 10]
