"""The line discipline: what is echoed, what counts as Enter, what is thrown away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.lab.terminal import Help, Interrupt, Key, Line, Reading, Terminal


class _Glass:
    """What the client sees."""

    def __init__(self) -> None:
        self.shown = b""

    def write(self, data: bytes) -> None:
        self.shown += data


def _typed(*chunks: bytes, reading: Reading = Reading.LINE) -> tuple[list[object], bytes]:
    glass = _Glass()
    terminal = Terminal(glass.write)
    terminal.reading = reading
    events: list[object] = []
    for chunk in chunks:
        events += terminal.feed(chunk)
    return events, glass.shown


@pytest.mark.parametrize(
    ("chunks", "lines", "shown"),
    [
        pytest.param([b"show arp\n"], ["show arp"], b"show arp\r\n", id="LF is Enter"),
        pytest.param([b"show arp\r"], ["show arp"], b"show arp\r\n", id="CR is Enter"),
        pytest.param([b"show arp\r\n"], ["show arp"], b"show arp\r\n", id="CR LF in one chunk is one Enter"),
        pytest.param([b"\r", b"\n"], ["", ""], b"\r\n\r\n", id="CR, then LF: two Enters"),
        pytest.param([b"\n\n"], ["", ""], b"\r\n\r\n", id="two empty lines"),
        pytest.param([b"sh\x00ow\n"], ["show"], b"show\r\n", id="NUL is nothing"),
        pytest.param([b"shx\x08ow\n"], ["show"], b"shx\b \bow\r\n", id="BS takes back"),
        pytest.param([b"shx\x7fow\n"], ["show"], b"shx\b \bow\r\n", id="DEL takes back"),
        pytest.param([b"\x08a\n"], ["a"], b"a\r\n", id="BS on an empty line is nothing"),
        pytest.param([b"ab\x15c\n"], ["c"], b"ab\b \b\b \bc\r\n", id="^U clears"),
        pytest.param([b"a\x1b[Cb\n"], ["ab"], b"ab\r\n", id="cursor keys are nothing"),
        pytest.param(
            [b"a" * 300 + b"\n"], ["a" * 300], b"a" * 300 + b"\r\n", id="no wrap, whatever the width"
        ),
    ],
)
def test_lines_are_read_and_echoed(chunks: list[bytes], lines: list[str], shown: bytes) -> None:
    """Echo is byte for byte, Enter is CR LF."""
    events, glass = _typed(*chunks)
    assert events == [Line(line) for line in lines]
    assert glass == shown


def test_control_c_throws_the_line_away() -> None:
    """^C is an event of its own, and what was typed is gone."""
    events, _ = _typed(b"reload\x03show\n")
    assert events == [Interrupt(), Line("show")]


def test_control_z_enters_the_line_and_ends_configuration() -> None:
    """A valid line before ^Z counts, as the vendor's manual says."""
    assert _typed(b"shutdown\x1a")[0] == [Line("shutdown", ends_config=True)]


def test_secret_is_read_but_not_shown() -> None:
    """Nothing of a password comes back but the line end, not even its corrections."""
    events, glass = _typed(b"geheix\x08m?\n", reading=Reading.SECRET)
    assert events == [Line("geheim?")]
    assert glass == b"\r\n"


def test_one_key_is_enough_where_one_key_is_asked() -> None:
    """`[confirm]` and `--More--` react to a key, not to a line; nothing is echoed."""
    events, glass = _typed(b"y\r", reading=Reading.KEY)
    assert events == [Key(0x79), Key(0x0D)]
    assert glass == b""


def test_question_mark_asks_for_help_and_never_becomes_part_of_a_command() -> None:
    """`?` is answered at once; the line goes on behind it."""
    assert _typed(b"show ?arp\n")[0] == [Help("show "), Line("show arp")]


_KEYS = ("show", " ", "a", "é", "?", "\n", "\x00", "\x03", "\x08", "\x15", "\x1a", "\x1b[A")


@given(st.lists(st.sampled_from(_KEYS).map(str.encode), max_size=40), st.data())
def test_any_chunking_of_the_same_bytes_gives_the_same_result(
    pieces: list[bytes], data: st.DataObject
) -> None:
    """TCP may cut anywhere: lines, events and echo stay the same."""
    whole = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=10)))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert _typed(*chunks) == _typed(whole)
