"""What the verdicts are worth over captures of known cause."""

from __future__ import annotations

from pathlib import Path

from .verdicts import tally


def test_two_hundred_captures_of_known_cause(tmp_path: Path) -> None:
    """98 of a hundred right, no failure said of a call that works, never certain and wrong."""
    counted = tally(210, tmp_path)
    assert counted.total == 210
    assert counted.confident == []
    assert counted.right >= 0.98 * counted.total, counted.wrong
    assert len(counted.alarms) <= 2, counted.alarms
