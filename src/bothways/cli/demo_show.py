"""The demo, told while it happens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from bothways.cli.answers import finding_keys
from bothways.cli.demo_run import PLAN_FILE, STORIES, Bench, DemoStory, Stage, exit_code
from bothways.cli.demo_tables import TITLES, pair, stories, summary
from bothways.cli.lab_child import running_lab
from bothways.cli.options import Options
from bothways.cli.outcomes import outcome_keys
from bothways.cli.plan_text import plan_lines
from bothways.cli.reply import Reply
from bothways.cli.report_files import NO_REPORTS, WantedReports
from bothways.cli.site import Site
from bothways.document import nearest
from bothways.errors import BadInput, Unproven
from bothways.fleet.context import RunOutcome
from bothways.flow import Fate
from bothways.planning.plan import Plan
from bothways.report import clean, findings_table, ladder, picture_of, verdict_line

if TYPE_CHECKING:
    from bothways.report.ladder.sheet import Sheet


def show_all(options: Options, folder: Path) -> Reply:
    """Run every story with its first fix; one line each.

    Raises:
        BothwaysError: a story could not be run.
    """
    told: dict[str, dict[str, Any]] = {}
    code = 0
    for story in STORIES:
        options.screen.progress(f"{story} …")
        reply = show(options, story, (), None, folder / story, aloud=False)
        told[story] = {**reply.keys, "exit_code": reply.exit_code}
        if reply.errors:
            return Reply(reply.exit_code, (), {"stories": told}, reply.errors)
        code = reply.exit_code if code != 1 and reply.exit_code else code
    return Reply(code, (stories(told),), {"stories": told})


def show(  # noqa: PLR0913  the verb's own options, and how loud
    options: Options,
    story: str,
    variants: Sequence[str],
    fix: str | None,
    folder: Path,
    *,
    aloud: bool = True,
    reports: WantedReports[[Sheet]] = NO_REPORTS,
) -> Reply:
    """Run a story from broken to cured to undone; without a fix named, with its first.

    Args:
        options: the verb's own.
        story: its name.
        variants: the changes to its lab.
        fix: the word of a cure.
        folder: for the lab's workspace and the plan.
        aloud: whether each part is printed when it is there.
        reports: the files to write at its end.

    Raises:
        BadInput: no such story or fix, or an option of another story.
    """
    told = _told(story, variants)
    fix = fix or next(iter(told.playbooks))
    if fix not in told.playbooks:
        raise BadInput("--fix", f"{story} has no fix {fix!r}", nearest(fix, told.playbooks))
    telling = _Telling(options, aloud=aloud)
    with running_lab(story, folder, variants) as lab:
        site = Site(Options(options.screen, folder))
        bench = Bench(lab, site.workspace, site.network, told)
        bench.settle()
        before = telling.stage(bench.stage("before", told.flow))
        plan = bench.plan(told.flow, told.playbooks[fix], folder)
        telling.plan(plan)
        telling.title("apply")
        applied = bench.apply(plan, telling.progress)
        if applied.exit_code and not _fails_as_told(plan, applied):
            return Reply(applied.exit_code, (), {"story": story, **outcome_keys(applied)}, applied.errors)
        after = telling.stage(bench.stage("after", plan.proven))
        beside = [telling.stage(bench.stage("old_call", told.flow))] if plan.call else []
        telling.title("roll back")
        taken_back = bench.undo(applied.run_id, telling.progress)
        undone = telling.stage(bench.stage("undone", told.flow))
    stages = (before, after, *beside, undone)
    code = exit_code(after, *stages) or taken_back.exit_code
    keys = {
        "story": story,
        "variants": list(variants),
        "fix": fix,
        "playbook": told.playbooks[fix],
        "flow": str(told.flow),
        "call": plan.call or str(told.flow),
        "plan": plan.id,
        **{stage.name: stage.as_json() for stage in stages},
        "findings": [finding_keys(finding) for finding in before.findings],
        "sentences": [*applied.sentences, *taken_back.sentences],
    }
    reply = Reply(code, (Text(), summary(stages), Text(), _next(story)), keys, taken_back.errors)
    if not reports.forms:
        return reply
    from bothways.cli.demo_report import demo_sheet  # a demo without files needs no templates

    return reports.beside(reply, options.screen, demo_sheet(story, stages, reply))


def _fails_as_told(plan: Plan, applied: RunOutcome) -> bool:
    """A cure that is predicted to fail stands, and no connection proves it."""
    return plan.after.fate != Fate.COMPLETE and applied.exit_code == Unproven.exit_code


def _told(story: str, variants: Sequence[str]) -> DemoStory:
    told = STORIES.get(story)
    if told is None:
        raise BadInput("demo", f"no story {story!r}", nearest(story, STORIES))
    foreign = [name for name in variants if name not in told.variants]
    if foreign:
        raise BadInput("demo", f"{story} has no variant {foreign[0]!r}", "that option is for hairpin")
    return told


class _Telling:
    """Prints each part when it is there: a demo that is silent for half a minute shows nothing."""

    def __init__(self, options: Options, *, aloud: bool) -> None:
        self._screen = options.screen
        self._aloud = aloud and not options.screen.as_json

    def stage(self, stage: Stage) -> Stage:
        self.title(TITLES[stage.name])
        self._print(Text(verdict_line(stage.trace), style="bold"))
        self._print(ladder(picture_of(stage.trace)))
        if stage.findings:
            self._print(findings_table(stage.findings, evidence=False))
        self._print(pair(stage))
        return stage

    def plan(self, plan: Plan) -> None:
        self.title("the plan")
        for line in plan_lines(plan, Path(PLAN_FILE)):
            self._print(line)

    def title(self, words: str) -> None:
        self._print(Text(f"\n━━ {words}", style="bold cyan"))

    def progress(self, sentence: str) -> None:
        """Part of the story here, not an aside as for other verbs."""
        self._print(Text(f"  {clean(sentence)}"))

    def _print(self, part: RenderableType) -> None:
        if self._aloud:
            self._screen.out.print(part, soft_wrap=isinstance(part, Text))


def _next(story: str) -> Text:
    return Text(f"bothways lab up {story}   opens the same network for you to log in to", style="bold")
