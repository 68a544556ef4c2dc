"""`show tcp brief` of IOS."""

from __future__ import annotations

import pytest

from bothways.platforms.ios.tcp_brief import parse_tcp_brief

# In the documented columns; a release with longer block addresses; a listener; an end shown by its name.
TEXT = """\
TCB       Local Address           Foreign Address        (state)
63CE1B04  192.4.4.4.11006         192.1.1.1.23           ESTAB
7F71A7A76F48  192.4.4.4.11007            192.1.1.1.23               SYNSENT
63CE1C10  *.1723                  *.*                    LISTEN
609789AC  Router.example.com.23   cider.example.com.3733 ESTAB
"""


def test_ends_and_states() -> None:
    """S1-12: who is connected to whom, from the router's own side."""
    table = parse_tcp_brief(TEXT, "show tcp brief")
    rows = [
        (row.line, str(row.local), row.local_port, str(row.remote), row.remote_port, row.state)
        for row in table
    ]
    assert rows == [
        (2, "192.4.4.4", 11006, "192.1.1.1", 23, "ESTAB"),
        (3, "192.4.4.4", 11007, "192.1.1.1", 23, "SYNSENT"),
    ]
    assert table.unknown == ()


@pytest.mark.parametrize("line", ["63CE1B04  192.4.4.4.11006", "something else"])
def test_other_lines_are_unknown(line: str) -> None:
    """A line that is none of the kinds is said to be unknown, never dropped."""
    assert parse_tcp_brief(f"{line}\n", "show tcp brief").unknown == (1,)


def test_nothing_is_no_connection() -> None:
    """A device without connections prints nothing."""
    assert len(parse_tcp_brief("", "show tcp brief")) == 0
