"""What ordinary stacks, balancers and captures do: nothing is said of it, or a note, never a wrong cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bothways.diagnosis import Confidence, Severity
from bothways.diagnosis.capture import Cause, Judged, State

from .conftest import Read
from .wire import ACK, ASA, FIN, PSH, RST, SWITCH, SYN, Talk, Tcp

CALL = Talk()
WHOLE = CALL.whole()
LATER = replace(CALL, client="10.12.0.131", cport=50_002, isn=5).whole(60)
"""Another call a minute later: the capture goes on."""


def shifted(packets: Sequence[Tcp], by_s: float) -> list[Tcp]:
    return [replace(one, at_s=one.at_s + by_s) for one in packets]


FINE: dict[str, tuple[Sequence[Tcp], State]] = {
    "refused-at-first-and-asked-again": (
        [CALL.c(-1, SYN, 0), CALL.s(-0.999, RST | ACK, -CALL.server_isn, 1), *WHOLE],
        State.CLOSED,
    ),
    # The server still knows an older connection of the port; the client's RST clears it.
    "an-older-connection-is-cleared-first": (
        [CALL.c(-1, SYN, 0), CALL.s(-0.9, ACK, -5000, -90_000), CALL.c(-0.8, RST, -90_000), *WHOLE],
        State.CLOSED,
    ),
    "a-reset-behind-both-fins": ([*WHOLE[:-1], CALL.c(0.009, RST, 7, window=0)], State.CLOSED),
    "a-reset-ack-behind-both-fins": ([*WHOLE[:-1], CALL.c(0.009, RST | ACK, 7, 8)], State.CLOSED),
    "both-ends-call-at-once": (
        [
            CALL.c(0, SYN, 0),
            CALL.s(0.0005, SYN, 0),
            CALL.c(0.001, SYN | ACK, 0, 1),
            CALL.s(0.0015, SYN | ACK, 0, 1),
            CALL.c(0.002, PSH | ACK, 1, 1, data=b"x"),
            CALL.s(0.003, ACK, 1, 2),
        ],
        State.OPEN,
    ),
    "keepalives": (
        [
            *WHOLE[:6],
            *(
                one
                for turn in range(5)
                for one in (
                    CALL.c(60 * turn + 60, ACK, 5, 7, data=b"\0"),
                    CALL.s(60 * turn + 60.01, ACK, 7, 6),
                )
            ),
        ],
        State.OPEN,
    ),
    "probes-of-a-window-of-zero": (
        [
            *WHOLE[:6],
            CALL.c(1, ACK, 6, 7, window=0),
            *(
                one
                for turn in range(6)
                for one in (
                    CALL.s(2 + 2**turn, ACK, 7, 6, data=b"z"),
                    CALL.c(2.01 + 2**turn, ACK, 6, 7, window=0),
                )
            ),
        ],
        State.OPEN,
    ),
    "numbers-that-wrap": (replace(CALL, isn=2**32 - 3, server_isn=2**32 - 2).whole(), State.CLOSED),
    "a-call-that-the-end-of-the-capture-cuts": ([CALL.c(59.9, SYN, 0)], State.ASKED),
    "one-lost-answer-at-the-end": (
        [
            CALL.c(58, SYN, 0),
            CALL.s(58.1, SYN | ACK, 0, 1),
            CALL.c(59, SYN, 0),
            CALL.s(59.1, SYN | ACK, 0, 1),
        ],
        State.ANSWERED,
    ),
}


@pytest.mark.parametrize(("packets", "state"), FINE.values(), ids=FINE.keys())
def test_nothing_is_odd(read: Read, packets: Sequence[Tcp], state: State) -> None:
    """Each of it happens daily, and every call works."""
    packets = sorted([*packets, *LATER], key=lambda one: one.at_s)
    said = read(packets)
    assert said.judgements == ()
    assert sorted(course.state for course in said.courses) == sorted([state, State.CLOSED])
    assert said.could_not_see == ()


def test_a_capture_that_ends_in_a_handshake_says_so(read: Read) -> None:
    """One SYN at the end: no failure, and no clean bill either where it is all there is."""
    said = read([CALL.c(0, SYN, 0)])
    assert said.judgements == ()
    assert "ends within a second of the last packet of 1 stream in a handshake" in said.could_not_see[0]
    among = read([*WHOLE, CALL.c(3, SYN, 9_000_000)])
    assert (among.judgements, among.could_not_see) == ((), ())
    assert "1 stream in a handshake" in among.remarks[0]


def legs(packets: Sequence[Tcp], delta: int) -> list[Tcp]:
    """A trunk that shows both sides of a firewall: VLAN 10 as the client sends, 20 with other numbers."""
    both: list[Tcp] = []
    for one in packets:
        ours = one.source == CALL.client
        near = replace(one, tags=((0x8100, 10),), src_mac=one.src_mac if ours else ASA)
        far = replace(
            one,
            at_s=one.at_s + (0.0002 if ours else -0.0002),
            seq=one.seq + (delta if ours else 0),
            ack=one.ack + (delta if one.flags & ACK and not ours else 0),
            tags=((0x8100, 20),),
            src_mac=ASA if ours else SWITCH,
            dst_mac=SWITCH if ours else ASA,
        )
        both += [near, far]
    return sorted(both, key=lambda one: one.at_s)


@pytest.mark.parametrize("first", [0, 3], ids=["from-the-start", "from-the-middle"])
def test_both_sides_of_a_firewall_in_one_capture(read: Read, first: int) -> None:
    """Two countings of one connection: its bytes count once, a repaired loss is one repetition."""
    packets = CALL.handshake()
    for turn in range(8):
        packets.append(CALL.c(1 + turn, PSH | ACK, 1 + 10 * turn, 1, data=bytes(10)))
        got = 10 * (turn + 1) if turn < 2 or turn > 6 else 20
        packets.append(CALL.s(1.01 + turn, ACK, 1, 1 + got))
        if turn == 6:
            packets.append(CALL.c(1.5 + turn, PSH | ACK, 21, 1, data=bytes(10)))
    said = read(legs(packets[first:], 4_000_000_000))
    (course,) = said.courses
    assert said.judgements == ()
    assert (course.client.packets, course.client.bytes, course.client.repeated) == (
        11 if first == 0 else 9,
        80,
        1,
    )
    assert said.could_not_see == ()


def test_bytes_that_come_late_count_and_those_that_never_come_do_not(read: Read) -> None:
    """A hole that is filled is the sender's; one that is acknowledged and never seen is the capture's."""
    sent = [CALL.c(1 + turn, PSH | ACK, 1 + 10 * turn, 1, data=bytes(10)) for turn in range(4)]
    late = [sent[0], sent[2], replace(sent[1], at_s=3.5), sent[3], CALL.s(4.1, ACK, 1, 41)]
    filled = read([*CALL.handshake(), *late])
    assert (filled.courses[0].client.bytes, filled.courses[0].missed) == (40, False)
    missing = read([*CALL.handshake(), *(one for one in late if one.seq != sent[1].seq)])
    assert (missing.courses[0].client.bytes, missing.courses[0].missed) == (30, True)
    assert "packets are missing in the capture: an end of 1 stream acknowledges" in missing.could_not_see[0]


def test_a_reset_that_nobody_heeds(read: Read) -> None:
    """Both ends exchange data behind it and close: it is told, ends nothing, and is no failure."""
    said = read([*WHOLE[:5], CALL.s(0.0045, RST, 3), *shifted(WHOLE[5:], 0.01)])
    (one,) = said.judgements
    assert (one.cause, one.cause.severity, one.packet) == (Cause.RESET, Severity.NOTE, 6)
    assert "ends nothing: both ends go on behind it" in one.sentence
    assert (said.courses[0].state, said.courses[0].ended_by) == (State.CLOSED, "client")


def test_a_reset_that_overtakes_data_is_its_senders(read: Read) -> None:
    """The data behind it on the wire is before it in the numbers: its sender does not go on."""
    data = CALL.s(0.0041, PSH | ACK, 1, 6, data=b"200 OK", ident=900)
    (one,) = read([*WHOLE[:4], CALL.s(0.004, RST | ACK, 7, 6, ident=7), data]).judgements
    assert (one.cause, one.packet) == (Cause.RESET, 5)
    assert "goes-on" not in {sign.name for sign in one.signs}


def test_an_abort_in_the_middle_of_a_transfer_is_no_quick_device(read: Read) -> None:
    """The RST comes 0.1 ms behind a segment that it does not acknowledge: it was on its way before."""
    packets = [CALL.c(0, SYN, 0), CALL.s(0.04, SYN | ACK, 0, 1), CALL.c(0.08, ACK, 1, 1)]
    packets += [CALL.s(0.1 + turn / 1e4, ACK, 1 + 1000 * turn, 1, data=bytes(1000)) for turn in range(50)]
    (one,) = read([*packets, CALL.c(0.10491, RST | ACK, 1, 9001, window=0)]).judgements
    assert one.cause is Cause.RESET
    assert "timing" not in {sign.name for sign in one.signs}


HALF_OPEN = [CALL.c(0, SYN, 0), CALL.s(0.001, SYN | ACK, 0, 1)]


@pytest.mark.parametrize(
    ("tail", "cause"),
    [
        ([CALL.c(0.002, RST, 1, window=0)], Cause.CLIENT_REFUSES),
        ([CALL.c(2, RST, 600, window=0)], Cause.RESET),
        ([CALL.s(0.1, PSH | ACK, 1, 6, data=b"200 OK"), CALL.c(2, RST, 6, window=0)], Cause.RESET),
    ],
    ids=["health-check", "its-data-was-missed", "its-ack-was-missed"],
)
def test_a_reset_as_third_packet_that_nobody_renumbered(
    read: Read, tail: Sequence[Tcp], cause: Cause
) -> None:
    """A number a little beyond the expected one is data that the capture missed, and no firewall's doing."""
    (one,) = read([*HALF_OPEN, *tail, *LATER]).judgements
    assert one.cause is cause
    if cause is Cause.CLIENT_REFUSES:
        assert any("a health check or a scan for open ports" in why for why in one.why)


