"""Predicted beside captured: each packet of a walk, and what a capture has of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothways.diagnosis.capture import Course, Judged, Judgement
from bothways.report.ladder.beside import beside
from bothways.report.ladder.of_capture import LEFT_OUT
from bothways.report.ladder.picture import (
    Change,
    Column,
    End,
    Fate,
    Kind,
    Number,
    Passage,
    Picture,
    Row,
    Stretch,
)  # fmt: skip

from .conftest import Read
from .test_foretold import lived
from .test_verb import capture
from .wire import ACK, ASA, PSH, RST, SWITCH, SYN, Talk, Tcp, pcap, timed

CALL = Talk()
CLIENT, SERVER = CALL.client, CALL.server
OUT, BACK = (f"{CLIENT}:50001", f"{SERVER}:443"), (f"{SERVER}:443", f"{CLIENT}:50001")
FIREWALL_MAC, SWITCH_MAC, PC_MAC = "0023.5e1a.2b08", "0019.2fbc.3ac2", "0050.56a0.0130"
NOWHERE = Passage()
TO_FIREWALL = Passage(enters="inside")
TO_SWITCH = Passage("inside", "10.12.0.254", FIREWALL_MAC, SWITCH_MAC, "Vlan10")
TO_PC = Passage("Vlan10", CLIENT, "", PC_MAC)


def stretch(start: str, end: str, seq: str, ack: str = "", through: Passage = NOWHERE) -> Stretch:
    source, destination = OUT if start == CLIENT or end == SERVER or start == "asa" else BACK
    return Stretch(
        start, end, source, destination, Number(seq), Number(ack) if ack else None, through=through
    )


def hairpin(*, delta: bool) -> Picture:
    """The walk of the hairpin as people write it down: SYN through the firewall, SYN/ACK past it."""
    shifted = "C+Δ" if delta else "C"
    syn = Row(1, "SYN", Fate.ARRIVES, (
        stretch(CLIENT, "asa", "C", through=TO_FIREWALL),
        replace(
            stretch("asa", "switch", shifted, through=TO_SWITCH),
            changes=(Change("seq", "C", "C+Δ"),) if delta else (),
        ),
        stretch("switch", SERVER, shifted),
    ))  # fmt: skip
    answer = (stretch(SERVER, "switch", "S", f"{shifted}+1"),
              stretch("switch", CLIENT, "S", f"{shifted}+1", TO_PC))  # fmt: skip
    if delta:
        third = Row(3, "RST", Fate.AFTERWARDS, (stretch(CLIENT, "asa", "C+Δ+1", through=TO_FIREWALL),),
                    End("asa", "RST of no use"))  # fmt: skip
        second = Row(2, "SYN/ACK", Fate.REFUSED, answer, End(CLIENT, "ack C+Δ+1 is not C+1"), dead=True)
    else:
        third = Row(3, "ACK", Fate.DIES, (stretch(CLIENT, "asa", "C+1", "S+1", TO_FIREWALL),),
                    End("asa", "SYN/ACK never seen", "tcp-3whs-failed"), dead=True)  # fmt: skip
        second = Row(2, "SYN/ACK", Fate.ARRIVES, answer)
    return _picture((syn, second, third))


def _picture(rows: tuple[Row, ...]) -> Picture:
    columns = (
        Column(CLIENT, CLIENT, Kind.HOST),
        Column("asa", "edge-asa", Kind.DEVICE),
        Column("switch", "lab-switch", Kind.DEVICE),
        Column(SERVER, SERVER, Kind.HOST),
    )
    legend = (("C", "the client's first number"), ("S", "the server's"), ("Δ", "what edge-asa adds to C"))
    return Picture("the call", "predicted", columns, rows, legend)


def complete() -> Picture:
    """The walk of a call that lives, straight through the switch."""
    way = (CLIENT, "switch", SERVER)
    out = list(pairwise(way))
    back = [(other, one) for one, other in reversed(out)]
    return _picture((
        Row(1, "SYN", Fate.ARRIVES, tuple(stretch(*ends, "C") for ends in out)),
        Row(2, "SYN/ACK", Fate.ARRIVES, tuple(stretch(*ends, "S", "C+1") for ends in back)),
        Row(3, "ACK", Fate.ARRIVES, tuple(stretch(*ends, "C+1", "S+1") for ends in out)),
        Row(4, "PSH/ACK", Fate.ARRIVES, tuple(stretch(*ends, "C+1", "S+1") for ends in out)),
    ))  # fmt: skip


def turned(delta: int) -> list[Tcp]:
    """What the users' wire has of it: both forms of the SYN, the SYN/ACK from the switch, the RST."""
    return [
        CALL.c(0.0, SYN, 0),
        CALL.c(0.0005, SYN, delta, src_mac=ASA, dst_mac=SWITCH),
        CALL.s(0.001, SYN | ACK, 0, delta + 1),
        CALL.c(0.0011, RST, delta + 1),
    ]


