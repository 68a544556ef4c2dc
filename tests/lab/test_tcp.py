"""The TCP of the lab's hosts, rule by rule of RFC 9293, with segments made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.lab.events import EventQueue
from bothways.lab.frames import ACK, FIN, RST, SEQUENCE_SPACE, SYN, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.tcp import Tcb
from bothways.lab.tcp_segments import Calls, Quad, State, answer_to_stray, before

CLIENT, SERVER = IPv4Address("10.0.0.1"), IPv4Address("10.0.0.2")


@dataclass
class End:
    """A connection, and all that came out of it."""

    events: EventQueue
    tcb: Tcb = field(init=False)
    sent: list[Packet] = field(default_factory=list)
    dropped: list[Why] = field(default_factory=list)
    opened: int = 0
    data: bytes = b""
    ended: list[str] = field(default_factory=list)
    deliver: Callable[[Packet], None] = lambda _segment: None

    def build(self, quad: Quad, iss: int) -> End:
        calls = Calls(
            self._send, lambda _s, why: self.dropped.append(why), self._open, self._take, self.ended.append
        )
        self.tcb = Tcb(quad, iss, self.events, calls)
        return self

    @property
    def state(self) -> str:
        return self.tcb.state.value

    def _send(self, segment: Packet) -> None:
        self.sent.append(segment)
        self.deliver(segment)

    def _open(self) -> None:
        self.opened += 1

    def _take(self, data: bytes) -> None:
        self.data += data


def client(iss: int = 1000) -> End:
    return End(EventQueue()).build(Quad(CLIENT, 50000, SERVER, 80), iss)


def from_server(flags: int, seq: int, ack: int = 0, data: bytes = b"") -> Packet:
    return Packet(SERVER, CLIENT, TCP, sport=80, dport=50000, flags=flags, seq=seq, ack=ack, data=data)


def established(iss: int = 1000, server_iss: int = 5000) -> End:
    one = client(iss)
    one.tcb.open()
    one.tcb.receive(from_server(SYN | ACK, server_iss, iss + 1))
    one.sent.clear()
    return one


@pytest.mark.parametrize("ack", [1000, 999, 1002, 77_000, 1000 + (1 << 31)])
def test_bad_ack_in_syn_sent_is_answered_with_a_rst_of_that_number(ack: int) -> None:
    """S0-10: <SEQ=SEG.ACK><CTL=RST>, and SYN-SENT goes on."""
    one = client()
    one.tcb.open()
    one.tcb.receive(from_server(SYN | ACK, 5000, ack))
    assert (one.sent[-1].flags, one.sent[-1].seq, one.sent[-1].ack) == (RST, ack, 0)
    assert one.state == "syn-sent"
    assert one.dropped == [Why.BAD_ACK]
    one.tcb.receive(from_server(SYN | ACK, 5000, 1001))
    assert one.state == "established"


def test_bad_ack_with_rst_is_dropped_in_silence() -> None:
    """S0-10: no RST in answer to a RST."""
    one = client()
    one.tcb.open()
    one.tcb.receive(from_server(RST | ACK, 0, 5))
    assert [segment.flags for segment in one.sent] == [SYN]


def test_rst_with_the_right_ack_refuses_the_connection() -> None:
    """A closed port: `refused`."""
    one = client()
    one.tcb.open()
    one.tcb.receive(from_server(RST | ACK, 0, 1001))
    assert one.ended == ["refused"]


def test_syn_is_repeated_with_doubled_pauses_until_the_timeout() -> None:
    """S0-10: SYN at 0, 1, 3, 7 and 15 s; the call returns at 21 s."""
    one = client()
    moments: list[float] = []
    one.deliver = lambda _segment: moments.append(one.events.now)
    one.tcb.open()
    one.events.advance_to(20.9)
    assert (moments, one.ended) == ([0, 1, 3, 7, 15], [])
    one.events.advance_to(21)
    assert one.ended == ["timeout"]
    assert {segment.seq for segment in one.sent} == {1000}


def test_syn_ack_is_answered_with_the_third_packet() -> None:
    """S0-11: <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>."""
    one = client()
    one.tcb.open()
    one.tcb.receive(from_server(SYN | ACK, 5000, 1001))
    assert (one.sent[-1].flags, one.sent[-1].seq, one.sent[-1].ack) == (ACK, 1001, 5001)
    assert one.opened == 1


@pytest.mark.parametrize(
    ("seq", "ends"),
    [(5001, True), (5002, False), (5000, False), (5001 + 64240, False)],
    ids=["exact", "in-window", "before", "behind"],
)
def test_rst_counts_only_at_the_left_edge(seq: int, ends: bool) -> None:
    """S0-12: a RST that was shifted by a firewall is useless to the server."""
    one = established()
    one.tcb.receive(from_server(RST, seq))
    assert (one.ended == ["reset"]) is ends
    if seq == 5002:
        assert one.sent[-1].flags == ACK  # challenge, RFC 5961


def test_unacceptable_segment_is_answered_with_an_ack() -> None:
    """The peer learns where we are."""
    one = established()
    one.tcb.receive(from_server(SYN, 90_000_000))
    assert (one.sent[-1].flags, one.sent[-1].seq, one.sent[-1].ack) == (ACK, 1001, 5001)


def test_passive_open_refuses_an_ack_of_another_number() -> None:
    """SYN-RECEIVED: <SEQ=SEG.ACK><CTL=RST>."""
    one = End(EventQueue()).build(Quad(SERVER, 80, CLIENT, 50000), 5000)
    syn = Packet(CLIENT, SERVER, TCP, sport=50000, dport=80, flags=SYN, seq=1000)
    one.tcb.answer(syn)
    one.tcb.receive(replace(syn, flags=ACK, seq=1001, ack=4000))
    assert (one.sent[-1].flags, one.sent[-1].seq) == (RST, 4000)
    assert one.state == "syn-received"
    one.tcb.receive(replace(syn, flags=ACK, seq=1001, ack=5001))
    assert one.state == "established"


def test_close_of_the_client_ends_in_time_wait() -> None:
    """FIN, its ACK, the peer's FIN: TIME-WAIT, then gone."""
    one = established()
    one.tcb.close()
    assert one.sent[-1].flags == FIN | ACK
    one.tcb.receive(from_server(ACK, 5001, 1002))
    assert one.state == "fin-wait-2"
    one.tcb.receive(from_server(FIN | ACK, 5001, 1002))
    assert one.state == "time-wait"
    one.events.advance_to(100)
    assert one.ended == ["closed"]


