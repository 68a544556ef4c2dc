"""A ladder as SVG: what stands in its markup, and where its texts stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.report.ladder.picture import Picture, Sighting
from bothways.report.ladder.svg import ladder_parts, ladder_svg

from .pictures import CLIENT, PICTURES, beside, hairpin, hostile, one_way_nat, unsent
from .test_audit_hostile import HOSTILE, commanding

SVG = "{http://www.w3.org/2000/svg}"
LONG = {
    "5,000 characters": "x" * 5000,
    "5,000 wide characters": "網" * 5000,
    "one very wide character": "\ufdfd" * 50,
    "a tower of accents": "a" + "\u0301" * 4999,
    "nothing": "",
    "blanks": " " * 40,
    "words": "one word after the other " * 200,
}
ALL = PICTURES | {f"hostile: {name}": hostile(text) for name, text in (HOSTILE | LONG).items()}
EACH = pytest.mark.parametrize("picture", ALL.values(), ids=ALL.keys())


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  our own


def of_class(root: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in root.iter() if set(kind.split()) <= set(one.get("class", "").split())]


def words(root: ET.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def names(root: ET.Element) -> list[str]:
    """What is read aloud of each row."""
    rows = [one for one in root.iter(f"{SVG}g") if one.get("role") == "listitem"]
    return [row[0][0].text or "" for row in rows]


@EACH
def test_the_file_is_well_formed_and_asks_for_nothing(picture: Picture) -> None:
    """No script, no link, no picture, no handler, whatever devices are called."""
    text = ladder_svg(picture)
    root = parsed(text)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg", "style", "title", "desc", "g", "rect", "path", "circle", "text",
    }  # fmt: skip
    attributes = {name for one in root.iter() for name in one.attrib}
    assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]
    (style,) = root.iter(f"{SVG}style")
    assert "url(" not in (style.text or "")
    assert "@import" not in (style.text or "")
    assert commanding(text) == set()


@settings(deadline=None, max_examples=150)
@given(text=st.text(max_size=300))
def test_any_words_stay_words(text: str) -> None:
    """The elements are those of a harmless picture, but for lines that more or fewer words take."""
    root, plain = parsed(ladder_svg(hostile(text))), parsed(ladder_svg(hostile("x")))
    assert {one.tag for one in root.iter()} == {one.tag for one in plain.iter()}
    assert len(names(root)) == len(names(plain)) == 7
    assert len(of_class(root, "cross big")) == 1


def test_the_dead_packet_cannot_be_overlooked() -> None:
    """One big cross in a frame, a thick arrow, the word: none of it needs colour."""
    root = parsed(ladder_svg(hairpin()))
    assert len(of_class(root, "cross big")) == len(of_class(root, "bar")) == 1
    assert len(of_class(root, "row dead")) == 2  # its label, and itself
    assert "✗ DIES at" in words(root)
    assert "DIES HERE: REFUSED" in words(root)
    assert len(of_class(root, "cross")) == 2  # packet 3 dies, too, with a small one
    assert "dies here, too" in words(root)


def test_a_packet_that_never_left_dies_at_its_sender() -> None:
    """There is no arrow, and the cross is there all the same."""
    root = parsed(ladder_svg(unsent()))
    assert of_class(root, "arrow") == []
    assert len(of_class(root, "cross big")) == 1
    assert names(root) == [
        f"packet 1, SYN: dies at {CLIENT}: the client has no gateway; the flow dies of this"
    ]


def test_packets_that_are_left_out_are_a_row_without_a_number() -> None:
    """Nothing is said of its fate: the row stands for many."""
    rows = names(parsed(ladder_svg(PICTURES["forty packets"])))
    assert len(rows) == 41
    assert rows[19] == "300 packets like these are left out"
    said = words(parsed(ladder_parts(PICTURES["forty packets"])[0]))
    assert said[said.index("…") - 2 : said.index("…") + 2] == ["19 PSH/ACK", "seen", "…", "20 PSH/ACK"]


def test_each_row_says_it_all_in_words() -> None:
    """From where to where, what becomes of it, what was rewritten, by which way, and its numbers."""
    assert names(parsed(ladder_svg(hairpin()))) == [
        (
            "packet 1, SYN, from 10.12.0.130:50001 to 172.16.1.18:443: arrives; "
            "edge-asa rewrites seq from C (2507699367) to C+Δ (2507700468); by way of edge-asa, lab-switch; "
            "seq C (2507699367)"
        ),
        (
            "packet 2, SYN/ACK, from 172.16.1.18:443 to 10.12.0.130:50001: dies at 10.12.0.130: refused: "
            "it acknowledges C+Δ+1, and the client sent C: not its connection; the flow dies of this; "
            "by way of lab-switch; seq S (4004893031); ack C+Δ+1 (2507700469)"
        ),
        (
            "packet 3, RST, from 10.12.0.130:50001 to 172.16.1.18:443: "
            "dies, too, as the flow is dead already, "
            "at edge-asa: the firewall never saw the SYN/ACK (counted as tcp-not-syn); seq C+1 (2507699368)"
        ),
        (
            "supposed packet 4, ACK, from 10.12.0.130:50001 to 172.16.1.18:443: supposed; "
            "by way of edge-asa, lab-switch; seq C+1 (2507699368); ack S+1 (4004893032); "
            "what the client would send if it took packet 2"
        ),
    ]  # fmt: skip


def test_what_was_captured_stands_beside_what_was_predicted() -> None:
    """With a word where they differ, in the picture and in what is read aloud."""
    root = parsed(ladder_svg(beside()))
    first, second, third = names(root)
    seen = "captured at 10.12.0.130 as users.pcap:27, 08:00:20.001500: SYN seq 2507699367 win 64240 ttl 128"
    assert seen in first
    assert first.endswith("agrees with what was captured")
    assert second.endswith("DISAGREES with what was captured")
    assert third.endswith("predicted, and not captured")
    assert "agrees" in words(root)
    assert "DISAGREES" in words(root)
    assert seen in words(root)


def test_a_rewrite_stands_at_the_device_that_does_it() -> None:
    """A diamond on the provider's lifeline, and the addresses of before and after beside it."""
    _, body = map(parsed, ladder_parts(one_way_nat()))
    (mark,) = of_class(body, "diamond")
    rails = [one.get("d", "")[1:].split()[0] for one in of_class(body, "rail")]
    assert float(mark.get("d", "")[1:].split()[0]) == float(rails[2])
    changed = [one.text for one in of_class(body, "changed")]
    assert changed[:2] == ["≠ source 10.1.1.1:23", "now 192.4.4.4:23"]


