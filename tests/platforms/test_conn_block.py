"""Two readers of `show conn`, one of bytes and one of lines, say the same of every text."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothways.platforms.asa import conn
from bothways.platforms.asa.conn_bytes import read_block
from bothways.state.rows import Conn
from bothways.state.tables import Table

PLAIN = "TCP outside  198.51.100.7:443 inside  10.12.0.130:49363, idle 0:00:11, bytes 62, flags UIO \n"


def by_lines(text: str) -> Table[Conn]:
    """What the pattern alone makes of it."""
    with mock.patch.object(conn, "read_block", return_value=None):
        return conn.parse_conn(text, "show conn")


number = st.integers(0, 999999).map(str)
octet = st.integers(0, 260).map(str)
names = st.sampled_from(["inside", "outside", "mpls-backup", "dmz_1", "NP", "i" * 60])
line = st.builds(
    "{} {}{}{}.{}.{}.{}:{} {}{}10.0.{}.9:{}, idle {}:{:02}:{:02}, bytes {}, flags {}".format,
    st.sampled_from(["TCP", "UDP", "ICMP", "tcp", "GRE4"]),
    names,
    st.sampled_from([" ", "  "]),
    octet,
    octet,
    octet,
    octet,
    st.integers(0, 70000),
    names,
    st.sampled_from([" ", "   "]),
    octet,
    st.integers(0, 65535),
    st.integers(0, 1200),
    st.integers(0, 59),
    st.integers(0, 59),
    st.integers(0, 10**19),
    st.sampled_from(["UIO", "UIO ", "saA", "-", "- N1", "", "b", " UIO", "U  x", "UIO\t"]),
)
odd = st.sampled_from(
    ["", "3 in use, 4 most used", PLAIN.replace(", idle", " ,idle"), " " + PLAIN, "é", "x\r"]
)


@given(st.lists(line, max_size=6).flatmap(st.permutations), st.booleans())
def test_both_read_the_same_lines(lines: list[str], last: bool) -> None:
    """Plain lines with any number in them, possible or not."""
    text = "\n".join(lines) + "\n" * last

    assert list(conn.parse_conn(text, "show conn")) == list(by_lines(text))
    assert conn.parse_conn(text, "show conn").unknown == by_lines(text).unknown


@given(st.lists(st.one_of(line, odd), max_size=6), st.integers(20, 200))
def test_both_read_the_same_wherever_the_text_is_cut(lines: list[str], chunk: int) -> None:
    """Odd lines among plain ones: a block with one is read line by line, the next one is not."""
    text = "\n".join(lines)
    with mock.patch.object(conn, "_CHUNK", chunk):
        ours, theirs = conn.parse_conn(text, "show conn"), by_lines(text)

    assert list(ours) == list(theirs)
    assert ours.unknown == theirs.unknown


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (PLAIN * 3, 3),
        (PLAIN + PLAIN.replace("flags UIO ", "flags"), 2),
        (PLAIN.replace("UIO", "- N1"), 1),
        (PLAIN + "\n", None),
        (PLAIN.replace("198.51.100.7", "198.51.100.256"), None),
        (PLAIN.replace(":443", ":65536"), None),
        (PLAIN.replace("inside", "insidé"), None),
        (PLAIN.replace("bytes 62", "bytes x2"), None),
        ("\n", None),
    ],
)
def test_a_block_is_read_whole_or_not_at_all(text: str, rows: int | None) -> None:
    """One line in another form sends the whole block to the other reader."""
    block = read_block(text)

    assert (block and len(block.numbers["bytes"])) == rows
