"""A ladder as JSON."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.flow import Flow
from bothways.report import ladder_keys, picture_of
from bothways.report.ladder.picture import Column, Fate, Kind, Picture, Row, Stretch

from .pictures import PICTURES, beside, hostile

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")


def test_a_wire_and_a_death(story: Story) -> None:
    """S0-08, S0-10: the hairpinned frame's addresses, both numbers, the one dead packet and why it dies."""
    told = ladder_keys(picture_of(trace(story.snapshot(), WEB)))
    syn, syn_ack, _ = told["rows"]

    assert syn["stretches"][1] == {
        "start": "edge-asa",
        "end": "lab-switch",
        "source": "10.12.0.130",
        "destination": "172.16.1.18:443",
        "seq": {"relative": "C+Δ", "absolute": None},
        "ack": None,
        "changes": [{"what": "seq", "before": "C", "after": "C+Δ"}],
        "through": {
            "leaves": "inside",
            "next_hop": "10.12.0.254",
            "source_mac": "0011.2233.0001",
            "next_hop_mac": "0011.2233.0254",
            "enters": "Vlan10",
            "vrf": "",
        },
    }
    assert [row["dead"] for row in told["rows"]] == [False, True, False]
    assert (syn_ack["fate"], syn_ack["end"]["column"]) == ("refused", "10.12.0.130")
    assert syn_ack["end"]["why"] == "ack C+Δ+1 is not C+1"
    assert told["legend"][0] == {"symbol": "C", "meaning": "the client's first sequence number"}
    assert told["columns"][1] == {"key": "edge-asa", "name": "edge-asa", "kind": "device", "aliases": []}
    assert (told["title"], told["source"]) == (str(WEB), "predicted")


def test_sightings_and_whether_they_agree() -> None:
    """Prediction and capture side by side, as a program reads them."""
    told = ladder_keys(beside())

    assert [row["agrees"] for row in told["rows"]] == [True, False, None]
    assert told["rows"][0]["sightings"] == [
        {
            "file": "users.pcap",
            "number": 27,
            "time": "08:00:20.001500",
            "at": "10.12.0.130",
            "text": "SYN seq 2507699367 win 64240 ttl 128",
        }
    ]
    assert told["rows"][0]["stretches"][0]["seq"] == {"relative": "C", "absolute": 2507699367}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())
def test_it_is_json_and_names_only_its_own_columns(picture: Picture) -> None:
    """Plain values, and no reference that leads nowhere."""
    told = json.loads(json.dumps(ladder_keys(picture)))
    keys = {column["key"] for column in told["columns"]}

    assert told == ladder_keys(picture)
    for row in told["rows"]:
        assert {one[side] for one in row["stretches"] for side in ("start", "end")} <= keys
        assert row["end"] is None or row["end"]["column"] in keys
        assert {one["at"] for one in row["sightings"]} <= {"", *keys}


def test_nothing_in_it_controls_a_terminal() -> None:
    """Somebody prints it with jq -r."""
    text = json.dumps(ladder_keys(hostile("\x1b[2J\u202eb\x9b\x00")), ensure_ascii=False)

    assert "[2Jb" in text
    assert not [letter for letter in text if unicodedata.category(letter)[0] == "C"]


def test_columns_that_differ_in_nothing_printable_stay_apart() -> None:
    """Two devices whose names are one but for a control character."""
    columns = tuple(Column(key, key, Kind.DEVICE) for key in ("fw", "fw\x07", "fw (2)"))
    rows = (
        Row(1, "SYN", Fate.ARRIVES, (Stretch("fw", "fw\x07", "", ""), Stretch("fw\x07", "fw (2)", "", ""))),
    )
    told = ladder_keys(Picture("", "predicted", columns, rows))

    assert [column["key"] for column in told["columns"]] == ["fw", "fw (2)", "fw (2) (2)"]
    assert [(one["start"], one["end"]) for one in told["rows"][0]["stretches"]] == [
        ("fw", "fw (2)"),
        ("fw (2)", "fw (2) (2)"),
    ]
