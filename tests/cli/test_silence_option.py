"""`--silence`: how long an application says nothing, as people write it."""

from __future__ import annotations

import pytest

from bothways.cli.scenarios import seconds_of
from bothways.errors import BadInput


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1200", 1200), ("90s", 90), ("20m", 1200), ("2h", 7200), ("0:20:00", 1200), ("1193:00:00", 4294800)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: int) -> None:
    """S3-04: a plain number is seconds."""
    assert seconds_of(text, "after-idle") == seconds


@pytest.mark.parametrize(
    ("text", "scenario", "says"),
    [
        (None, "after-idle", "is missing"),
        ("20m", "handshake", "says nothing in scenario handshake"),
        ("soon", "after-idle", "'soon' is no time"),
        ("-5", "after-idle", "is no time"),
        ("0:99:00", "conn-lost", "is no time"),
        ("1200٣", "conn-lost", "is no time"),
    ],
    ids=["missing", "no silence there", "words", "negative", "no minute", "foreign digits"],
)
def test_what_is_no_silence_is_refused(text: str | None, scenario: str, says: str) -> None:
    """Said before anything is connected."""
    with pytest.raises(BadInput, match=says):
        seconds_of(text, scenario)


def test_a_lost_connection_may_have_a_gap_or_not() -> None:
    """S3-04: with it, timers are ruled out by number."""
    assert seconds_of(None, "conn-lost") is None
    assert seconds_of("1", "conn-lost") == 1
