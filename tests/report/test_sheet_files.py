"""The report files of what is told of flows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.report.escaping import clean
from bothways.report.ladder.files import sheet_forms

from .pictures import hairpin
from .sheets import chapter, hairpin_sheet, hostile_sheet, sheet
from .test_audit_hostile import HOSTILE, commanding, in_markdown
from .test_audit_page import Page
from .test_ladder_svg import LONG, parsed

FORMS = sheet_forms("trace")


def test_each_form_has_its_file() -> None:
    """The names are for good."""
    assert {name: form.file for name, form in FORMS.items()} == {
        "html": "trace.html", "svg": "trace.svg", "md": "trace.md", "json": "trace.json",
    }  # fmt: skip


def test_the_page_says_the_verdict_first_and_what_to_type() -> None:
    """Then the picture, the packets, the findings with their lines, the ways out, and what was not seen."""
    found = Page(FORMS["html"].render(hairpin_sheet()))
    assert found.of("h1") == ["Dies at 10.12.0.130 with packet 2, SYN/ACK"]
    order = [
        "Dies at 10.12.0.130 with packet 2, SYN/ACK",
        "Not everything was seen.",
        "isn-mismatch: the SYN/ACK goes past edge-asa (certain)",
        "Next",
        "10.12.0.130 172.16.1.18 tcp/443 predicted",
        "the flow dies of this",
        "the client's first number, 2507699367",
        "Every packet",
        "edge-asa: seq from C (2507699367) to C+Δ (2507700468)",
        "edge-asa never sees the answers of 172.16.1.18",
        "D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside",
        "pbr-return",
        "set ip next-hop",
        "ping lives all the same",
        "core-2 was not read",
        "What it rests on",
        "Made 2026-10-02 02:00:05 UTC by Bothways",
    ]
    text = found.text.split("Skip to the results")[1]
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "Inferred" not in text  # nothing was


def test_the_page_can_be_heard() -> None:
    """Landmarks, headings without a gap, links that lead somewhere, ids that are each alone."""
    three = sheet(*(chapter(hairpin(), name) for name in ("Broken", "Cured", "Undone")))
    for one in (hairpin_sheet(), three):
        found = Page(FORMS["html"].render(one))
        tags = [tag for tag, _ in found.elements]
        for landmark in ("header", "nav", "main", "footer", "h1"):
            assert tags.count(landmark) == 1
        levels = [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3", "h4"}]
        assert all(below - above <= 1 for above, below in pairwise(levels))
        ids = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        assert {(one["href"] or "")[1:] for one in found.all("a")} <= set(ids)
        assert not {tag for tag, _ in found.elements} & {"script", "img", "link", "iframe", "object", "form"}


def test_markdown_has_the_verdict_the_picture_and_every_line() -> None:
    """In an order that a ticket is read in."""
    text = FORMS["md"].render(hairpin_sheet())
    order = [
        "# Dies at 10.12.0.130 with packet 2, SYN/ACK",
        "Not everything was seen.",
        "```sh\nbothways diagnose 10.12.0.130 172.16.1.18 tcp/443\n```",
        "DIES HERE",
        "## asymmetric-return: edge-asa (error, certain)",
        "- more certain if: 106015 in the log of edge-asa",
        "edge-asa: show route:7 at 02:00:05+0000: D 172.16.1.0",
        "## Ways out",
        "**pbr-return**: available: lab-switch routes by policy",
        "- price: one hop more",
        "## Notes",
        "- ping lives all the same",
        "## Could not see",
        "Made 2026-10-02 02:00:05 UTC",
    ]
    places = [text.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)


def test_json_is_what_the_verb_prints() -> None:
    """Keys of the answer, in ASCII."""
    assert json.loads(FORMS["json"].render(hairpin_sheet())) == {"verb": "trace", "fate": "isn-mismatch"}
    keys = {"at": datetime(2026, 1, 5, tzinfo=UTC), "name": "é\x7f"}
    kept = FORMS["json"].render(replace(hairpin_sheet(), keys=keys))
    assert kept.isascii()
    assert "\x7f" not in kept


def tags(text: str) -> set[tuple[str, tuple[str, ...]]]:
    """The kinds of elements, each with the names of its attributes."""
    found = Page(text).elements
    held = {"textlength", "lengthadjust"}  # of letters that are not ASCII
    return {(tag, tuple(sorted(set(attributes) - held))) for tag, attributes in found}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", (HOSTILE | LONG).values(), ids=(HOSTILE | LONG).keys())
def test_hostile_words_stay_words(form: str, text: str) -> None:
    """The document has the same kinds of parts as that of a harmless network, and nothing in it is obeyed."""
    written, plain = FORMS[form].render(hostile_sheet(text)), FORMS[form].render(hostile_sheet("x"))
    assert commanding(written) == set()
    if form == "html":
        assert tags(written) <= tags(plain)
        assert written.count("<svg") == plain.count("<svg") == 4
    elif form == "svg":
        parsed(written)
    elif form == "json":
        assert len(json.loads(written)) == 1
    elif clean(text).strip():
        in_markdown(written, plain)


@settings(deadline=None, max_examples=25)
@given(text=st.text(min_size=1, max_size=60))
def test_any_words_stay_words(text: str) -> None:
    """Whatever a device may be called, in all forms."""
    for form in FORMS.values():
        assert commanding(form.render(hostile_sheet(text))) == set()
    parsed(FORMS["svg"].render(hostile_sheet(text)))
    assert tags(FORMS["html"].render(hostile_sheet(text))) <= tags(FORMS["html"].render(hostile_sheet("x")))
