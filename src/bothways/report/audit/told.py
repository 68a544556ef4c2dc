"""What every form tells of an audit: its headline, and its results by device, by outcome, by change."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

from bothways.audit.change import Change, Changed
from bothways.audit.result import FLEET, AuditRun, Result
from bothways.diagnosis.findings import Severity
from bothways.rules.fleet import Outcome

_FEW = 2
"""Names that a line holds."""


def title(run: AuditRun) -> str:
    """What a reader who has many of them tells it by."""
    return f"bothways audit {run.playbook}"


def made_by(run: AuditRun) -> str:
    """Which rules it went by, and who looked."""
    return f"Playbook {run.playbook} from {run.origin}, judged by Bothways {run.bothways}."


def verdict(run: AuditRun) -> str:
    """One line: how many devices, how the results ended."""
    read = len(run.devices) - len(not_read(run))
    told = counted((one.outcome for one in run.results), Outcome)
    return f"{run.playbook}: {read} of {len(run.devices)} devices read; {told or 'no results'}"


def headline(run: AuditRun) -> str:
    """What a reader wants to know first, in a few words; a gap is never left out of it."""
    if run.devices and len(not_read(run)) == len(run.devices):
        return "No device was read"
    if not run.results:
        return "Nothing was looked at"
    failing = Counter(one.severity for one in of_outcome(run, Outcome.FAIL))
    told = ", ".join(_counted(severity, failing[severity]) for severity in Severity if failing[severity])
    if any(one.weighs for one in run.results):
        return f"Fails: {told}" if all_seen(run) else f"Fails: {told}; not everything was seen"
    nothing = f"Nothing fails but {told}" if told else "Nothing fails"
    return f"{nothing}; {'' if all_seen(run) else 'not '}everything was seen"


def mood(run: AuditRun) -> str:
    """How the headline sounds: `bad`, `dim` or `good`; what was not seen is never good."""
    if any(one.weighs for one in run.results) or len(not_read(run)) == len(run.devices):
        return "bad"
    return "good" if run.results and all_seen(run) else "dim"


def all_seen(run: AuditRun) -> bool:
    """Whether every device was read, one that no rule asked for too, and every rule could look."""
    return not not_read(run) and not any(one.is_dark for one in run.results)


def not_read(run: AuditRun) -> dict[str, str]:
    """The devices of which nothing is known, each with its reason."""
    return {name: _beside(name, how) for name, how in run.devices.items() if how != "read"}


def gaps(run: AuditRun) -> str:
    """One line: what nobody knows, with names while they are few; empty when all was seen."""
    whole = list(not_read(run))
    parts = sorted({one.device for one in run.results if one.is_dark} - set(whole))
    told = [f"nothing of {_named(whole)}"] if whole else []
    told += [f"not all of {_named(parts)}"] if parts else []
    return f"Seen {' and '.join(told)}: more may fail there" if told else ""


def _named(devices: Sequence[str]) -> str:
    devices = ["the fleet as a whole" if one == FLEET else one for one in devices]
    return ", ".join(devices) if len(devices) <= _FEW else f"{len(devices)} devices"


def _beside(device: str, sentence: str) -> str:
    """The sentence for a place where the device's name stands already."""
    return sentence.removeprefix(f"{device}: ")


def _counted(severity: Severity, count: int) -> str:
    return f"{count} {severity}" if count == 1 else f"{count} {severity}s"


def sentence(result: Result) -> str:
    """What it says, and how sure it is where it is not certain: an excepted one says it by itself."""
    return result.sentence if result.outcome is Outcome.EXCEPTED else f"{result.sentence}{result.doubt}"


def since(changed: Sequence[Changed]) -> str:
    """One line: what became of the failures of the earlier run."""
    return counted((one.change for one in changed), Change) or "no failures, then or now"


def stayed(changed: Sequence[Changed]) -> str:
    """What stands below a list of changes, for those that are none."""
    count = sum(one.change is Change.UNCHANGED for one in changed)
    if not changed:
        return "No failures, then or now."
    return f"Unchanged: {count}, among the failures above." if count else "None is unchanged."


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

    A device that was not read is told by `not_read`, once.
    """
    rules: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in run.results:
        if one.is_dark and run.devices.get(one.device, "read") == "read":
            rules[one.device, _beside(one.device, one.sentence)].append(one.rule)
    return {key: list(dict.fromkeys(rules[key])) for key in sorted(rules, key=itemgetter(0))}


def next_command(run: AuditRun) -> str:
    """For the worst failure that can be cured, else for the worst one to look into."""
    failing = [one for one in of_outcome(run, Outcome.FAIL) if one.next]
    curable = [one for one in failing if one.fixes]
    return next((one.next for one in (*curable, *failing)), f"bothways audit --since {run.id}")