def test_close_of_the_server_is_answered_and_acknowledged() -> None:
    """FIN in ESTABLISHED: our own FIN follows, and its ACK ends it."""
    one = established()
    one.tcb.receive(from_server(FIN | ACK, 5001, 1001))
    assert [segment.flags for segment in one.sent] == [ACK, FIN | ACK]
    one.tcb.receive(from_server(ACK, 5002, 1002))
    assert one.ended == ["closed"]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (SYN, (RST | ACK, 0, 8)),
        (ACK, (RST, 9, 0)),
        (SYN | ACK, (RST, 9, 0)),
        (FIN, (RST | ACK, 0, 8)),
        (RST, None),
    ],
)
def test_answer_to_a_segment_for_nobody(flags: int, expected: tuple[int, int, int] | None) -> None:
    """RFC 9293 3.10.7.1, for a segment with SEQ 7 and ACK 9."""
    answer = answer_to_stray(from_server(flags, 7, 9))
    assert (answer and (answer.flags, answer.seq, answer.ack)) == expected


@given(first=st.integers(0, SEQUENCE_SPACE - 1), distance=st.integers(1, SEQUENCE_SPACE // 2 - 1))
def test_order_of_numbers_goes_round(first: int, distance: int) -> None:
    """Never both before each other."""
    second = (first + distance) % SEQUENCE_SPACE
    assert before(first, second)
    assert not before(second, first)
    assert not before(first, first)


@settings(max_examples=60, deadline=None)
@given(
    isses=st.tuples(*[st.integers(0, SEQUENCE_SPACE - 1)] * 2),
    sizes=st.lists(st.integers(1, 4000), max_size=5),
    delays=st.lists(st.floats(0, 3), min_size=1, max_size=30),
    losses=st.sets(st.integers(0, 40), max_size=6),
)
def test_data_arrives_whole_under_reordering_and_loss(
    isses: tuple[int, int], sizes: list[int], delays: list[float], losses: set[int]
) -> None:
    """Whatever the wire does to order and some segments, the bytes are those that were written."""
    events = EventQueue()
    one = End(events).build(Quad(CLIENT, 50000, SERVER, 80), isses[0])
    other = End(events).build(Quad(SERVER, 80, CLIENT, 50000), isses[1])
    count = 0

    def carry(receiver: End) -> Callable[[Packet], None]:
        def deliver(segment: Packet) -> None:
            nonlocal count
            count += 1
            if count in losses:
                return
            events.after(delays[count % len(delays)], lambda: arrive(segment))

        def arrive(segment: Packet) -> None:
            if (
                receiver is other
                and other.tcb.state is State.CLOSED
                and not other.ended
                and segment.flags == SYN
            ):
                other.tcb.answer(segment)
            else:
                receiver.tcb.receive(segment)

        return deliver

    one.deliver, other.deliver = carry(other), carry(one)
    one.tcb.open()
    written = b"".join(bytes([at % 251]) * size for at, size in enumerate(sizes))
    events.advance_to(20)
    if one.opened:
        one.tcb.write(written)
        events.advance_to(600)
        assert other.data == written
