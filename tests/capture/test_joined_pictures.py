"""Two captures of one call as one ladder: what was rewritten, lost or made between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothways.diagnosis.capture import join
from bothways.lab.world import World
from bothways.report.ladder.of_capture import LEFT_OUT
from bothways.report.ladder.of_join import joined_picture
from bothways.report.ladder.picture import Fate, Picture, Row

from .conftest import Read
from .test_joining import NEAR, behind, joined, only
from .wire import ACK, FIN, PSH, RST, Tcp, pcap, timed


def picture_of(read: Read, here: bytes | Sequence[Tcp], there: bytes | Sequence[Tcp]) -> Picture:
    return joined_picture(only(joined(read, here, there)))


def way(row: Row, picture: Picture) -> list[str]:
    """The names of the columns that a packet touches."""
    names = {column.key: column.name for column in picture.columns}
    return [names[row.stretches[0].start], *(names[one.end] for one in row.stretches)]


def changed(row: Row) -> list[tuple[str, str, str]]:
    return [(one.what, one.before, one.after) for stretch in row.stretches for one in stretch.changes]


def dead(picture: Picture) -> Row:
    (row,) = [row for row in picture.rows if row.dead]
    return row


@pytest.mark.parametrize("turned", [False, True])
def test_the_one_way_translation(read: Read, turned: bool) -> None:
    """S1-10: the answer's source changes between, the SYN's destination does not; whatever order is given."""
    world = World.from_story("one-way-nat")
    world.connect("192.4.4.4", "10.1.1.1", 23)
    files = [("customer", world.pcap("customer")), ("firewall", world.pcap("resource-edge"))]
    seen = [read(content, f"{name}.pcap") for name, content in (files[::-1] if turned else files)]
    picture = joined_picture(only(join(*seen)))
    assert [column.name for column in picture.columns] == [
        "192.4.4.4", "customer.pcap", "between, 2 hops", "firewall.pcap", "10.1.1.1",
    ]  # fmt: skip
    assert picture.columns[-1].aliases == ("192.1.1.1",)
    syn, answer, reset = picture.rows[:3]
    assert changed(syn) == []
    assert changed(answer) == [("source", "10.1.1.1:23", "192.1.1.1:23")]
    assert changed(reset) == [("destination", "192.1.1.1:23", "10.1.1.1:23")]
    assert way(answer, picture) == [
        "10.1.1.1", "firewall.pcap", "between, 2 hops", "customer.pcap", "192.4.4.4",
    ]  # fmt: skip
    assert dead(picture) is answer
    assert answer.fate is Fate.REFUSED
    assert answer.end is not None
    assert answer.end.why == "comes from 192.1.1.1, and the client called 10.1.1.1"
    assert {(one.file, one.at) for one in syn.sightings} == {
        ("customer.pcap", "there" if turned else "here"),
        ("firewall.pcap", "here" if turned else "there"),
    }


def test_a_number_that_is_added_and_not_taken_off(read: Read) -> None:
    """S0-10: between the users' wire and the servers' one the SYN's number changes, its answer's does not."""
    world = World.from_story("hairpin", ("delta-below",), None, workloads=False)
    world.connect("workstation", "cimc", 443)
    picture = picture_of(read, world.pcap("users"), world.pcap("lab"))
    assert changed(picture.rows[0]) == [("seq", "0", "Δ")]
    answer = dead(picture)
    assert (answer.kind, changed(answer)) == ("SYN/ACK", [])
    assert answer.end is not None
    assert answer.end.why == "acknowledges Δ+1, and the SYN asked for 1"
    assert dict(picture.legend)["Δ"].endswith(str((2415675246 - 2507699367) % 2**32))
    lost = picture.rows[2]
    assert (lost.kind, lost.fate, lost.dead) == ("RST", Fate.DIES, False)
    assert lost.end is not None
    assert (lost.end.column, lost.end.why) == ("between", "lost between")


def test_a_reset_that_was_made_between(read: Read) -> None:
    """S3-02: the RST in the client's name begins between; the client's side never has it."""
    here = [*NEAR.handshake(), NEAR.c(0.01, PSH | ACK, 1, 1, data=b"GET /"), NEAR.s(0.02, ACK, 1, 6)]
    idle = NEAR.c(9.0, PSH | ACK, 6, 1, data=b"x"), NEAR.s(9.01, ACK, 1, 7)
    there = [
        *behind(NEAR, [*here, *idle]),
        NEAR.s(3.0, FIN | ACK, 1, 6),
        NEAR.c(3.0004, RST | ACK, 6, 2, ttl=255),
    ]
    picture = picture_of(read, [*here, *idle], sorted(there, key=lambda one: one.at_s))
    row = dead(picture)
    assert (row.kind, way(row, picture)) == (
        "RST/ACK", ["between, 1 hop", "there.pcap", "203.0.113.80"]
    )  # fmt: skip
    assert row.end is not None
    assert row.end.why == "not sent by the client: made between the two captures"


def test_what_is_lost_from_some_packet_on(read: Read) -> None:
    """The first of the packets that never arrive is the dead one, and stops between."""
    here = [*NEAR.handshake()]
    here += [NEAR.c(1.0 + at_s, PSH | ACK, 1, 1, data=bytes(50)) for at_s in (0, 0.3, 0.9, 2.1)]
    later = NEAR.s(5.0, ACK, 1, 1)
    picture = picture_of(read, [*here, later], behind(NEAR, [*here[:3], later]))
    row = dead(picture)
    assert (row.number, row.fate) == (4, Fate.DIES)
    assert way(row, picture) == ["10.20.0.25", "here.pcap", "between, 1 hop"]


def test_nothing_is_done_between(read: Read) -> None:
    """Where both captures say the same there is no column between them, and nothing is marked."""
    here = NEAR.whole()
    picture = picture_of(read, here, behind(NEAR, here))
    assert [column.name for column in picture.columns] == [
        "10.20.0.25", "here.pcap", "there.pcap", "203.0.113.80",
    ]  # fmt: skip
    assert not any(row.dead or row.end or changed(row) for row in picture.rows)
    assert [row.kind for row in picture.rows] == [
        "SYN", "SYN/ACK", "ACK", "PSH/ACK", "PSH/ACK", "ACK", "FIN/ACK", "FIN/ACK", "ACK",
    ]  # fmt: skip


def test_what_is_done_in_both_directions_is_marked_and_not_odd(read: Read) -> None:
    """An address and both ends' numbers: changed there, changed back, and each Δ has its value."""
    here = NEAR.whole()
    there = behind(NEAR, here, client="192.0.2.10", isn=5000, server_isn=900_000)
    picture = picture_of(read, here, there)
    syn, answer = picture.rows[:2]
    assert changed(syn) == [("source", "10.20.0.25:49389", "192.0.2.10:49389"), ("seq", "0", "Δ")]
    assert changed(answer) == [
        ("destination", "192.0.2.10:49389", "10.20.0.25:49389"),
        ("seq", "0", "Δ(server)"),
        ("ack", "Δ+1", "1"),
    ]
    legend = dict(picture.legend)
    # The client's 1000 is 5000 behind the device, the server's 900000 is 700000 before it.
    assert legend["Δ"].endswith(", 4000")
    assert legend["Δ(server)"].endswith(f", {2**32 - 200_000}")
    assert legend["C"].endswith(", 1000")
    assert legend["S"].endswith(", 900000")
    assert not any(row.dead for row in picture.rows)


