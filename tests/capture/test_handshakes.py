"""Handshakes that fail, each for a cause of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Cause, Judged, State

from .conftest import Read
from .wire import ACK, ASA, CLIENT, EPOCH_S, FIN, RST, SERVER, SWITCH, SYN, Talk, Tcp, icmp_about, pcap, timed

CALL = Talk()
DELTA = 4_000_000_000
MINUS = 2**32 - DELTA
"""Numbers wrap: 1000 + 4 000 000 000 + 1 is what the SYN/ACK acknowledges."""
CHANGED = (1000 + DELTA) % 2**32


def only(judged: Judged) -> tuple[Cause, Confidence, int]:
    (one,) = judged.judgements
    return one.cause, one.confidence, one.packet


def test_a_whole_connection_is_not_odd(read: Read) -> None:
    """Nothing is said about a connection that both ends open and close."""
    said = read(CALL.whole())
    assert said.judgements == ()
    assert said.could_not_see == ()
    (course,) = said.courses
    assert (course.state, course.ended_by) == (State.CLOSED, "client")
    assert (course.client.bytes, course.server.bytes) == (5, 6)
    assert (course.client.packets, course.server.packets) == (6, 3)


def test_an_answer_from_another_address_is_one_way_nat(read: Read) -> None:
    """S1-05: at the customer SYN to 10.1.1.1, SYN/ACK from 192.1.1.1, RST to 192.1.1.1."""
    called = Talk("192.4.4.4", "10.1.1.1", 32333, 23)
    answered = replace(called, server="192.1.1.1")
    said = read([called.c(0, SYN, 0), answered.s(0.12, SYN | ACK, 0, 1), answered.c(0.14, RST, 1)])
    assert only(said) == (Cause.WRONG_SOURCE, Confidence.CERTAIN, 2)
    (one,) = said.judgements
    assert "calls 10.1.1.1 and is answered by 192.1.1.1" in one.sentence
    assert [line.number for line in one.lines] == [1, 2, 3]
    assert [part.number for part in one.also] == [1]


def test_another_call_of_the_same_port_is_not_its_answer(read: Read) -> None:
    """Another port and another number: two calls, of which one has no answer."""
    called = Talk("192.4.4.4", "10.1.1.1", 32333, 23)
    other = replace(called, server="192.1.1.1", sport=443, isn=77)
    said = read([called.c(0, SYN, 0), called.c(1, SYN, 0), other.s(1.1, SYN | ACK, 0, 1)])
    assert [one.cause for one in said.judgements] == [Cause.NO_ANSWER]


def test_a_reset_of_a_good_answer_is_the_clients_own_no(read: Read) -> None:
    """S1-05: at the firewall the three packets fit one another, and what the client saw is not there."""
    called = Talk("192.4.4.4", "10.1.1.1", 32333, 23)
    said = read([called.c(0, SYN, 0), called.s(0.06, SYN | ACK, 0, 1), called.c(0.13, RST, 1, window=0)])
    assert only(said) == (Cause.CLIENT_REFUSES, Confidence.CERTAIN, 3)
    (one,) = said.judgements
    assert "innocent" in one.sentence
    assert "one-way NAT" in one.why[0]
    assert "client's own wire" in one.ask[0]


CHANGED_SYN = CALL.c(0.0005, SYN, DELTA, src_mac=ASA, dst_mac=SWITCH)
ANSWER = CALL.s(0.001, SYN | ACK, 0, DELTA + 1)
REFUSAL = CALL.c(0.0011, RST, DELTA + 1)
MISMATCHES = {
    "on-the-client's-wire": ([CALL.c(0, SYN, 0), ANSWER, REFUSAL], Confidence.CERTAIN, 2),
    "without-the-reset": ([CALL.c(0, SYN, 0), ANSWER], Confidence.LIKELY, 2),
    "on-a-hairpin-wire": ([CALL.c(0, SYN, 0), CHANGED_SYN, ANSWER, REFUSAL], Confidence.CERTAIN, 3),
}


@pytest.mark.parametrize(("packets", "sure", "packet"), MISMATCHES.values(), ids=MISMATCHES.keys())
def test_an_answer_to_another_number(read: Read, packets: list[Tcp], sure: Confidence, packet: int) -> None:
    """S0-10: the SYN/ACK acknowledges what the firewall made of the client's number."""
    said = read(packets)
    assert only(said) == (Cause.ISN_MISMATCH, sure, packet)
    (one,) = said.judgements
    assert f"acknowledges {CHANGED + 1}, and the client's SYN asked for 1001" in one.sentence
    assert f"adds {DELTA} to" in one.sentence