def drawn(judged: Judged, predicted: Picture, seen_at: tuple[str, str] | None = None) -> Picture:
    return beside(predicted, judged.judgements[0] if judged.judgements else judged.courses[0], seen_at)


def told(picture: Picture) -> list[tuple[str, bool | None, list[tuple[int, str]]]]:
    return [(row.kind, row.agrees, [(one.number, one.at) for one in row.sightings]) for row in picture.rows]


def test_the_hairpin_agrees_and_fills_in_its_numbers(read: Read) -> None:
    """S0-10: SYN, SYN/ACK and RST as predicted, seen where their MAC addresses say, and Δ has a value."""
    picture = drawn(read(turned(5_000_000)), hairpin(delta=True))
    assert told(picture) == [
        ("SYN", True, [(1, "asa"), (2, "switch")]),
        ("SYN/ACK", True, [(3, CLIENT)]),
        ("RST", True, [(4, "asa")]),
    ]
    assert picture.source == "predicted and captured"
    assert picture.legend == (
        ("C", "the client's first number, 1000"),
        ("S", "the server's, 700000"),
        ("Δ", "what edge-asa adds to C, 5000000"),
    )
    numbers = [[one.seq and one.seq.absolute for one in row.stretches] for row in picture.rows]
    assert numbers == [[1000, 5001000, 5001000], [700000, 700000], [5001001]]
    assert [row.dead for row in picture.rows] == [False, True, False]


def test_a_number_that_is_not_shifted_does_not_agree(read: Read) -> None:
    """A firewall that was to add Δ, and a SYN/ACK for the client's own number: that is another network."""
    packets = CALL.handshake()
    picture = drawn(read(packets), hairpin(delta=True))
    assert [row.agrees for row in picture.rows] == [True, False, False]
    assert "with ack 1001, which is C+1, and not C+Δ+1" in picture.rows[1].remark
    assert "as ACK, and not RST" in picture.rows[2].remark
    assert sum(row.dead for row in picture.rows) == 1


def test_a_call_that_was_to_live(read: Read) -> None:
    """The capture shows the client refuse: the ACK is a RST, and that packet is the dead one."""
    packets = [*CALL.handshake()[:2], CALL.c(0.002, RST, 1)]
    picture = drawn(read(packets), complete())
    assert [row.agrees for row in picture.rows] == [True, True, False, None]
    third = picture.rows[2]
    assert third.remark == "captured as RST, and not ACK"
    assert third.dead
    assert third.end is not None
    assert third.end.why == "refuses a SYN/ACK that is right as seen here"


def test_an_answer_from_elsewhere(read: Read) -> None:
    """A SYN/ACK whose source nobody predicted differs by its address."""
    alias = replace(CALL, server="192.0.2.99")
    packets = [CALL.c(0.0, SYN, 0), alias.s(0.001, SYN | ACK, 0, 1), alias.c(0.002, RST, 1)]
    picture = drawn(read(packets), complete())
    assert picture.rows[1].agrees is False
    assert "from 192.0.2.99:443, and not 172.16.1.18:443" in picture.rows[1].remark


def test_a_packet_that_goes_on_where_it_was_to_end(read: Read) -> None:
    """An ACK that the firewall sends on is no ACK that dies there."""
    packets = [
        CALL.c(0.0, SYN, 0, ident=1),
        CALL.c(0.0005, SYN, 0, ident=1, src_mac=ASA, dst_mac=SWITCH),
        CALL.s(0.001, SYN | ACK, 0, 1),
        CALL.c(0.002, ACK, 1, 1, ident=2),
        CALL.c(0.0025, ACK, 1, 1, ident=2, src_mac=ASA, dst_mac=SWITCH),
    ]
    picture = drawn(read(packets), hairpin(delta=False))
    assert [row.agrees for row in picture.rows] == [True, True, False]
    assert picture.rows[2].remark == "captured behind edge-asa, too, where it was to end"


def test_what_is_missing_says_something_only_where_it_would_be_seen(read: Read) -> None:
    """An interface that the RST comes by would show it; a file of unknown place proves nothing."""
    packets = turned(5_000_000)[:3]
    unknown = drawn(read(packets), hairpin(delta=True))
    assert (unknown.rows[2].agrees, unknown.rows[2].remark) == (None, "")
    known = drawn(read(packets), hairpin(delta=True), ("asa", "inside"))
    assert known.rows[2].agrees is False
    assert known.rows[2].remark == "predicted; not in this capture, and this place would have seen it"
    elsewhere = drawn(read(packets), hairpin(delta=True), ("asa", "outside"))
    assert elsewhere.rows[2].agrees is None


def test_what_nobody_predicted_is_kept(read: Read) -> None:
    """A late packet stands by itself; what only says the same again is counted."""
    packets = [
        *turned(5_000_000),
        CALL.s(1.0, ACK, 1, 5_000_001),
        *(replace(one, at_s=one.at_s + 2) for one in turned(5_000_000)),
    ]
    picture = drawn(read(packets), hairpin(delta=True))
    extra, rest = picture.rows[3:]
    assert (extra.number, extra.kind, extra.remark) == (5, "ACK", "captured; not predicted")
    assert [one.relative for one in (extra.stretches[0].seq, extra.stretches[0].ack) if one] == [
        "S+1", "C+Δ+1",
    ]  # fmt: skip
    assert rest.kind == LEFT_OUT
    assert rest.remark.startswith("captured besides: 3 packets")


