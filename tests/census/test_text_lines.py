"""Lines of a text by their number, as splitting it would give them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bothways.state import text_lines
from bothways.state.text_lines import TextLines


@given(st.text(alphabet="ab\n", max_size=60), st.integers(1, 8))
def test_every_line_is_what_splitting_gives(text: str, block: int) -> None:
    """Wherever the counts fall: within a line, on a line end, behind the last."""
    whole = text_lines._BLOCK
    try:
        text_lines._BLOCK = block
        lines = TextLines(text)
        found = [lines[number] for number in range(1, len(text.split("\n")) + 1)]
        beyond = lines[0], lines[len(found) + 1], lines[-1]
    finally:
        text_lines._BLOCK = whole

    assert found == text.split("\n")
    assert beyond == ("", "", "")