def test_the_rewriting_device_is_named_by_its_mac(read: Read) -> None:
    """S0-08: the SYN to the firewall's MAC leaves it again, with another number and its MAC as source."""
    (one,) = read([CALL.c(0, SYN, 0), CHANGED_SYN, ANSWER, REFUSAL]).judgements
    assert "that device is 0023.5e1a.2b08 on this very wire, see packet 2" in one.sentence
    assert "(0050.56a0.0130 > 0023.5e1a.2b08)" in one.lines[0].text
    assert "(0023.5e1a.2b08 > 0019.2fbc.3ac2)" in one.lines[1].text
    (course,) = read([CALL.c(0, SYN, 0), CHANGED_SYN, ANSWER, REFUSAL]).courses
    assert course.state is State.RESET


def test_an_answer_that_is_changed_back_is_in_order(read: Read) -> None:
    """After the policy route both ways pass the firewall: two numbers on the wire, and none is odd."""
    talk = [
        CALL.c(0, SYN, 0),
        CHANGED_SYN,
        CALL.s(0.001, SYN | ACK, 0, DELTA + 1, dst_mac=ASA),
        CALL.s(0.0015, SYN | ACK, 0, 1, src_mac=ASA),
        CALL.c(0.002, ACK, 1, 1),
    ]
    assert read(talk).judgements == ()


def test_a_shifted_reset_on_the_servers_side(read: Read) -> None:
    """There SYN and SYN/ACK fit; the RST comes with a number that was changed once more."""
    far = replace(CALL, isn=CHANGED)
    said = read([far.c(0, SYN, 0), far.s(0.001, SYN | ACK, 0, 1), far.c(0.002, RST, 1 + DELTA)])
    assert only(said) == (Cause.ISN_MISMATCH, Confidence.LIKELY, 3)
    assert f"whose number is {DELTA} off" in said.judgements[0].sentence


def test_repeats_with_new_numbers_are_one_story(read: Read) -> None:
    """A firewall that forgot the call gives each repeated SYN a new number; the server answers the first."""
    far = replace(CALL, isn=5000)
    talk = [far.c(0, SYN, 0), far.s(0.001, SYN | ACK, 0, 1), far.c(0.002, RST, 778)]
    for turn in (1, 2):
        talk += [
            far.c(turn, SYN, 90_000 * turn),
            far.s(turn + 0.001, SYN | ACK, 0, 1),
            far.c(turn + 0.002, RST, 99 * turn),
        ]
    said = read(talk)
    assert len(said.courses) == 3
    assert [one.stream.number for one in said.judgements] == [0]


def test_the_plain_no(read: Read) -> None:
    """A RST in answer to the SYN, with the number that the SYN asked for."""
    said = read([CALL.c(0, SYN, 0), CALL.s(0.25, RST | ACK, -700000, 1)])
    assert only(said) == (Cause.REFUSED, Confidence.CERTAIN, 2)
    assert "0.250000 s after it" in said.judgements[0].sentence
    assert said.courses[0].state is State.REFUSED


def test_a_client_that_gives_up_is_not_a_client_that_does_not_know(read: Read) -> None:
    """RST with ACK is a program's own end; a bare RST is a stack that knows no such call."""
    said = read([CALL.c(0, SYN, 0), CALL.s(0.1, SYN | ACK, 0, 1), CALL.c(0.2, RST | ACK, 1, 1)])
    assert only(said) == (Cause.RESET, Confidence.CERTAIN, 3)


def test_nobody_answers(read: Read) -> None:
    """Repeated SYNs make it certain; one alone, or two at the end of a file, prove less."""
    said = read([CALL.c(0, SYN, 0), CALL.c(1, SYN, 0), CALL.c(3, SYN, 0)])
    assert only(said) == (Cause.NO_ANSWER, Confidence.CERTAIN, 3)
    assert "3 times in 3.0 s" in said.judgements[0].sentence
    assert only(read([CALL.c(0, SYN, 0), CALL.c(1, SYN, 0)]))[1] is Confidence.LIKELY
    later = replace(CALL, cport=50_002).whole(9)
    assert only(read([CALL.c(0, SYN, 0), CALL.c(1, SYN, 0), *later]))[1] is Confidence.CERTAIN
    assert only(read([CALL.c(0, SYN, 0), *later]))[1] is Confidence.POSSIBLE


def test_a_router_says_why(read: Read) -> None:
    """An ICMP error that quotes the SYN tells who refuses it, and why."""
    syn = CALL.c(0, SYN, 0)
    said = read(pcap([*timed(syn), (0.01, icmp_about(syn, "10.9.9.9", 3, 13))]))
    assert only(said) == (Cause.UNREACHABLE, Confidence.CERTAIN, 2)
    assert said.judgements[0].sentence == "10.9.9.9 answers the SYN with ICMP: prohibited by an access list"


