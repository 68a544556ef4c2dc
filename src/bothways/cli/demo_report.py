"""The report of a demo: the broken, the cured and the undone network below each other."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.cli.demo_run import Stage
from bothways.cli.demo_tables import TITLES, pair
from bothways.cli.reply import Reply
from bothways.cli.screen import reply_keys
from bothways.clock import SystemClock
from bothways.flow import Fate
from bothways.report.flow_chapter import flow_chapter
from bothways.report.ladder.sheet import Chapter, Mood, Said, Sheet


def demo_sheet(story: str, stages: Sequence[Stage], reply: Reply) -> Sheet:
    """All moments of a story, predicted and observed."""
    before, after, *_, undone = stages
    told = ((before, "broken"), (after, "cured"), (undone, "taken back"))
    cured = all(one.agrees for one in stages) and after.observed is Fate.COMPLETE
    return Sheet(
        title=f"bothways demo {story}: {before.trace.flow}",
        headline="; ".join(f"{word}: {one.observed}" for one, word in told),
        mood=Mood.GOOD if cured else Mood.BAD,
        chapters=tuple(map(_chapter, stages)),
        next=f"bothways lab up {story}",
        made_at=SystemClock().now(),
        source="an emulated network",
        keys=reply_keys(reply, "demo"),
    )


def _chapter(stage: Stage) -> Chapter:
    observed = Said("Predicted and observed", (pair(stage).plain,))
    title = TITLES[stage.name]
    heading = title[:1].upper() + title[1:]
    return flow_chapter(stage.trace, stage.findings, heading=heading, said=[observed])
