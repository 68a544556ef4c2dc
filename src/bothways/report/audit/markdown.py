"""An audit as Markdown: for a ticket, a wiki or a merge request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bothways.audit.change import Change, Changed
from bothways.audit.result import AuditRun, Result
from bothways.report.audit.told import (
    by_device,
    counted,
    dark_reasons,
    gaps,
    headline,
    made_by,
    next_command,
    not_read,
    of_outcome,
    sentence,
    since,
    title,
    verdict,
)
from bothways.report.findings_table import evidence_line
from bothways.report.markdown_text import fenced, literal, table
from bothways.report.moments import stamp
from bothways.rules.fleet import Outcome


def markdown(run: AuditRun, changed: Sequence[Changed] | None = None) -> str:
    """The document: the verdict, what fails, what was not seen, what became of the last run, the devices."""
    became = {one.result.id: one.change for one in changed or ()}
    parts = chain(
        _head(run),
        _failures(of_outcome(run, Outcome.FAIL), became),
        _table("Could not see", ("device", "why", "rules"), _unseen(run)),
        _changes(changed),
        _table("Excepted", ("device", "rule", "subject", "why"), _excepted(run)),
        _table("Devices", ("device", "reading", "results"), _devices(run)),
    )
    return "\n\n".join(parts) + "\n"


def _head(run: AuditRun) -> Iterator[str]:
    yield f"# {literal(title(run))}"
    yield f"**{literal(headline(run))}.** {literal(verdict(run))}"
    if gaps(run):
        yield literal(f"{gaps(run)}.")
    yield literal(f"Run {run.id}, read {stamp(run.taken_at)}. {made_by(run)}")
    yield fenced([next_command(run)], "sh")


def _failures(failing: Sequence[Result], became: dict[str, Change]) -> Iterator[str]:
    yield f"## Fails: {len(failing)}"
    for one in failing:
        about = ", ".join(literal(word) for word in (one.device, one.subject) if word)
        change = f" ({became[one.id]})" if one.id in became else ""
        yield f"### {one.severity}{change}: {literal(one.rule)}: {about}"
        yield f"Found: {literal(one.sentence)}"
        if one.confidence is not None:
            yield f"Sure: {one.confidence}"
        yield f"Id: {literal(one.id)}"
        if one.evidence:
            yield fenced([evidence_line(line) for line in one.evidence])
        if one.fixes:
            yield f"May cure: {literal(', '.join(one.fixes))}"
        if one.next:
            yield fenced([one.next], "sh")


def _changes(changed: Sequence[Changed] | None) -> Iterator[str]:
    if changed is None:
        return
    rows = [
        (one.change, one.result.severity, one.result.device, one.result.rule, sentence(one.result))
        for one in changed
        if one.change is not Change.UNCHANGED
    ]
    yield from _table("Since then", ("change", "severity", "device", "rule", "what"), rows, since(changed))


def _unseen(run: AuditRun) -> Iterator[tuple[str, ...]]:
    for name, why in not_read(run).items():
        yield name, why, "all of them: it was not read"
    for (device, why), rules in dark_reasons(run).items():
        yield device, why, ", ".join(rules)


def _excepted(run: AuditRun) -> Iterator[tuple[str, ...]]:
    for one in of_outcome(run, Outcome.EXCEPTED):
        yield one.device, one.rule, one.subject, sentence(one)


def _devices(run: AuditRun) -> Iterator[tuple[str, ...]]:
    unread = not_read(run)
    for name, results in by_device(run).items():
        if results or name in run.devices:
            nothing = "nothing is known of it" if name in unread else "no rule asked for it"
            told = counted((one.outcome for one in results), Outcome) or nothing
            yield name, "not read" if name in unread else run.devices.get(name, "—"), told


def _table(
    heading: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]], told: str = ""
) -> Iterator[str]:
    lines = table(columns, rows)
    if not lines and not told:
        return
    yield f"## {heading}"
    if told:
        yield literal(told)
    if lines:
        yield lines
