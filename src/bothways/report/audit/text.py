"""An audit in the terminal: the verdict first, then what fails, what could not be seen, and what to type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from bothways.audit.change import Change, Changed
from bothways.audit.result import AuditRun, Result
from bothways.diagnosis import Confidence
from bothways.report.escaping import clean
from bothways.rules.fleet import Outcome

_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def audit_text(run: AuditRun, changed: Sequence[Changed] | None = None) -> Iterator[RenderableType]:
    """The parts of the answer, in order.

    Args:
        run: what was found.
        changed: what became of an earlier run's failures; None when nobody asked.
    """
    yield Text(verdict(run), style="bold")
    yield from (Text(f"  {clean(name)}: {clean(how)}") for name, how in run.devices.items() if how != "read")
    failing = [one for one in run.results if one.outcome is Outcome.FAIL]
    yield from _failures(failing)
    dark = [one for one in run.results if one.is_dark and run.devices.get(one.device, "read") == "read"]
    if dark:
        yield Text("\ncould not see", style="bold")
        yield from _folded(dark)
    yield from (Text(f"excepted: {clean(one.id)}: {clean(one.sentence)}", style="dim") for one in run.results
                if one.outcome is Outcome.EXCEPTED)  # fmt: skip
    if changed is not None:
        yield from _changes(changed)
    yield Text(f"\n{_next(run, failing)}", style="bold")


def verdict(run: AuditRun) -> str:
    """One line: how many devices, how the results ended."""
    counts = Counter(one.outcome for one in run.results)
    read = sum(how == "read" for how in run.devices.values())
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
    return f"{run.playbook}: {read} of {len(run.devices)} devices read; {told or 'no results'}"


def _failures(failing: Sequence[Result]) -> Iterator[Text]:
    """Each with its sentence below, which no column could hold."""
    for one in failing:
        about = f"  {clean(one.subject)}" if one.subject else ""
        yield Text.assemble(
            "\n", (f"{one.severity:7}", _STYLES[one.severity]), f"  {clean(one.device)}  {one.rule}{about}"
        )
        doubt = f" ({one.confidence})" if one.confidence not in {None, Confidence.CERTAIN} else ""
        yield Text(f"         {clean(one.sentence)}{doubt}")
        if one.fixes:
            yield Text(f"         cures: {', '.join(one.fixes)}", style="dim")


def _folded(dark: Sequence[Result]) -> Iterator[Text]:
    """One line for each reason on each device: a table that is missing darkens many rules."""
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in dark:
        rules[one.device, one.sentence].append(one.rule)
    for (device, why), names in rules.items():
        told = ", ".join(dict.fromkeys(names))
        yield Text(f"  {clean(device)}: {clean(why)} ({told})")


def _changes(changed: Sequence[Changed]) -> Iterator[Text]:
    counts = Counter(one.change for one in changed)
    summary = ", ".join(f"{counts[change]} {change}" for change in Change if counts[change])
    yield Text(f"\nsince then: {summary or 'no failures, then or now'}", style="bold")
    for one in changed:
        if one.change is not Change.UNCHANGED:
            yield Text(f"  {one.change}: {clean(one.result.id)}: {clean(one.result.sentence)}")


def _next(run: AuditRun, failing: Sequence[Result]) -> str:
    """The command for the worst failure that can be cured, else for the worst one to look into."""
    curable = [one.next for one in failing if one.next and one.fixes]
    return next(
        iter((*curable, *(one.next for one in failing if one.next))), f"bothways audit --since {run.id}"
    )