def test_a_firewall_that_the_syn_did_not_pass_answers_in_the_clients_name(read: Read) -> None:
    """S0-11: the way back alone meets it: RST with its own TTL, the SYN/ACK's window, to the server only."""
    packets = [
        CALL.c(0, SYN, 0, ttl=126),
        CALL.s(0.001, SYN | ACK, 0, 1, window=29_200),
        CALL.c(0.0011, RST, 1, ttl=255, window=29_200),
    ]
    (one,) = read([*packets, *LATER]).judgements
    assert (one.cause, one.confidence, one.packet) == (Cause.RESET_BY_DEVICE, Confidence.LIKELY, 3)
    assert "a firewall that the SYN did not pass has no connection for the SYN/ACK" in one.why[0]


def test_silence_in_a_capture_of_one_direction(read: Read) -> None:
    """B15: three SYNs without an answer among calls whose answers are not in the capture either."""
    asked = [replace(CALL, cport=50_003).c(at_s, SYN, 0) for at_s in (10, 11, 13)]
    ours = [one for one in WHOLE if one.source == CALL.client]
    theirs = [one for one in LATER if one.source == LATER[0].source]
    assert read([*ours, *asked, *theirs]).judgements == ()
    (one,) = read([*ours, *asked, *LATER]).judgements
    assert (one.cause, one.confidence) == (Cause.NO_ANSWER, Confidence.POSSIBLE)
    assert "passes beside this capture, as that of other calls" in one.why[0]
    (sure,) = read([*WHOLE, *asked, *LATER]).judgements
    assert (sure.cause, sure.confidence) == (Cause.NO_ANSWER, Confidence.CERTAIN)


