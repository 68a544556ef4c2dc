"""An audit in the terminal: the verdict first, then what fails, what could not be seen, and what to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from bothways.audit.change import Change, Changed
from bothways.audit.result import AuditRun, Result
from bothways.report.audit.told import (
    dark_reasons,
    next_command,
    not_read,
    of_outcome,
    sentence,
    since,
    verdict,
)
from bothways.report.escaping import clean
from bothways.rules.fleet import Outcome

_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def audit_text(run: AuditRun, changed: Sequence[Changed] | None = None) -> Iterator[RenderableType]:
    """The parts of the answer, in order.

    Args:
        run: what was found.
        changed: what became of an earlier run's failures; None when nobody asked.
    """
    yield Text(clean(verdict(run)), style="bold")
    yield from (Text(clean(f"  {name}: {why}")) for name, why in not_read(run).items())
    yield from _failures(of_outcome(run, Outcome.FAIL))
    dark = list(_folded(run))
    if dark:
        yield Text("\ncould not see", style="bold")
        yield from dark
    for one in of_outcome(run, Outcome.EXCEPTED):
        yield Text(clean(f"excepted: {one.id}: {sentence(one)}"), style="dim")
    if changed is not None:
        yield from _changes(changed)
    yield Text(f"\n{clean(next_command(run))}", style="bold")


def _failures(failing: Sequence[Result]) -> Iterator[Text]:
    """Each with its sentence below, which no column could hold."""
    for one in failing:
        about = "  ".join(filter(None, (one.device, one.rule, one.subject)))
        yield Text.assemble("\n", (f"{one.severity:7}", _STYLES[one.severity]), f"  {clean(about)}")
        yield Text(f"         {clean(sentence(one))}")
        told = {"seen in": _places(one), "may cure": ", ".join(one.fixes), "next": one.next}
        for word, said in told.items():
            if said:
                yield Text(clean(f"         {word}: {said}"), style="dim")


def _places(result: Result) -> str:
    """`show conn:5, show logging:20,23; lab-switch: show ip arp:3`; reports and JSON say what it says."""
    places: dict[str, dict[str, list[str]]] = {result.device: {}}
    for line in result.evidence:
        lines = places.setdefault(line.device, {}).setdefault(line.command, [])
        if line.line and str(line.line) not in lines:  # 0 is all of it
            lines.append(str(line.line))
    told = (
        f"{'' if device == result.device else f'{device}: '}"
        + ", ".join(":".join(filter(None, (command, ",".join(lines)))) for command, lines in commands.items())
        for device, commands in places.items()
        if commands
    )
    return "; ".join(told)


def _folded(run: AuditRun) -> Iterator[Text]:
    for (device, why), names in dark_reasons(run).items():
        yield Text(clean(f"  {device}: {why} ({', '.join(names)})"))


def _changes(changed: Sequence[Changed]) -> Iterator[Text]:
    yield Text(f"\nsince then: {since(changed)}", style="bold")
    for one in changed:
        if one.change is not Change.UNCHANGED:
            yield Text(clean(f"  {one.change}: {one.result.id}: {sentence(one.result)}"))