@pytest.fixture(scope="module")
def hairpin_lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hairpin, with a call of the workstation on both wires."""
    folder = tmp_path_factory.mktemp("hairpin") / "lab"
    lived(
        "hairpin", folder, {"client": "10.12.0.130", "server": "172.16.1.18", "port": 443}, ["users", "lab"]
    )
    return folder


def test_a_lab_capture_beside_its_own_snapshot(hairpin_lab: Path) -> None:
    """S0-08: what was foretold is what was captured, frame by frame: from the ASA's MAC to the 3560's."""
    ran = capture(hairpin_lab / "users.pcap", "--snapshot", hairpin_lab / "now.snapshot", "--format", "json")
    ladder: dict[str, Any] = ran.json["foretold"][0]["ladder"]
    first, second, third = ladder["rows"][:3]
    assert [row["agrees"] for row in (first, second, third)] == [True, True, True]
    assert [one["at"] for one in first["sightings"]] == ["edge-asa", "lab-switch"]
    assert f"({FIREWALL_MAC} > {SWITCH_MAC})" in first["sightings"][1]["text"]
    assert first["stretches"][1]["through"]["source_mac"] == FIREWALL_MAC
    assert second["dead"]
    meanings = {one["symbol"]: one["meaning"] for one in ladder["legend"]}
    came, goes = (stretch["seq"]["absolute"] for stretch in first["stretches"][:2])
    assert meanings["C"].endswith(f", {came}")
    assert meanings["Δ"].endswith(f", {(goes - came) % 2**32}")
    text = capture(hairpin_lab / "users.pcap", "--snapshot", hairpin_lab / "now.snapshot").out
    assert text.count("DIES HERE") == 1
    assert "  agrees" in text


def test_a_report_shows_both(hairpin_lab: Path, tmp_path: Path) -> None:
    """S0-10: the ladder of a written report has the walk with what was captured of each packet."""
    words = ("--snapshot", hairpin_lab / "now.snapshot", "--report", "md", "-o", tmp_path / "out")
    assert capture(hairpin_lab / "users.pcap", *words).code == 2
    (written,) = (tmp_path / "out").glob("*.md")
    lines = written.read_text().splitlines()
    assert sum(line.startswith("  agrees") for line in lines) == 3
    assert any("users.pcap:" in line and "at edge-asa" in line for line in lines)


def test_the_far_side_of_the_hairpin(hairpin_lab: Path) -> None:
    """On the servers' wire the same prediction fits: the SYN is shifted, the RST not expected."""
    ran = capture(hairpin_lab / "lab.pcap", "--snapshot", hairpin_lab / "now.snapshot", "--format", "json")
    rows = ran.json["foretold"][0]["ladder"]["rows"]
    assert [row["agrees"] for row in rows[:3]] == [True, True, None]
    assert sum(row["dead"] for row in rows) == 1


KINDS = [SYN, SYN | ACK, ACK, PSH | ACK, RST, RST | ACK]
SOME = st.lists(
    st.tuples(st.booleans(), st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 3), st.booleans()),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=SOME, delta=st.booleans(), known=st.booleans())
def test_any_capture_goes_beside_a_walk(
    read: Read, some: Sequence[tuple[bool, int, int, int, bool]], delta: bool, known: bool
) -> None:
    """Every predicted packet stays, in order; columns are known; one dead row, as the walk has one."""
    packets = [
        (CALL.c if ours else CALL.s)(
            turn * 0.3, flags, seq, ack, **({"src_mac": ASA, "dst_mac": SWITCH} if mac else {})
        )
        for turn, (ours, flags, seq, ack, mac) in enumerate(some)
    ]
    judged = read(pcap(timed(*packets)))
    seen: list[Judgement | Course] = [*judged.judgements, *judged.courses]
    for predicted in (hairpin(delta=delta), complete()):
        for what in seen:
            picture = beside(predicted, what, ("asa", "inside") if known else None)
            keys = {column.key for column in picture.columns}
            foretold = [
                row for row in picture.rows if row.kind != LEFT_OUT and "not predicted" not in row.remark
            ]
            assert [row.number for row in foretold] == [row.number for row in predicted.rows]
            assert len(picture.rows) <= len(predicted.rows) + 8
            assert sum(row.dead for row in picture.rows) <= 1
            assert any(row.dead for row in picture.rows) or not any(row.dead for row in predicted.rows)
            for row in picture.rows:
                assert {key for one in row.stretches for key in (one.start, one.end)} <= keys
                assert all(one.at in {*keys, ""} for one in row.sightings)
                assert (row.agrees is not None) <= bool(row.sightings or row.remark)