def test_many_packets_are_shortened(read: Read) -> None:
    """Both ends of a long call, and what was lost in its middle; the rest is counted."""
    here = [*NEAR.handshake()]
    for turn in range(300):
        here.append(NEAR.s(0.1 + turn * 0.01, ACK, 1 + 100 * turn, 1, data=bytes(100)))
        here.append(NEAR.c(0.105 + turn * 0.01, ACK, 1, 101 + 100 * turn))
    there = behind(NEAR, here)
    twice = replace(here[203], at_s=here[203].at_s + 2.0)
    missed = [one for one in here if one is not here[203]]
    picture = picture_of(read, sorted([*missed, twice], key=lambda one: one.at_s), there)
    assert len(picture.rows) <= 2 * 24 + 3
    gaps = [row for row in picture.rows if row.kind == LEFT_OUT]
    shown = len(picture.rows) - len(gaps)
    assert shown + sum(int(row.remark.split()[0]) for row in gaps) >= 603


KEEP = st.lists(st.sampled_from(["both", "here", "there"]), min_size=9, max_size=9)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keep=KEEP,
    isn=st.integers(0, 2**32 - 1),
    server_isn=st.integers(0, 2**32 - 1),
    most=st.integers(1, 10),
)
def test_any_two_halves_make_a_picture(
    read: Read, keep: Sequence[str], isn: int, server_isn: int, most: int
) -> None:
    """Whatever each capture missed: known columns, a way without holes, one dead row exactly if it is odd."""
    whole = NEAR.whole()
    far = behind(NEAR, whole, isn=isn, server_isn=server_isn)
    here = [one for one, where in zip(whole, keep, strict=True) if where != "there"]
    there = [one for one, where in zip(far, keep, strict=True) if where != "here"]
    for call in join(read(pcap(timed(*here)), "here.pcap"), read(pcap(timed(*there)), "there.pcap")).calls:
        picture = joined_picture(call, most=most)
        keys = {column.key for column in picture.columns}
        assert len(picture.rows) <= 2 * most + 3
        assert sum(row.dead for row in picture.rows) == (call.cause is not None)
        for row in picture.rows:
            assert {key for one in row.stretches for key in (one.start, one.end)} <= keys
            ways = zip(row.stretches, row.stretches[1:], strict=False)
            assert all(one.end == other.start for one, other in ways)
            assert row.end is None or row.end.column == row.stretches[-1].end
            assert bool(row.stretches) == (row.kind != LEFT_OUT)