def one_way(said: Judged) -> list[Cause]:
    return [one.cause for one in said.judgements]


def test_an_answer_that_the_client_takes_has_the_right_source(read: Read) -> None:
    """B15: out before the translation, back behind it: the client goes on, so that nothing is wrong."""
    inner = replace(CALL, server="10.9.9.9")
    out = [one for one in WHOLE[:6] if one.source == CALL.client]
    back = [one for one in inner.whole()[:6] if one.source != CALL.client]
    said = read(sorted([*out, *back], key=lambda one: one.at_s))
    assert one_way(said) == []
    assert [course.state for course in said.courses] == [State.OPEN, State.ANSWERED]
    assert "all of 2 streams show one direction only" in said.could_not_see[0]


def test_an_answer_without_the_clients_reset_is_likely_only(read: Read) -> None:
    """S1-05: number, port and time fit; that the client refuses it is not in the capture."""
    alias = replace(CALL, server="192.0.2.99")
    (one,) = read([CALL.c(0, SYN, 0), alias.s(0.02, SYN | ACK, 0, 1), *LATER]).judgements
    assert (one.cause, one.confidence) == (Cause.WRONG_SOURCE, Confidence.LIKELY)


def test_a_port_that_is_used_again_at_once_is_not_renumbered(read: Read) -> None:
    """Without MAC addresses two SYNs half a second apart are two calls; a device takes no time."""
    text = """\
   1: 10:00:00.000000 10.12.0.130.17559 > 172.16.1.18.443: S 1000:1000(0) win 4128
   2: 10:00:00.500000 10.12.0.130.17559 > 172.16.1.18.443: S 99000:99000(0) win 4128
   3: 10:00:00.501000 172.16.1.18.443 > 10.12.0.130.17559: S 77:77(0) ack 99001 win 8192
   4: 10:00:00.502000 10.12.0.130.17559 > 172.16.1.18.443: . ack 78 win 4128
"""
    said = read(text.encode())
    assert [course.state for course in said.courses] == [State.ASKED, State.OPEN]
    assert said.judgements == ()
    at_once = read(text.replace("00.500000", "00.000300").encode())
    assert [one.cause for one in at_once.judgements] == [Cause.ISN_MISMATCH]


