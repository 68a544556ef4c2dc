"""A ladder in Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.diagnosis import trace
from bothways.flow import Flow
from bothways.report import answer_markdown, ladder_markdown, ladder_text, picture_of
from bothways.report.ladder.picture import Picture

from .pictures import PICTURES, beside, hostile, many_devices

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
HEAD = "| packet | from | to | addresses | seq | ack | wire | rewritten before |"
SENT = "10.12.0.130 &#62; 172.16.1.18:443"
TURN = "out of inside to 10.12.0.254, frame 0011.2233.0001 to 0011.2233.0254, in on Vlan10"
LAST = "out of Vlan172 to 172.16.1.18, frame 0011.2233.0172 to 0011.2233.1718"
SYN = [
    f"| 1 SYN | 10.12.0.130 | edge-asa | {SENT} | C |  | in on inside |  |",
    f"| 1 SYN | edge-asa | lab-switch | {SENT} | C+Δ |  | {TURN} | seq C → C+Δ |",
    f"| 1 SYN | lab-switch | 172.16.1.18 | {SENT} | C+Δ |  | {LAST} |  |",
]
END = "| 2 SYN/ACK | 10.12.0.130 |  | DIES HERE: ack C+Δ+1 is not C+1 |  |  |  |  |"


def test_the_picture_then_its_packets(story: Story) -> None:
    """S0-08: a fenced block as on a terminal, and a row for each wire with the frame's addresses."""
    picture = picture_of(trace(story.snapshot(), WEB))
    block, _, rest = ladder_markdown(picture).partition("\n\n|")
    lines = f"|{rest}".splitlines()

    assert block == f"```text\n{ladder_text(picture, 88)}\n```"
    assert lines[0] == HEAD
    assert lines[2:5] == SYN
    assert END in lines


def test_what_was_captured_has_a_table_of_its_own() -> None:
    """Each packet of the capture, and whether it is what was foretold."""
    lines = ladder_markdown(beside()).splitlines()

    syn = "users.pcap:27 at 10.12.0.130 08:00:20.001500 SYN seq 2507699367 win 64240 ttl 128"
    answer = "users.pcap:28 at 10.12.0.130 08:00:20.002100 SYN/ACK seq 4004893031 ack 2507699368 ttl 62"

    assert lines[-4:] == [
        "| packet | captured | where and what |",
        "|---|---|---|",
        f"| 1 SYN | agrees | {syn} |",
        f"| 2 SYN/ACK | DISAGREES | {answer} |",
    ]
    assert any("| S (4004893031) | C+Δ+1 (2507700469) |" in line for line in lines)


def test_a_document_scrolls_where_a_terminal_does_not() -> None:
    """Fourteen columns are drawn all the same."""
    assert "►" in ladder_markdown(many_devices())


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES.keys())
def test_every_packet_is_in_the_table(picture: Picture) -> None:
    """A row for each stretch and each end, no more."""
    rows = re.findall(r"^\| (\d+) |^\| \((\d+)", ladder_markdown(picture), re.MULTILINE)
    stretches = [row for row in picture.rows for _ in (*row.stretches, *([row.end] if row.end else []))]
    sightings = [row for row in picture.rows for _ in row.sightings]

    assert [int(first or second) for first, second in rows] == [
        row.number for row in (*stretches, *sightings)
    ]


NASTY = st.text(st.sampled_from([*"`~|<>*_[]()#&\\$@ ab\n\r\t\x1b\u2028"]), max_size=30)


def _fence(line: str) -> int:
    """The length of a line's run of backticks, if it could open or end a block."""
    found = re.fullmatch(r" {0,3}(`{3,})[^`]*", line)
    return len(found.group(1)) if found else 0


@given(text=NASTY)
@settings(max_examples=150, deadline=None)
def test_hostile_words_end_neither_block_nor_cell(text: str) -> None:
    """The block ends where it should, and every row has as many cells as its heading."""
    lines = ladder_markdown(hostile(text)).splitlines()
    opening = _fence(lines[0])
    closing = [index for index, line in enumerate(lines) if re.fullmatch(rf" {{0,3}}`{{{opening},}} *", line)]

    assert opening >= 3
    assert len(closing) == 1
    below = lines[closing[0] + 1 :]
    assert all(not line or line.startswith("| ") or set(line) <= set("|-") for line in below)
    cells = [len(re.findall(r"(?<!\\)\|", line)) for line in below if line]
    assert set(cells) == {9, 4}
    assert not re.search(r"[<>`$@]", "\n".join(below))


def test_hostile_words_in_an_answer_are_words(story: Story) -> None:
    """The verdict and the statements of a document hold no link and no markup."""
    walked = trace(story.snapshot(), WEB)
    evil = "<img src=x> [click](http://evil.example) `code`"
    text = answer_markdown(replace(walked, mechanism=evil, remarks=(evil,)))
    outside = re.sub(r"```.*?```", "", text, flags=re.DOTALL)

    assert "<img" not in outside
    assert not re.search(r"(?<!\\)\]\(|http://|`", outside)