def test_a_rewrite_is_marked_where_it_was_captured_too() -> None:
    """The eye stands above the diamond, on the same lifeline."""
    plain = hairpin()
    seen = Sighting("users.pcap", 27, "08:00:20", "edge-asa", "SYN")
    row = replace(plain.rows[0], sightings=(seen,), agrees=True)
    body = parsed(ladder_parts(replace(plain, rows=(row,)))[1])
    (mark,) = of_class(body, "diamond")
    x, top = map(float, mark.get("d", "")[1:].partition("l")[0].split())
    on_it = [one for one in of_class(body, "eye") if float(one.get("cx", "")) == x]
    assert on_it
    assert all(float(one.get("cy", "")) + 7 <= top + 1 for one in on_it)


def test_supposed_packets_and_columns_are_told_by_shape_and_word() -> None:
    """Hosts are round, devices have corners, captures are dashed; each says what it is."""
    for name, kinds in {
        "hairpin": ["host", "device", "device", "host"],
        "forty packets": ["host", "capture", "host"],
    }.items():
        root = parsed(ladder_svg(PICTURES[name]))
        heads = of_class(root, "head")
        assert [one.get("class") for one in heads if one.tag == f"{SVG}g"] == [
            f"head {kind}" for kind in kinds
        ]
        assert [word for word in words(root) if word in {"host", "device", "capture"}] == kinds
    assert len(of_class(parsed(ladder_svg(hairpin())), "arrow supposed")) == 6  # three strokes, three heads
    style = next(parsed(ladder_svg(hairpin())).iter(f"{SVG}style")).text or ""
    assert ".arrow.supposed { stroke: var(--soft); stroke-dasharray: 6 5; }" in style


def test_several_pictures_stand_below_each_other() -> None:
    """In one file, each with its title; nothing of the second stands on the first."""
    root = parsed(ladder_svg(hairpin(), one_way_nat()))
    assert "10.12.0.130 172.16.1.18 tcp/443" in words(root)
    assert "192.4.4.4 10.1.1.1 tcp/23" in words(root)
    tops = [float(one.get("transform", "").split()[-1].rstrip(")")) for one in root if one.get("transform")]
    first = float(parsed(ladder_parts(hairpin())[1]).get("height", ""))
    assert tops[0] == tops[1]
    assert tops[2] == tops[3] >= tops[0] + first


@dataclass(frozen=True)
class Box:
    """The room a text takes, by the widest of the fonts that are asked for."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    def touches(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right
            and self.top < other.bottom and other.top < self.bottom
        )  # fmt: skip


def boxes(root: ET.Element) -> Iterator[Box]:
    for one in root.iter(f"{SVG}text"):
        wide = float(one.get("textLength") or 0) or 7.3 * len(one.text or "")
        x, y = float(one.get("x", "")), float(one.get("y", ""))
        left = x - {"start": 0.0, "middle": wide / 2}[one.get("text-anchor", "start")]
        yield Box(one.text or "", left, left + wide, y - 9, y + 2)


@EACH
def test_no_text_stands_on_another_or_outside(picture: Picture) -> None:
    """In both parts, for whatever names; what is too long is cut, and says so."""
    for part in map(parsed, ladder_parts(picture)):
        wide, high = float(part.get("width", "")), float(part.get("height", ""))
        found = list(boxes(part))
        for box in found:
            assert box.left >= 0, box
            assert box.right <= wide, box
            assert 0 <= box.top < box.bottom <= high, box
        for one, other in combinations(found, 2):
            assert not one.touches(other), (one, other)


@EACH
def test_no_arrow_goes_through_a_text(picture: Picture) -> None:
    """Nor does the big cross."""
    body = parsed(ladder_parts(picture)[1])
    strokes = [
        one
        for one in of_class(body, "arrow")
        if "head" not in one.get("class", "") and "H" in one.get("d", "")
    ]
    found = list(boxes(body))
    for stroke in strokes:
        d = stroke.get("d", "")
        start, y = map(float, d[1 : d.index("H")].split())
        end = float(d.rpartition("H")[2])
        line = Box("", min(start, end), max(start, end), y - 1, y + 1)
        assert not [box for box in found if box.touches(line)]
    for cross in of_class(body, "cross big"):
        x, y = map(float, cross.get("d", "")[1:].partition("L")[0].split())
        around = Box("", x, x + 24, y, y + 24)
        assert not [box for box in found if box.touches(around)]


@pytest.mark.parametrize("part", [0, 1], ids=["labels", "body"])
def test_the_two_parts_of_a_page_are_of_one_height(part: int) -> None:
    """The labels are hidden from those who hear the other part, which says them."""
    parts = [parsed(one) for one in ladder_parts(hairpin())]
    assert parts[0].get("height") == parts[1].get("height")
    assert parts[part].get("aria-hidden") == ("true", None)[part]
    assert parts[part].get("role") == (None, "group")[part]
