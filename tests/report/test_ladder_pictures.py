"""Ladders of captured packets, and of predicted ones beside them, in a terminal."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bothways.report.ladder import ladder_text
from bothways.report.ladder.picture import (
    Change,
    Column,
    End,
    Fate,
    Kind,
    Number,
    Picture,
    Row,
    Sighting,
    Stretch,
)

from .pictures import beside, captured, link_state, many_devices, one_way_nat, unsent

BESIDE = """\
              10.12.0.130        edge-asa         lab-switch        172.16.1.18
                   │                 │                 │                 │
1 SYN              │─ seq C ────────►≠─ seq C+Δ ──────►│─ seq C+Δ ──────►│
  agrees      users.pcap:27 at 10.12.0.130 08:00:20.001500 SYN seq 2507699367 w…
2 SYN/ACK          ✗◄────────────────│───── ack C+Δ+1 ─│◄──── ack C+Δ+1 ─│
  DIES HERE   ✗ it acknowledges C+Δ+1, and the client sent C: not its connection
  DISAGREES   what was captured is not what was predicted
  captured    users.pcap:28 at 10.12.0.130 08:00:20.002100 SYN/ACK seq 40048930…
3 RST              │─ seq C+1 ──────►x                 │                 │
  afterwards       │          x the firewall never saw the SYN/ACK (tcp-not-syn)
  note        predicted, and not captured

C = the client's first number, 2507699367; S = the server's first number,
4004893031; Δ = what edge-asa adds to the client's numbers, 1101; ≠ = rewritten
there"""

TRANSLATED = """\
              192.4.4.4          firewall           provider           10.1.1.1
                  │                  │                  │                  │
1 SYN             │─ seq C ─────────►│─ seq C ─────────►│─ seq C ─────────►│
2 SYN/ACK         ✗◄─────── ack C+1 ─│◄───── 192.4.4.4 ─≠◄─────── ack C+1 ─│
  DIES HERE       ✗ it comes from 192.4.4.4, and 10.1.1.1 was called       │
(3 RST)           │╌ seq C+1 ╌╌╌╌╌╌╌►│╌ seq C+1 ╌╌╌╌╌╌╌►│                  │

≠ = rewritten there; (…) = not sent"""

DETOUR = """\
              10.20.0.11              core-a           distribution-east          edge-b
                   │     access-west     │       core-b        │     access-east     │     10.10.0.20
                   │          │          │          │          │          │          │          │
1 SYN              │─ seq C ─►│─ seq C ──│─────────►│─ seq C ─►│─ seq C ─►│─ seq C ──│─────────►│
2 SYN/ACK          │          │          │          │          │          │          ✗◄ ack C+1 │
  DIES HERE        │        ✗ no link to any core: Gi0/2 is down, and nobody told its servers (no-route)"""

CAPTURED_HEAD = """\
                        10.12.0.130           users.pcap            172.16.1.18
                             │                     │                     │
1 SYN      08:00:20.000      │─ seq 1448, ack 1 ──►│─ seq 1448, ack 1 ──►│
2 SYN/ACK                    │◄── seq 2896, ack 1 ─│◄── seq 2896, ack 1 ─│
3 PSH/ACK                    │─ seq 4344, ack 1 ──►│─ seq 4344, ack 1 ──►│
4 PSH/ACK                    │─ seq 5792, ack 1 ──►│─ seq 5792, ack 1 ──►│
5 PSH/ACK                    │◄── seq 7240, ack 1 ─│◄── seq 7240, ack 1 ─│
6 PSH/ACK                    │─ seq 8688, ack 1 ──►│─ seq 8688, ack 1 ──►│
7 PSH/ACK                    │─ seq 10136, ack 1 ─►│─ seq 10136, ack 1 ─►│
  note        1.2 s after the packet before"""

CAPTURED_TAIL = """\
40 RST     08:00:20.000      │─ seq 57920, ack 1 ─►│─ seq 57920, ack 1 ─►✗
  DIES HERE                  │                     │                     │
  captured    users.pcap:65 08:00:20.000040 RST seq 2507757287 ack 4004893032 w…"""

UNSENT = """\
              10.12.0.130                                            172.16.1.18
                   │                                                      │
