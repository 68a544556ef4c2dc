"""What became of the results of an earlier run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bothways.audit.result import OF_PLAYBOOK, AuditRun, Result
from bothways.audit.suspects import is_remembered
from bothways.diagnosis.findings import Severity
from bothways.rules.fleet import Outcome


class Change(StrEnum):
    """Of one id, from one run to the next."""

    NEW = "new"
    WORSE = "worse"
    UNCHANGED = "unchanged"
    BETTER = "better"
    CURED = "cured"
    EXCEPTED = "excepted"
    """It fails as before, and somebody answers for that now."""
    GONE = "gone"
    """Nobody asks for the flow any more: it is declared no longer, or no device has shown it for days."""
    UNSEEN = "unseen"
    """It failed, and nobody could look again: never the same as cured."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A result with what became of it; a cured one is that of the earlier run."""

    change: Change
    result: Result


def changes(before: AuditRun, now: AuditRun) -> tuple[Changed, ...]:
    """One for each failure of either run, in the order of `Change`."""
    order = list(Change)
    found = [*_of_now(before, now), *_of_before(before, now)]
    return tuple(sorted(found, key=lambda one: order.index(one.change)))


def _of_now(before: AuditRun, now: AuditRun) -> Iterator[Changed]:
    for result in now.results:
        if result.outcome is not Outcome.FAIL:
            continue
        old = before.result(result.id)
        if old is None or old.outcome is not Outcome.FAIL:
            yield Changed(Change.NEW, result)
            continue
        weights = list(Severity)  # the worst first
        step = weights.index(result.severity) - weights.index(old.severity)
        yield Changed(Change.WORSE if step < 0 else Change.BETTER if step else Change.UNCHANGED, result)


def _of_before(before: AuditRun, now: AuditRun) -> Iterator[Changed]:
    for old in before.results:
        result = now.result(old.id)
        if old.outcome is Outcome.FAIL and (result is None or result.outcome is not Outcome.FAIL):
            yield Changed(_end(old, result, now), old)


def _end(old: Result, result: Result | None, now: AuditRun) -> Change:
    """What became of a failure that is none now."""
    if result is not None and result.outcome is Outcome.EXCEPTED:
        return Change.EXCEPTED
    if old.rule in OF_PLAYBOOK:
        return Change.CURED
    if result is not None:
        return Change.UNSEEN if result.is_dark else Change.CURED
    if old.flow is not None and old.flow.moment not in {flow.moment for flow in now.flows}:
        return Change.UNSEEN if is_remembered(old.flow, now.taken_at) else Change.GONE
    return Change.UNSEEN if _went_dark(old, now) else Change.CURED


def _went_dark(old: Result, now: AuditRun) -> bool:
    """Whether the rule was not asked, or could not look at the device, or the device was not read."""
    of_rule = [one for one in now.results if one.rule == old.rule and one.device == old.device]
    return not of_rule or any(one.is_dark for one in of_rule)
