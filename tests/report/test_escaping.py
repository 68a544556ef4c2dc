"""Text of devices made safe to print, character by character."""

from __future__ import annotations

import sys
import unicodedata

from bothways.report.escaping import clean

BLANKS = {"\t", "\n", "\r", "\v", "\f"}


def expected(character: str) -> str:
    """By the classes of Unicode: what separates is a blank; control, format, unassigned: nothing."""
    category = unicodedata.category(character)
    if category.startswith("Z") or character in BLANKS:
        return " "
    return "" if category.startswith("C") else character


def test_every_character_by_itself_and_among_others() -> None:
    """X-08: no character of all there are moves a cursor, turns a line round, or ends it."""
    every = [chr(number) for number in range(sys.maxunicode + 1)]
    assert [one for one in every if clean(one) != expected(one)] == []
    assert clean("".join(every)) == "".join(expected(one) for one in every)
