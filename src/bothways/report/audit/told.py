"""What every form tells of an audit: its headline, and its results by device, by outcome, by change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from bothways.audit.change import Change, Changed
from bothways.audit.result import FLEET, AuditRun, Result
from bothways.diagnosis.findings import Confidence, Severity
from bothways.rules.fleet import Outcome


def title(run: AuditRun) -> str:
    """What a reader who has many of them tells it by."""
    return f"bothways audit {run.playbook}"


def verdict(run: AuditRun) -> str:
    """One line: how many devices, how the results ended."""
    read = sum(how == "read" for how in run.devices.values())
    told = counted((one.outcome for one in run.results), Outcome)
    return f"{run.playbook}: {read} of {len(run.devices)} devices read; {told or 'no results'}"


def headline(run: AuditRun) -> str:
    """What a reader wants to know first, in a few words."""
    if run.devices and all(how != "read" for how in run.devices.values()):
        return "No device was read"
    failing = Counter(one.severity for one in of_outcome(run, Outcome.FAIL))
    told = ", ".join(_counted(severity, failing[severity]) for severity in Severity if failing[severity])
    all_seen = not any(one.is_dark for one in run.results)
    if told:
        return f"Fails: {told}" if all_seen else f"Fails: {told}; not everything was seen"
    return "Nothing fails, everything was seen" if all_seen else "Nothing fails, but not everything was seen"


def _counted(severity: Severity, count: int) -> str:
    return f"{count} {severity}" if count == 1 else f"{count} {severity}s"


def sentence(result: Result) -> str:
    """What it says, and how sure it is where it is not certain."""
    doubt = f" ({result.confidence})" if result.confidence not in {None, Confidence.CERTAIN} else ""
    return f"{result.sentence}{doubt}"


def since(changed: Sequence[Changed]) -> str:
    """One line: what became of the failures of the earlier run."""
    return counted((one.change for one in changed), Change) or "no failures, then or now"


def counted(words: Iterable[Outcome | Change], order: type[Outcome | Change]) -> str:
    """`2 fail, 1 pass`, in the order of the words' own class."""
    counts = Counter(words)
    return ", ".join(f"{counts[word]} {word}" for word in order if counts[word])


def by_device(run: AuditRun) -> dict[str, list[Result]]:
    """Every device with its results, those that have none too; the fleet comes last."""
    found: dict[str, list[Result]] = {name: [] for name in sorted(run.devices) if name != FLEET}
    for result in run.results:
        if result.device != FLEET:
            found.setdefault(result.device, []).append(result)
    found[FLEET] = [result for result in run.results if result.device == FLEET]
    return found


def of_outcome(run: AuditRun, *outcomes: Outcome) -> list[Result]:
    """The results that ended so."""
    return [one for one in run.results if one.outcome in outcomes]


def dark_reasons(run: AuditRun) -> dict[tuple[str, str], list[str]]:
    """Device and reason to the rules that could not look: a table that is missing darkens many of them.

    A device that was not read is told among the devices, once.
    """
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in run.results:
        if one.is_dark and run.devices.get(one.device, "read") == "read":
            rules[one.device, one.sentence].append(one.rule)
    return {key: list(dict.fromkeys(names)) for key, names in rules.items()}


def next_command(run: AuditRun) -> str:
    """For the worst failure that can be cured, else for the worst one to look into."""
    failing = [one for one in of_outcome(run, Outcome.FAIL) if one.next]
    curable = [one for one in failing if one.fixes]
    return next((one.next for one in (*curable, *failing)), f"bothways audit --since {run.id}")