1 SYN              ✗                                                      │
  DIES HERE        ✗ the client has no gateway                            │"""


@pytest.mark.parametrize(
    ("picture", "width", "text"),
    [
        pytest.param(beside(), 80, BESIDE, id="predicted and captured"),
        pytest.param(one_way_nat(), 80, TRANSLATED, id="S1-06 the new source where it is made"),
        pytest.param(link_state(), 104, DETOUR, id="names on two lines, a column passed by"),
        pytest.param(unsent(), 80, UNSENT, id="never left its sender"),
    ],
)
def test_drawn(picture: Picture, width: int, text: str) -> None:
    """The same code draws what was predicted and what was captured."""
    assert ladder_text(picture, width) == text


def test_a_captured_row_is_the_packet_itself() -> None:
    """Where nothing was predicted, only the dead packet has its line of the capture beneath it."""
    text = ladder_text(captured(), 80)

    assert text.startswith(CAPTURED_HEAD + "\n")
    assert text.endswith("\n" + CAPTURED_TAIL)
    assert "\n20 …                         │                     │                     │\n" in text
    assert text.count("captured  ") == 1


@pytest.mark.parametrize(
    ("source", "time", "width", "shown"),
    [
        pytest.param("captured", "08:00:21.000500Z", 80, "1 SYN 08:00:21.000 ", id="to the millisecond"),
        pytest.param("captured", "21 s after the first", 80, "1 SYN              │", id="no time of day"),
        pytest.param("captured", "", 80, "1 SYN              │", id="a text without times"),
        pytest.param("predicted and captured", "08:00:21", 80, "1 SYN              │", id="foretold"),
    ],
)
def test_a_captured_packet_has_its_time_beside_it(source: str, time: str, width: int, shown: str) -> None:
    """When it was seen says as much as what it was: what is sent again, and after how long."""
    seen = (Sighting("x.pcap", 1, time, "a", "SYN"),)
    columns = tuple(Column(key, "10.12.0.130", Kind.HOST) for key in "abc")
    picture = Picture("", source, columns, (Row(1, "SYN", Fate.SEEN, (SENT,), sightings=seen),))

    assert ladder_text(picture, width).splitlines()[2].startswith(shown)


def test_times_give_way_to_addresses() -> None:
    """Five columns in 80 leave no room for both."""
    seen = (Sighting("x.pcap", 1, "08:00:21.000500Z", "a", "SYN"),)
    columns = tuple(Column(key, "10.12.0.130", Kind.HOST) for key in "abcde")
    picture = Picture("", "captured", columns, (Row(1, "SYN", Fate.SEEN, (SENT,), sightings=seen),))

    assert "08:00:21" not in ladder_text(picture, 80)
    assert "08:00:21.000" in ladder_text(picture, 120)


def test_every_packet_in_full_has_its_sightings_uncut() -> None:
    """Sequence and acknowledgement, relative and absolute, and where each packet stands in its capture."""
    full = ladder_text(beside(), 120, packets=True).partition("packet 1 SYN\n")[2].splitlines()

    assert full[0] == (
        "  10.12.0.130 → edge-asa: 10.12.0.130:50001 > 172.16.1.18:443, seq C (2507699367); "
        "to 10.12.0.1, in on inside"
    )
    assert "  edge-asa rewrites seq C (2507699367) → C+Δ (2507700468)" in full
    assert (
        "  captured: users.pcap:27 at 10.12.0.130 08:00:20.001500 SYN seq 2507699367 win 64240 ttl 128"
        in full
    )
    assert "  DISAGREES: what was captured is not what was predicted" in full
    assert "  note: predicted, and not captured" in full
    assert any("seq S (4004893031), ack C+Δ+1 (2507700469)" in line for line in full)


def test_the_same_words_stand_in_a_list() -> None:
    """Too narrow for arrows: the dead packet and the contradiction are as plain."""
    lines = ladder_text(beside(), 60).splitlines()

    assert lines[lines.index("2 SYN/ACK: 172.16.1.18 → lab-switch → 10.12.0.130") :][:7] == [
        "2 SYN/ACK: 172.16.1.18 → lab-switch → 10.12.0.130",
        "  seq S (4004893031), ack C+Δ+1 (2507700469)",
        "  ✗ DIES HERE, 10.12.0.130: it acknowledges C+Δ+1, and the",
        "    client sent C: not its connection",
        "  DISAGREES: what was captured is not what was predicted",
        "  captured: users.pcap:28 at 10.12.0.130 08:00:20.002100 SY…",
        "3 RST: 10.12.0.130 → edge-asa",
    ]


CLOSE = """\
              192.4.4.4            CustomerR3            ResourceR1
                  │      CustIntR4      │       EdgeR2        │      10.1.1.1
                  │          │          │          │          │          │