def test_a_way_that_changed_is_no_proxy(read: Read) -> None:
    """S4-02: who asks again is two routers further away than before: a rerouting lost the segment."""
    packets = CALL.handshake()
    packets += [CALL.c(1 + turn, PSH | ACK, 1 + 10 * turn, 1, data=bytes(10)) for turn in range(8)]
    packets += [
        CALL.s(1.01 + turn, ACK, 1, 11 if turn == 0 else 21, ttl=64 if turn < 2 else 62) for turn in range(8)
    ]
    (one,) = read(sorted(packets, key=lambda one: one.at_s)).judgements
    assert (one.cause, one.confidence) == (Cause.UNREPAIRED_LOSS, Confidence.LIKELY)


def test_a_server_that_waits_for_data_is_named(read: Read) -> None:
    """S0-11: repeated SYN/ACKs to a client that sends nothing may be the server's own way."""
    silent = [*CALL.handshake(), CALL.s(1, SYN | ACK, 0, 1), CALL.s(3, SYN | ACK, 0, 1), *LATER]
    (one,) = read(silent).judgements
    assert (one.cause, one.confidence) == (Cause.HANDSHAKE_UNSEEN, Confidence.POSSIBLE)
    assert "queue of new connections is full" in one.why[1]
    assert "accept filter" in one.why[2]
    asking = [CALL.c(0.1 + turn, PSH | ACK, 1, 1, data=b"GET /") for turn in (0, 0.3, 0.9)]
    (two,) = read(sorted([*silent, *asking], key=lambda one: one.at_s)).judgements
    assert (two.cause, two.confidence) == (Cause.HANDSHAKE_UNSEEN, Confidence.LIKELY)
    assert not any("accept filter" in why for why in two.why)


def test_a_fin_that_is_answered_with_data_and_a_reset_stays_a_reset(read: Read) -> None:
    """The server still speaks when the client has closed, as TLS does: a note, with what each had sent."""
    packets = [*WHOLE[:6], CALL.c(0.006, FIN | ACK, 6, 7), CALL.s(0.007, PSH | ACK, 7, 7, data=b"alert")]
    said = read([*packets, CALL.c(0.0071, RST, 7, window=0), *LATER])
    assert [(one.cause, one.cause.severity) for one in said.judgements] == [(Cause.RESET, Severity.NOTE)]
