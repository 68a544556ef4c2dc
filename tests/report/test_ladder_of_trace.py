"""The picture of a trace, as a value."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Scenario, Trace, trace
from bothways.diagnosis.legs import Drop, Place
from bothways.diagnosis.packets import Number as Symbolic
from bothways.flow import Fate as FlowFate
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.report.ladder import picture_of
from bothways.report.ladder.picture import Change, End, Fate, Kind, Number, Passage, Row
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Failover, Hosting, Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
SHOP = Flow.parse("10.20.0.25 203.0.113.80 tcp/80")
FTP = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")


def ways(row: Row) -> list[tuple[str, str]]:
    return [(stretch.start, stretch.end) for stretch in row.stretches]


def numbers(row: Row) -> list[tuple[str, str]]:
    return [
        (one.seq.relative if one.seq else "", one.ack.relative if one.ack else "") for one in row.stretches
    ]


def test_columns_stand_in_the_order_packets_meet_them(story: Story) -> None:
    """Hosts at the outside, devices between; each once."""
    picture = picture_of(trace(story.snapshot(), WEB))

    assert [(column.key, column.kind) for column in picture.columns] == [
        ("10.12.0.130", Kind.HOST),
        ("edge-asa", Kind.DEVICE),
        ("lab-switch", Kind.DEVICE),
        ("172.16.1.18", Kind.HOST),
    ]
    assert (picture.title, picture.source) == (str(WEB), "predicted")


def test_each_packet_goes_from_column_to_column(story: Story) -> None:
    """S0-10: the SYN passes the firewall, the SYN/ACK does not; both carry both numbers on every stretch."""
    syn, syn_ack, rst = picture_of(trace(story.snapshot(), WEB)).rows

    assert ways(syn) == [
        ("10.12.0.130", "edge-asa"), ("edge-asa", "lab-switch"), ("lab-switch", "172.16.1.18"),
    ]  # fmt: skip
    assert numbers(syn) == [("C", ""), ("C+Δ", ""), ("C+Δ", "")]
    assert ways(syn_ack) == [("172.16.1.18", "lab-switch"), ("lab-switch", "10.12.0.130")]
    assert numbers(syn_ack) == [("S", "C+Δ+1"), ("S", "C+Δ+1")]
    assert numbers(rst) == [("C+Δ+1", "")]
    assert [row.fate for row in (syn, syn_ack, rst)] == [Fate.ARRIVES, Fate.REFUSED, Fate.AFTERWARDS]


def test_the_packet_that_decides_is_the_only_dead_one(story: Story) -> None:
    """S0-10: the SYN/ACK kills the flow; the RST dies too, but of that."""
    picture = picture_of(trace(story.snapshot(), WEB))

    assert [row.dead for row in picture.rows] == [False, True, False]
    assert picture.rows[1].end == End("10.12.0.130", "ack C+Δ+1 is not C+1")
    assert picture.rows[2].end is not None
    assert picture.rows[2].end.counter == "tcp-rstfin-ooo"


def test_the_hairpin_is_on_the_wire(story: Story) -> None:
    """S0-08: in and out of one interface, and the frame goes from the firewall's MAC to the switch's."""
    first, second, third = picture_of(trace(story.snapshot(), WEB)).rows[0].stretches

    assert first.through == Passage(enters="inside")
    assert second.through == Passage(
        leaves="inside",
        next_hop="10.12.0.254",
        source_mac="0011.2233.0001",
        next_hop_mac="0011.2233.0254",
        enters="Vlan10",
    )
    assert str(third.through) == ("out of Vlan172 to 172.16.1.18, frame 0011.2233.0172 to 0011.2233.1718")
    assert second.changes == (Change("seq", "C", "C+Δ"),)
    assert first.changes == third.changes == ()


def test_a_packet_that_dies_shows_where_it_would_have_gone(story: Story) -> None:
    """S0-02: the same interface in and out is what kills it, so the picture holds both."""
    story.asa.drop(rows.SameSecurity, "intra")
    syn, answer = picture_of(trace(story.snapshot(), WEB)).rows

    assert (syn.fate, syn.dead, answer.fate, answer.dead) == (Fate.DIES, True, Fate.SUPPOSED, False)
    assert syn.stretches[0].through.enters == "inside"
    assert syn.end is not None
    assert (syn.end.column, syn.end.counter) == ("edge-asa", "acl-drop")
    assert (syn.end.through.leaves, syn.end.through.next_hop) == ("inside", "10.12.0.254")
    assert ways(answer) == [("172.16.1.18", "lab-switch"), ("lab-switch", "10.12.0.130")]


def test_a_flow_that_lives_has_no_dead_row(story: Story) -> None:
    """S0-20: cured, five packets arrive."""
    picture = picture_of(trace(story.routing_template().pbr().snapshot(), WEB))

    assert [(row.number, row.fate, row.dead) for row in picture.rows] == [
        (number, Fate.ARRIVES, False) for number in range(1, 6)
    ]


def test_what_nobody_could_read_is_not_a_death(story: Story) -> None:
    """A packet that is lost to sight has a fate of its own; nothing in such a picture is called dead."""
    walked = trace(story.snapshot(), WEB)
    dark = Drop(FlowFate.UNKNOWN, "what is behind 10.12.0.254 was not read", label="not seen")
    leg = replace(walked.legs[0], hops=walked.legs[0].hops[:1], arrived=None, lost=dark)
    (syn,) = picture_of(replace(walked, fate=FlowFate.UNKNOWN, at=Place("edge-asa", 1), legs=(leg,))).rows

    assert (syn.fate, syn.dead, syn.remark) == (Fate.UNSEEN, False, "")
    assert syn.end is not None
    assert (syn.end.column, syn.end.why, syn.end.through.next_hop) == ("edge-asa", "not seen", "10.12.0.254")


def test_a_death_that_something_unread_leaves_open_says_so(story: Story) -> None:
    """X-07: what would kill it was read, what would save it was not: no row is called the dead one."""
    walked = trace(story.snapshot(), WEB)
    picture = picture_of(replace(walked, fate=FlowFate.UNKNOWN))

    assert [(row.fate, row.dead, row.remark) for row in picture.rows] == [
        (Fate.ARRIVES, False, ""),
        (Fate.REFUSED, False, "as far as was read"),
        (Fate.AFTERWARDS, False, ""),
    ]


def test_device_of_the_answer_alone_stands_where_it_is_met(story: Story) -> None:
    """S0-24: the firewall, met by the SYN/ACK only, stands between the switch and the host."""
    story.routing_template().pbr()
    host = DeclaredHost("pc", IPv4Address("10.12.0.130"), IPv4Address("10.12.0.254"))

    picture = picture_of(trace(story.snapshot(), WEB, [host]))

    assert [column.key for column in picture.columns] == [
        "10.12.0.130", "edge-asa", "lab-switch", "172.16.1.18",
    ]  # fmt: skip
    assert [row.kind for row in picture.rows if row.dead] == ["SYN/ACK"]


def test_a_translated_end_is_one_column_with_its_other_addresses(hosting: Hosting) -> None:
    """The client hides behind 192.0.2.10, the server is shown as 203.0.113.80: two columns all the same."""
    picture = picture_of(trace(hosting.snapshot(), SHOP))
    syn = picture.rows[0]

    assert [column.key for column in picture.columns] == [
        "10.20.0.25", "office-asa", "app-asa", "203.0.113.80",
    ]  # fmt: skip
    assert picture.column("10.20.0.25").aliases == ("192.0.2.10",)
    assert picture.column("203.0.113.80").aliases == ("10.30.0.80",)
    assert syn.stretches[1].changes[0] == Change("source", "10.20.0.25", "192.0.2.10")
    assert syn.stretches[2].changes[0] == Change("destination", "203.0.113.80:80", "10.30.0.80:80")
    assert {row.stretches[-1].end for row in picture.rows} == {"10.20.0.25", "203.0.113.80"}


def test_two_firewalls_have_a_delta_each(hosting: Hosting) -> None:
    """Each changes the numbers of the side it trusts more: one symbol for both would claim they are equal."""
    picture = picture_of(trace(hosting.snapshot(), SHOP))
    syn, syn_ack, ack = picture.rows[:3]

    assert numbers(syn) == [("C", ""), ("C+Δ(office-asa)", ""), ("C+Δ(office-asa)", "")]
    assert numbers(syn_ack) == [
        ("S", "C+Δ(office-asa)+1"),
        ("S+Δ(app-asa)", "C+Δ(office-asa)+1"),
        ("S+Δ(app-asa)", "C+1"),
    ]
    assert numbers(ack)[-1] == ("C+Δ(office-asa)+1", "S+1")
    assert picture.legend == (
        ("C", "the client's first sequence number"),
        ("S", "the server's first sequence number"),
        ("Δ(app-asa)", "what app-asa adds to S"),
        ("Δ(office-asa)", "what office-asa adds to C"),
    )


def test_numbers_are_symbols_until_somebody_saw_them(story: Story) -> None:
    """A prediction knows no absolute number."""
    picture = picture_of(trace(story.snapshot(), WEB))

    assert picture.legend == (
        ("C", "the client's first sequence number"),
        ("S", "the server's first sequence number"),
        ("Δ", "what edge-asa adds to C"),
    )
    assert picture.rows[0].stretches[1].seq == Number("C+Δ", None)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        pytest.param(Symbolic("C"), "C", id="plain"),
        pytest.param(Symbolic("S", 1), "S+1", id="next"),
        pytest.param(Symbolic("C", 1, (("fw", 1),)), "C+Δ+1", id="shifted"),
        pytest.param(Symbolic("C", 0, (("fw", -1),)), "C-Δ", id="back"),
        pytest.param(Symbolic("C", 1, (("fw", 2),)), "C+2Δ+1", id="twice"),
    ],
)
def test_one_device_makes_the_symbols_of_the_diagnosis(story: Story, number: Symbolic, text: str) -> None:
    """The picture and the sentence above it write a number alike."""
    walked = trace(story.snapshot(), WEB)
    syn = walked.legs[0]
    alone = replace(syn, sent=replace(syn.sent, seq=number), hops=(), arrived=replace(syn.sent, seq=number))

    assert str(number) == text
    assert picture_of(replace(walked, legs=(alone,))).rows[0].stretches[0].seq == Number(text)


def test_a_flow_both_ends_are_told_of_is_dead_at_the_firewall(hosting: Hosting) -> None:
    """S3-04: the FIN is never sent, since the firewall resets both; its row still is the one that decides."""
    hosting.keeps(hosting.app, 300)
    hosting.app.policy("", "all", "any", "set connection timeout idle 0:05:00 reset")
    walked = trace(hosting.snapshot(), SHOP, (), Scenario.AFTER_IDLE, 600)
    (fin,) = picture_of(walked).rows

    assert walked.fate is FlowFate.RESET_BY_DEVICE
    assert (fin.kind, fin.fate, fin.dead, fin.end) == (
        "FIN/ACK", Fate.SUPPOSED, True, End("app-asa", "reset by device"),
    )  # fmt: skip
    assert ways(fin) == [("203.0.113.80", "app-asa")]


def test_the_moment_stands_in_the_title(failover: Failover) -> None:
    """S2a-02: the same flow in the middle of its life is another picture."""
    walked = trace(failover.snapshot(), FTP, (), Scenario.MID_STREAM)

    picture = picture_of(walked)

    assert picture.title == "10.40.0.50 10.10.0.20 tcp/443, mid-stream"
    assert [row.end.column for row in picture.rows if row.dead and row.end] == ["mpls-asa"]


def _everything(story: Story, hosting: Hosting, failover: Failover) -> list[Trace]:
    found = []
    for scenario in Scenario:
        for snapshot, flow in (
            (story.snapshot(), WEB),
            (hosting.snapshot(), SHOP),
            (failover.snapshot(), FTP),
        ):
            found.append(trace(snapshot, flow, (), scenario, 3600))
    return found


def test_exactly_one_row_of_a_dying_flow_is_dead(story: Story, hosting: Hosting, failover: Failover) -> None:
    """In every scenario, on three networks: one where it dies, none where it lives or cannot be seen."""
    fates = set()
    for walked in _everything(story, hosting, failover):
        dying = walked.fate not in (FlowFate.COMPLETE, FlowFate.UNKNOWN)
        dead = [row for row in picture_of(walked).rows if row.dead]
        assert len(dead) == int(dying), (walked.scenario, walked.fate)
        assert all(row.end is not None and row.number == walked.at.packet for row in dead)
        fates.add(dying)
    assert fates == {True, False}


def test_a_device_named_like_an_end_keeps_a_column_of_its_own(story: Story) -> None:
    """Inventories name devices by their addresses; two columns never share a key."""
    story.asa.name = "172.16.1.18"
    picture = picture_of(trace(story.snapshot(), WEB))
    keys = [column.key for column in picture.columns]

    assert len(set(keys)) == len(keys) == 4
    assert [column.name for column in picture.columns].count("172.16.1.18") == 2
    assert ways(picture.rows[0])[0] == ("10.12.0.130", "172.16.1.18 (device)")
