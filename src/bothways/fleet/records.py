"""Runs as their folders tell them: the plan that was applied, and the journal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bothways.clock import Clock
from bothways.errors import BothwaysError, PlanTampered, WorkspaceError
from bothways.planning.plan import ConfigStep, Plan
from bothways.planning.plan_file import load_plan
from bothways.pushing.journal import Record, read_journal

JOURNAL = "journal.jsonl"
PLAN = "fix.plan"


@dataclass(frozen=True)
class RunSummary:
    """One run in the list of runs.

    Attributes:
        outcome: the last word of the journal, or why there is none.
        exit_code: None for a run that was never closed.
    """

    run_id: str
    plan_id: str
    opened_at: datetime | None
    devices: tuple[str, ...]
    outcome: str
    exit_code: int | None


@dataclass(frozen=True)
class Begun:
    """A configuration step that a run began.

    Attributes:
        before: digest of the running configuration it met.
        after: digest of the running configuration it was verified with; "" when it was not.
        standing: its undo lines whose line stood there before.
    """

    number: int
    step: ConfigStep
    before: str
    after: str
    standing: frozenset[int]


def new_run_id(clock: Clock) -> str:
    """A name that sorts by time and is never used twice."""
    return f"{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def runs(folder: Path) -> list[RunSummary]:
    """All runs, oldest first; one whose journal cannot be believed is listed as such."""
    if not folder.is_dir():
        return []
    return [_summary(path) for path in sorted(folder.iterdir()) if (path / JOURNAL).is_file()]


def journal_path(folder: Path, run_id: str) -> Path:
    """The journal of a run.

    Raises:
        WorkspaceError: there is no such run.
    """
    if run_id in {path.name for path in folder.glob("*") if (path / JOURNAL).is_file()}:
        return folder / run_id / JOURNAL
    raise WorkspaceError(f"run {run_id}", "does not exist here", "list them: bothways runs")


def plan_of(path: Path, records: tuple[Record, ...]) -> Plan:
    """The plan stored with a run.

    Raises:
        PlanTampered: it is not the plan the journal was opened with.
    """
    plan = load_plan(path.parent / PLAN)
    if not records or records[0].facts.get("content_hash") != plan.content_hash:
        raise PlanTampered(str(path.parent / PLAN), "is not the plan this run was opened with")
    return plan


def steps_begun(plan: Plan, records: tuple[Record, ...]) -> list[Begun]:
    """The configuration steps of which a line may have been typed, in the order of the run."""
    sent = {record.step for record in records if record.kind == "command" and record.state == "sent"}
    undone = {record.step: record.digest for record in records if record.kind == "undone"}
    begun = []
    for record in records:
        if record.kind != "step" or record.step is None or record.step not in sent:
            continue
        if undone.get(record.step) == record.digest:
            continue  # taken back and read back: what stands there now is somebody else's, or a later run's
        step = plan.steps[record.step]
        assert isinstance(step, ConfigStep)
        after = [seen.digest for seen in records if seen.kind == "verified" and seen.step == record.step]
        standing = frozenset(int(index) for index in record.facts.get("standing", "").split())
        begun.append(Begun(record.step, step, record.digest, after[-1] if after else "", standing))
    return begun


def points_of_no_return(plan: Plan, records: tuple[Record, ...]) -> list[str]:
    """What the run did that no rollback takes back, a sentence each."""
    last = {record.step: record.state for record in records if record.kind in ("reload", "clear")}
    passed = {step for step, state in last.items() if state != "rejected"}
    return [
        f"{step.device}: not undone: {step.cannot_undo}"
        for number, step in enumerate(plan.steps)
        if number in passed and not isinstance(step, ConfigStep) and step.cannot_undo
    ]


def _summary(folder: Path) -> RunSummary:
    try:
        records = read_journal(folder / JOURNAL)
    except BothwaysError as error:
        return RunSummary(folder.name, "", None, (), error.what, None)
    if not records:
        return RunSummary(folder.name, "", None, (), "opened, and nothing was sent", None)
    first, last = records[0], records[-1]
    closed = last.kind == "closed"
    return RunSummary(
        run_id=folder.name,
        plan_id=first.facts.get("plan", ""),
        opened_at=first.at,
        devices=tuple(first.facts.get("devices", "").splitlines()),
        outcome=last.text if closed else "not closed: the tool died, or is still at work",
        exit_code=int(last.facts["exit_code"]) if closed else None,
    )