def unseen(*, turned: bool) -> Sequence[Tcp]:
    again = [CALL.c(0.0005, SYN, 0, src_mac=ASA, dst_mac=SWITCH)] if turned else []
    return [
        CALL.c(0, SYN, 0),
        *again,
        CALL.s(0.001, SYN | ACK, 0, 1),
        CALL.c(0.002, ACK, 1, 1),
        CALL.s(1.001, SYN | ACK, 0, 1),
        CALL.s(3.001, SYN | ACK, 0, 1),
    ]


def test_a_lost_ack_is_no_firewall(read: Read) -> None:
    """The server repeats once and goes on with data, or falls silent after the client's second ACK."""
    lost = [*CALL.handshake(), CALL.s(1.001, SYN | ACK, 0, 1), CALL.c(1.002, ACK, 1, 1)]
    assert read(lost).judgements == ()
    again = [CALL.s(3.001, SYN | ACK, 0, 1), CALL.c(3.002, ACK, 1, 1), CALL.s(4, FIN | ACK, 1, 1)]
    assert read([*lost, *again]).judgements == ()


def test_a_copy_of_the_syn_is_not_a_device(read: Read) -> None:
    """A SPAN's copy has the same MAC addresses; only a SYN that is sent on names the firewall."""
    copied = [
        unseen(turned=False)[0],
        replace(unseen(turned=False)[0], at_s=0.00001),
        *unseen(turned=False)[1:],
    ]
    assert only(read(copied)) == (Cause.HANDSHAKE_UNSEEN, Confidence.POSSIBLE, 4)


@pytest.mark.parametrize(("turned", "sure"), [(False, Confidence.POSSIBLE), (True, Confidence.CERTAIN)])
def test_the_ack_dies_where_the_syn_passed(read: Read, *, turned: bool, sure: Confidence) -> None:
    """S0-11: the client takes the SYN/ACK and the server never hears of it."""
    said = read(unseen(turned=turned))
    assert only(said) == (Cause.HANDSHAKE_UNSEEN, sure, 4 if turned else 3)
    assert ("0023.5e1a.2b08 sends the SYN on" in said.judgements[0].sentence) is turned


def test_an_answer_nobody_takes(read: Read) -> None:
    """Both go on: the SYN/ACK passes here and the client asks again."""
    said = read(
        [
            CALL.c(0, SYN, 0),
            CALL.s(0.001, SYN | ACK, 0, 1),
            CALL.c(1, SYN, 0),
            CALL.s(1.001, SYN | ACK, 0, 1),
            *replace(CALL, cport=50_002).whole(9),
        ]
    )
    assert only(said) == (Cause.ANSWER_NOT_TAKEN, Confidence.CERTAIN, 2)
    assert "asks 1 more time:" in said.judgements[0].sentence


def test_a_port_that_is_used_again_is_a_new_stream(read: Read) -> None:
    """The same ends, another SYN: two connections, of which only the second fails."""
    second = replace(CALL, isn=9_000_000, server_isn=44)
    said = read([*CALL.whole(), second.c(5, SYN, 0), second.s(5.1, RST | ACK, -44, 1)])
    assert [course.state for course in said.courses] == [State.CLOSED, State.REFUSED]
    assert only(said) == (Cause.REFUSED, Confidence.CERTAIN, 11)


def test_a_fast_open_answer_may_acknowledge_data(read: Read) -> None:
    """A SYN that carries data is acknowledged with it or without it."""
    for taken in (1, 6):
        talk = [CALL.c(0, SYN, 0, data=b"hello"), CALL.s(0.1, SYN | ACK, 0, taken), CALL.c(0.2, ACK, 6, 1)]
        assert read(talk).judgements == ()


def test_one_direction_alone_is_said(read: Read) -> None:
    """B15: a capture of one direction is recognised, and no failure is made of it."""
    said = read([one for one in CALL.whole() if one.source == CLIENT])
    assert said.judgements == ()
    assert said.could_not_see == (
        "all of 1 streams show one direction only: the other one passes beside this capture",
    )


def test_times_and_ends_stand_in_the_evidence(read: Read) -> None:
    """File, packet, moment, ends, flags, numbers: what a reader looks up in his own tool."""
    (one,) = read([CALL.c(0, SYN, 0), CALL.s(0.25, RST | ACK, -700000, 1)]).judgements
    line = one.lines[1]
    assert (line.file, line.number) == ("seen.pcap", 2)
    assert line.moment == "2023-11-14 22:13:20.250000Z"
    assert EPOCH_S == 1_700_000_000
    assert line.text.startswith(f"{SERVER}:443 > {CLIENT}:50001 RST ACK seq 0 ack 1001 win 8192 len 0 ttl 64")
