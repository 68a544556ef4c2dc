"""The reports of the verbs that tell of flows: their answers once more, as a value for all forms."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.cli.options import Options
from bothways.cli.reply import Reply
from bothways.cli.screen import reply_keys
from bothways.cli.site import Site
from bothways.clock import SystemClock
from bothways.diagnosis import Finding, Scenario, Trace
from bothways.diagnosis.capture import Joined, Judged
from bothways.diagnosis.capture.foretold import Foretold
from bothways.fixes.menu_item import MenuItem
from bothways.report import next_command
from bothways.report.capture_chapters import capture_chapters, capture_headline, capture_mood
from bothways.report.flow_chapter import flow_chapter, headline_of, mood_of
from bothways.report.ladder.sheet import Said, Sheet
from bothways.report.moments import stamp
from bothways.state.snapshot import Snapshot


def flow_sheet(  # noqa: PLR0913  what an answer is made of
    site: Site,
    reply: Reply,
    seen: Snapshot,
    trace: Trace,
    findings: Sequence[Finding] = (),
    *,
    said: Sequence[Said] = (),
    ways: Sequence[MenuItem] = (),
) -> Sheet:
    """The report of an answer about one flow."""
    options: Options = site.options
    return Sheet(
        title=f"bothways {options.verb} {trace.flow}{_moment(trace)}",
        headline=headline_of(trace),
        mood=mood_of(trace),
        chapters=(flow_chapter(trace, findings, said=said, ways=ways),),
        next=next_command(trace, findings),
        made_at=site.clock.now(),
        source=f"state read {stamp(seen.taken_at)}{' in a lab' if site.workspace.is_lab else ''}",
        keys=reply_keys(reply, options.verb),
    )


def _moment(trace: Trace) -> str:
    """Where in the flow's life the walk began, as it is typed; "" at its beginning."""
    return "" if trace.scenario is Scenario.HANDSHAKE else f" --scenario {trace.scenario}"


def capture_sheet(  # noqa: PLR0913  what an answer is made of
    reply: Reply,
    seen: Sequence[Judged],
    joins: Sequence[Joined],
    found: Sequence[Foretold],
    *,
    everything: bool,
    following: str,
) -> Sheet:
    """The report of an answer about captures."""
    names = ", ".join(one.capture.name for one in seen)
    return Sheet(
        title=f"bothways capture {names}",
        headline=capture_headline(seen),
        mood=capture_mood(seen),
        chapters=tuple(capture_chapters(seen, joins, found, everything=everything)),
        next=following,
        made_at=SystemClock().now(),
        source=names,
        keys=reply_keys(reply, "capture"),
    )
