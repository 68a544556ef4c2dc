"""What holds for every ladder in a terminal, whatever its devices are called and its captures hold."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bothways.report.ladder import ladder_keys, ladder_markdown, ladder_text
from bothways.report.ladder.cells import plain, wrapped
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
    Sighting,
    Stretch,
)

_PLAIN = "ab1 .-/#|`*[]<>$@~&網한ﷺ👩\\\"'"
_COMMANDS = "e\u0301\u0335\u200d\u202e\u2066\u200b\u2028\ufeff\x00\x07\x1b\x7f\x9b\r\n\t\ud800\U000e0041"
TEXT = st.text(st.sampled_from([*_PLAIN, *_COMMANDS]), max_size=14) | st.text(max_size=40)
KEYS = st.lists(st.text(max_size=6), min_size=1, max_size=9, unique=True)


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """A few texts, anywhere; ways from column to column, also back and forth, also within one."""
    text = st.sampled_from(draw(st.lists(TEXT, min_size=1, max_size=5)))
    keys = draw(KEYS)
    number = st.none() | st.builds(Number, text, st.none() | st.integers(0, 2**32 - 1))
    change = st.builds(Change, st.sampled_from(["source", "destination", "seq", "ack"]), text, text)
    passage = st.sampled_from([Passage(), draw(st.builds(Passage, *[text] * 6))])

    def stretches() -> tuple[Stretch, ...]:
        stops = draw(st.lists(st.sampled_from(keys), max_size=7))
        addresses, counted = draw(st.tuples(text, text)), draw(st.tuples(number, number))
        changes, wire = tuple(draw(st.lists(change, max_size=2))), draw(passage)
        return tuple(Stretch(*ends, *addresses, *counted, changes, wire) for ends in pairwise(stops))

    end = st.none() | st.builds(End, st.sampled_from(keys), text, text, passage)
    sighting = st.builds(Sighting, text, st.integers(0, 10**6), text, st.sampled_from(["", *keys]), text)
    count = draw(st.integers(0, 5))
    dead = draw(st.integers(0, count))
    rows = tuple(
        Row(
            number=place,
            kind=draw(text),
            fate=draw(st.sampled_from(Fate)),
            stretches=stretches(),
            end=draw(end),
            dead=place == dead,
            sightings=tuple(draw(st.lists(sighting, max_size=4))),
            agrees=draw(st.sampled_from([None, True, False])),
            remark=draw(text),
        )
        for place in range(1, count + 1)
    )
    columns = tuple(Column(key, draw(text), draw(st.sampled_from(Kind))) for key in keys)
    source = draw(st.sampled_from(["predicted", "captured", "predicted and captured"]))
    return Picture(
        draw(text), source, columns, rows, tuple(draw(st.lists(st.tuples(text, text), max_size=3)))
    )


MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WIDTHS = st.integers(10, 140) | st.sampled_from([79, 80, 100, 120])


@MANY
@given(picture=pictures(), width=WIDTHS, ascii_only=st.booleans(), packets=st.booleans())
def test_every_line_fits_and_controls_nothing(
    picture: Picture, width: int, ascii_only: bool, packets: bool
) -> None:
    """In the cells of a terminal, where some letters take two; no control character, no stacked mark."""
    text = ladder_text(picture, width, ascii_only=ascii_only, packets=packets)

    for line in text.split("\n"):
        assert cell_len(line) <= width
        assert sum(map(cell_len, line)) <= width
        assert all(cell_len(letter) and unicodedata.category(letter)[0] != "C" for letter in line)
    assert text.isascii() or not ascii_only


@MANY
@given(picture=pictures(), width=WIDTHS)
def test_every_packet_is_there_in_its_order(picture: Picture, width: int) -> None:
    """Whatever the width and the way it takes, each has a line that begins with its number."""
    lines = iter(ladder_text(picture, width).split("\n"))

    for row in picture.rows:
        bracket = "(" if row.fate is Fate.SUPPOSED else ""
        assert any(line.startswith(f"{bracket}{row.number}") for line in lines)


@MANY
@given(picture=pictures(), width=WIDTHS)
def test_the_dead_packet_and_no_other_is_called_so(picture: Picture, width: int) -> None:
    """Once for each dead row, in words."""
    text = ladder_text(picture, width)
    joined = " ".join(text.split())

    assert joined.count("DIES HERE") == sum(row.dead for row in picture.rows)


@MANY
@given(picture=pictures(), width=WIDTHS)
def test_the_same_picture_is_the_same_text(picture: Picture, width: int) -> None:
    """In every form, and drawing changes nothing in it."""
    before = repr(picture)

    assert ladder_text(picture, width, packets=True) == ladder_text(picture, width, packets=True)
    assert ladder_markdown(picture) == ladder_markdown(picture)
    assert ladder_keys(picture) == ladder_keys(picture)
    assert repr(picture) == before


@given(text=st.text(max_size=200), width=st.integers(4, 60), indent=st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_wrapping_loses_no_letter(text: str, width: int, indent: int) -> None:
    """Only blanks may go, and every line fits."""
    said = plain(text)
    lines = wrapped(said, width, indent)

    assert "".join("".join(lines).split()) == "".join(said.split())
    assert all(cell_len(line) <= width for line in lines)