1 SYN/ACK         ✗◄ ack C+1 │◄ ack C+1 ≠◄ ack C+1 │◄ ack C+1 │◄ ack C+1 │
                  │          │          ≠ 192.1.1.1           │          │
  DIES HERE       ✗ from 192.1.1.1, not called     │          │          │"""


def test_a_rewrite_that_finds_no_room_on_its_arrow_stands_beneath() -> None:
    """S1-06: six columns in 80: the translating router is marked, and what it made is to be read."""
    names = ("192.4.4.4", "CustIntR4", "CustomerR3", "EdgeR2", "ResourceR1", "10.1.1.1")
    columns = tuple(Column(name, name, Kind.DEVICE) for name in names)
    ack = Number("C+1")
    stretches = tuple(
        Stretch(start, end, "10.1.1.1", "192.4.4.4", None, ack) for start, end in pairwise(reversed(names))
    )
    new = (Change("source", "10.1.1.1:23", "192.1.1.1:23"),)
    stretches = tuple(replace(one, changes=new) if one.start == "CustomerR3" else one for one in stretches)
    end = End("192.4.4.4", "from 192.1.1.1, not called")
    row = Row(1, "SYN/ACK", Fate.REFUSED, stretches, end, dead=True)

    assert ladder_text(Picture("", "predicted", columns, (row,)), 80).startswith(CLOSE + "\n")


def test_two_rewrites_without_room_share_a_line() -> None:
    """Two devices close together: each note begins under its mark, and ends before the next."""
    names = tuple("abcdefg")
    columns = tuple(Column(name, name, Kind.DEVICE) for name in names)
    new = {"b": "192.168.100.100", "c": "2.2.2.2"}
    stretches = tuple(
        Stretch(
            start, end, "", "", changes=(Change("source", "1.1.1.1", new[start]),) if start in new else ()
        )
        for start, end in pairwise(names)
    )
    lines = ladder_text(Picture("", "", columns, (Row(1, "x", Fate.ARRIVES, stretches),)), 80).splitlines()

    assert lines[2].count("≠") == 2
    assert lines[2].index("►≠─") + 1 == lines[3].index("≠ 192.16…")
    assert "≠ 192.16… ≠ 2.2.2.2 " in lines[3]


def test_too_many_columns_are_a_list_at_any_width() -> None:
    """Fourteen names cannot stand side by side; every one of them is there all the same."""
    text = ladder_text(many_devices(), 120)

    assert "►" not in text
    assert [f"router-{number}." in text for number in range(1, 13)] == [True] * 12


def _picture(*rows: Row) -> Picture:
    columns = (Column("a", "pc", Kind.HOST), Column("b", "fw", Kind.DEVICE), Column("c", "web", Kind.HOST))
    return Picture("pc web tcp/443", "predicted and captured", columns, rows)


SENT = Stretch("a", "b", "pc", "web", Number("C"))


def test_what_was_seen_often_is_told_thrice() -> None:
    """A packet that was sent again and again: three lines, and how many more."""
    seen = tuple(Sighting("x.pcap", number, f"08:00:0{number}", "a", "SYN") for number in range(1, 6))
    lines = ladder_text(_picture(Row(1, "SYN", Fate.ARRIVES, (SENT,), sightings=seen)), 80).splitlines()

    assert lines[3:] == [
        "  captured    x.pcap:1 at pc 08:00:01 SYN",
        "              x.pcap:2 at pc 08:00:02 SYN",
        "              x.pcap:3 at pc 08:00:03 SYN",
        "              and 2 more",
    ]


@pytest.mark.parametrize(
    ("row", "line"),
    [
        pytest.param(
            Row(1, "SYN", Fate.UNSEEN, (SENT,), End("b", "not read")),
            "  not seen                         ? not read",
            id="lost to sight",
        ),
        pytest.param(
            Row(1, "SYN", Fate.DIES, (SENT,), End("b", "no route", "no-route")),
            "  dies                             ✗ no route (no-route)",
            id="another packet's death",
        ),
        pytest.param(
            Row(1, "RST", Fate.AFTERWARDS, (SENT,), End("b", "no use")),
            "  afterwards                       x no use",
            id="a consequence",
        ),
        pytest.param(
            Row(1, "SYN", Fate.DIES, (SENT,), End("b", "no route"), dead=True),
            "  DIES HERE                        ✗ no route",
            id="the death",
        ),
    ],
)
def test_each_end_has_its_word(row: Row, line: str) -> None:
    """No two ends are alike without their colours."""
    (told,) = [text for text in ladder_text(_picture(row), 80).splitlines() if text.startswith(line[:10])]

    assert " ".join(told.replace("│", " ").split()) == " ".join(line.split())


def test_a_contradiction_without_a_packet_says_so() -> None:
    """Something was foretold, and the capture is against it though it has no such packet."""
    row = Row(1, "SYN", Fate.ARRIVES, (SENT,), agrees=False)

    assert "  DISAGREES   what was captured is not what was predicted" in ladder_text(_picture(row), 80)


@pytest.mark.parametrize(
    ("width", "text"),
    [
        pytest.param(90, "►≠─ 203.0.113.200:1024, seq C+Δ ────►│", id="both"),
        pytest.param(80, "►≠─ 203.0.113.200:1024 ────────►│", id="the address alone"),
    ],
)
def test_behind_the_mark_stands_what_is_new(width: int, text: str) -> None:
    """A firewall that translates and randomises: address and number where both fit, else the address."""
    changes = (Change("source", "pc:4000", "203.0.113.200:1024"), Change("seq", "C", "C+Δ"))
    onward = Stretch("b", "c", "203.0.113.200:1024", "web", Number("C+Δ"), None, changes)

    assert text in ladder_text(_picture(Row(1, "SYN", Fate.ARRIVES, (SENT, onward))), width)
