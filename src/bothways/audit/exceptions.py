"""Exceptions: failures that somebody answers for until a day, and what becomes of those that nobody needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bothways.audit.playbook import ExceptionUse
from bothways.audit.result import FLEET, OVERDUE, UNUSED, Result, result_id
from bothways.diagnosis.findings import Severity
from bothways.document import nearest
from bothways.rules.fleet import Outcome


def excepted(results: Sequence[Result], exceptions: Sequence[ExceptionUse], today: date) -> Iterator[Result]:
    """The results, those that are answered for as such, and one for each exception to look at again.

    Args:
        results: of all rules.
        exceptions: as the playbook has them.
        today: of the reading.
    """
    yield from (_excepted(result, exceptions, today) for result in results)
    for one in exceptions:
        if today > one.until:
            yield _overdue(one)
        elif _is_unused(one, results):
            yield _unused(one, results)


def _excepted(result: Result, exceptions: Iterable[ExceptionUse], today: date) -> Result:
    if result.outcome is not Outcome.FAIL:
        return result
    for one in exceptions:
        if today <= one.until and one.covers(result.rule, result.device, result.subject):
            sentence = f"{result.sentence}{result.doubt}; excepted: {one}"
            return result.model_copy(update={"outcome": Outcome.EXCEPTED, "sentence": sentence})
    return result


def _overdue(one: ExceptionUse) -> Result:
    """An exception whose day is over is a failure by itself: somebody wanted to look again."""
    subject = _subject(one)
    return _of(
        one,
        OVERDUE,
        Severity.WARNING,
        f"the exception for {subject} ended on {one.until}: {one.reason} ({one.owner})",
    )


def _is_unused(one: ExceptionUse, results: Iterable[Result]) -> bool:
    """Whether its rule looked at all of its device, and nothing fails there that it is about.

    One for every device may be for one that this audit leaves out.
    """
    about = [result for result in results if result.rule == one.rule and result.device == one.device]
    return (
        bool(about)
        and not any(result.is_dark for result in about)
        and not any(
            result.outcome is Outcome.FAIL and one.covers(result.rule, result.device, result.subject)
            for result in about
        )
    )


def _unused(one: ExceptionUse, results: Iterable[Result]) -> Result:
    """It would hide the fault that comes next; and a subject that was mistyped hides nothing."""
    failing = {
        result.subject
        for result in results
        if result.outcome is Outcome.FAIL
        and result.rule == one.rule
        and result.device == one.device
        and result.subject
    }
    hint = f"; {nearest(one.subject, failing)}" if one.subject and failing else ""
    what = f"nothing fails that the exception for {_subject(one)} is about ({one.owner}, until {one.until})"
    return _of(one, UNUSED, Severity.NOTE, f"{what}{hint}")


def _of(one: ExceptionUse, rule: str, severity: Severity, sentence: str) -> Result:
    device = one.device or FLEET
    return Result(
        id=result_id(rule, device, _subject(one)),
        rule=rule,
        device=device,
        subject=_subject(one),
        outcome=Outcome.FAIL,
        severity=severity,
        sentence=sentence,
    )


def _subject(one: ExceptionUse) -> str:
    return " ".join(part for part in (one.rule, one.subject) if part)
