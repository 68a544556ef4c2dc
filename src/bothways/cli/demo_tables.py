"""What a demo says in the end: prediction beside observation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from bothways.cli.demo_run import Stage
from bothways.diagnosis import Place
from bothways.flow import Fate

TITLES = {
    "before": "before",
    "after": "after the cure",
    "old_call": "after the cure, the old call",
    "undone": "after taking it back",
}


def pair(stage: Stage) -> Text:
    """One moment in one line."""
    mark = ("agree", "green") if stage.agrees else ("DIFFER", "bold red")
    return Text.assemble("predicted ", _predicted(stage), "   observed ", _observed(stage), "   ", mark)


def _predicted(stage: Stage) -> str:
    return _fate(stage.trace.fate, stage.trace.at)


def _observed(stage: Stage) -> str:
    return f"{_fate(stage.observed, stage.observed_at)} ({stage.socket})"


def _fate(fate: Fate, at: Place) -> str:
    return f"{fate} at {at}" if at.device else str(fate)


def summary(stages: Sequence[Stage]) -> Table:
    """Moment by moment; what the client's socket returned in brackets."""
    table = _columns("", "predicted from the devices' state", "observed by the hosts (socket)", "")
    for stage in stages:
        table.add_row(
            TITLES[stage.name], Text(_predicted(stage)), Text(_observed(stage)), _mark(agrees=stage.agrees)
        )
    return table


def stories(told: Mapping[str, Mapping[str, Any]]) -> Table:
    """Story by story: what the hosts got before and after the cure, and whether that was predicted."""
    table = _columns("story", "before", "cure", "after", "taken back", "")
    for story, keys in told.items():
        agrees = all(keys[name]["agrees"] for name in TITLES if name in keys)
        before, after, undone = (_seen(keys[name]) for name in ("before", "after", "undone"))
        table.add_row(story, before, keys["playbook"], after, undone, _mark(agrees=agrees))
    return table


def _columns(*headings: str) -> Table:
    """Columns without lines, which a narrow terminal folds each for itself."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _mark(*, agrees: bool) -> Text:
    return Text("agree", style="green") if agrees else Text("DIFFER", style="bold red")


def _seen(stage: Mapping[str, Any]) -> str:
    at = stage["observed_at"]
    where = f" at {at['device']}, packet {at['packet']}" if at["device"] else ""
    return f"{stage['observed']}{where}"
