"""`--deadline`: by when all reading must be over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.scenarios import deadline_of
from bothways.errors import BadInput


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("10m", 600), ("1h", 3600), ("45", 45), ("0:10:00", 600), (None, None)]
)
def test_times_are_read_as_people_write_them(text: str | None, seconds: int | None) -> None:
    """X-08: none at all means no limit."""
    assert deadline_of(text) == seconds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "'soon' is no time; write --deadline 90s, 10m or 1h"),
        ("0", "'0' leaves no time to read anything"),
        ("0:00:00", "leaves no time"),
        ("10 m", "is no time"),
        ("-1s", "is no time"),
        ("", "is no time"),
    ],
    ids=["words", "zero", "zero as a clock", "blank", "negative", "nothing"],
)
def test_what_is_no_deadline_is_refused(text: str, says: str) -> None:
    """X-08: said before anything is connected."""
    with pytest.raises(BadInput, match=f"--deadline: .*{says}"):
        deadline_of(text)


def test_a_snapshot_needs_no_deadline(bothways: Callable[..., Any], workspace: Path) -> None:
    """X-08: nothing is read from anybody."""
    ran = bothways("audit", "--snapshot", "x", "--deadline", "5m", "--workspace", workspace)
    assert ran.code == 10
    assert ran.errors == ["error: --deadline: is for reading devices; leave it out with --snapshot"]
