"""Exceptions that are over, that cover nothing, and that name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from bothways.audit.exceptions import excepted
from bothways.audit.playbook import ExceptionUse
from bothways.audit.result import Result, result_id
from bothways.diagnosis.findings import Confidence, Severity
from bothways.report.audit.told import sentence
from bothways.rules.fleet import Outcome

TODAY = date(2026, 3, 2)


def use(subject: str = "inside", device: str = "edge-asa", until: date = TODAY) -> ExceptionUse:
    return ExceptionUse(
        rule="half-open-hairpins", device=device, subject=subject, owner="net", reason="known", until=until
    )


def of(outcome: Outcome, device: str = "edge-asa", subject: str = "inside") -> Result:
    rule = "half-open-hairpins"
    return Result(
        id=result_id(rule, device, subject),
        rule=rule,
        device=device,
        subject=subject,
        outcome=outcome,
        severity=Severity.ERROR,
        sentence="they wait",
    )


def told(results: Sequence[Result], *uses: ExceptionUse) -> list[tuple[str, str, str]]:
    """Outcome, severity and id of all but what passes."""
    found = excepted(results, uses, TODAY)
    return [(one.outcome, one.severity, one.id) for one in found if one.outcome is not Outcome.PASS]


COVERED = ("excepted", "error", "half-open-hairpins/edge-asa/inside")
FAILS = ("fail", "error", "half-open-hairpins/edge-asa/inside")
OVER = ("fail", "warning", "exception-overdue/edge-asa/half-open-hairpins_inside")


def test_an_exception_holds_through_its_last_day() -> None:
    """X-08: and the day after, the failure stands again, with one about the exception."""
    assert told([of(Outcome.FAIL)], use()) == [COVERED]
    assert told([of(Outcome.FAIL)], use(until=date(2026, 3, 1))) == [FAILS, OVER]


def test_an_exception_that_covers_nothing_is_something_to_know() -> None:
    """X-08: it would hide the fault that comes next; a mistyped subject hides nothing now."""
    unused = "exception-unused/edge-asa/half-open-hairpins"
    assert told([of(Outcome.PASS)], use()) == [("fail", "note", f"{unused}_inside")]
    assert told([of(Outcome.FAIL)], use("insid")) == [FAILS, ("fail", "note", f"{unused}_insid")]
    *_, note = excepted([of(Outcome.FAIL)], [use("insid")], TODAY)
    assert note.sentence == (
        "nothing fails that the exception for half-open-hairpins insid is about (net, until 2026-03-02); "
        "did you mean 'inside'?"
    )


@pytest.mark.parametrize(
    ("results", "uses"),
    [
        ([], [use()]),
        ([of(Outcome.COULD_NOT_SEE, subject="")], [use()]),
        ([of(Outcome.PASS, device="other-asa")], [use()]),
        ([of(Outcome.PASS)], [use(device="")]),
    ],
    ids=["the rule was not asked", "nobody could look", "another device was read", "for every device"],
)
def test_nobody_says_so_who_has_not_looked(results: list[Result], uses: list[ExceptionUse]) -> None:
    """X-07: what was not looked at may need it yet."""
    assert [one for one in excepted(results, uses, TODAY) if one.rule == "exception-unused"] == []


def test_an_excepted_result_says_once_how_sure_it_is() -> None:
    """X-08: the doubt belongs to what fails, not to who answers for it."""
    likely = of(Outcome.FAIL).model_copy(update={"confidence": Confidence.LIKELY})

    (one,) = excepted([likely], [use()], TODAY)

    assert sentence(one) == "they wait (likely); excepted: known (net, until 2026-03-02)"
    assert sentence(likely) == "they wait (likely)"
