"""What became of yesterday's failures: cured is what was looked at again, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bothways.audit.change import changes
from bothways.audit.result import OVERDUE, AuditRun, FlowOf, Result, result_id
from bothways.audit.suspects import failed_before
from bothways.diagnosis.findings import Severity
from bothways.diagnosis.scenario import Scenario
from bothways.rules.fleet import Outcome

NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
FLOW, OTHER = "10.12.0.130 172.16.1.18 tcp/443", "10.12.0.131 172.16.1.18 tcp/443"
SHOWN = FlowOf(flow=FLOW, scenario=Scenario.HANDSHAKE, shown_at=NIGHT)
DECLARED = FlowOf(flow=FLOW, scenario=Scenario.HANDSHAKE)
ELSE = FlowOf(flow=OTHER, scenario=Scenario.HANDSHAKE)


def result(outcome: Outcome, rule: str = "half-open-hairpins", flow: FlowOf | None = None) -> Result:
    subject = flow.flow if flow is not None else "inside"
    return Result(
        id=result_id(rule, "edge-asa", subject),
        rule=rule,
        device="edge-asa",
        subject=subject,
        outcome=outcome,
        severity=Severity.ERROR,
        sentence="so it is",
        flow=flow,
    )


def night(*results: Result, flows: tuple[FlowOf, ...] = (), days: int = 0) -> AuditRun:
    return AuditRun(
        id=f"night-{days}",
        bothways="0",
        playbook="p",
        origin="p",
        taken_at=NIGHT + timedelta(days=days),
        devices={"edge-asa": "read"},
        flows=flows,
        results=results,
    )


@dataclass(frozen=True)
class Case:
    """A failure of one night, and what a later one has of it."""

    before: Result
    now: AuditRun
    becomes: str


FAILED = result(Outcome.FAIL)
ILL, ILL_DECLARED = (result(Outcome.FAIL, "flow-lives", flow) for flow in (SHOWN, DECLARED))
WELL = result(Outcome.PASS, "flow-lives", ELSE)
CASES = {
    "it passes": Case(FAILED, night(result(Outcome.PASS)), "cured"),
    "it fails": Case(FAILED, night(FAILED), "unchanged"),
    "nobody could look": Case(FAILED, night(result(Outcome.COULD_NOT_SEE)), "unseen"),
    "nobody asked": Case(FAILED, night(), "unseen"),
    # It fails as before: to call that cured would be a lie.
    "somebody answers for it": Case(FAILED, night(result(Outcome.EXCEPTED)), "excepted"),
    "the exception was renewed": Case(result(Outcome.FAIL, OVERDUE), night(), "cured"),
    "the flow was walked and lives": Case(
        ILL, night(result(Outcome.PASS, "flow-lives", SHOWN), WELL, flows=(SHOWN, ELSE)), "cured"
    ),
    "the flow was left out among too many": Case(ILL, night(WELL, flows=(ELSE,), days=1), "unseen"),
    "no device shows it for a week": Case(ILL, night(WELL, flows=(ELSE,), days=8), "gone"),
    "it is declared no longer": Case(ILL_DECLARED, night(WELL, flows=(ELSE,), days=1), "gone"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_becomes_of_a_failure(case: Case) -> None:
    """X-08: one word for each, and cured only for what was seen."""
    (changed,) = changes(night(case.before), case.now)
    assert (str(changed.change), changed.result.id) == (case.becomes, case.before.id)


@pytest.mark.parametrize(
    ("failed", "days", "walked"),
    [(SHOWN, 0, 1), (SHOWN, 7, 1), (SHOWN, 8, 0), (DECLARED, 1, 0)],
    ids=["the next night", "a week later", "after that", "declared, so no longer declared"],
)
def test_a_failing_flow_is_walked_again_for_a_week(failed: FlowOf, days: int, walked: int) -> None:
    """X-08: whoever calls another address since then is not told of the old one for ever."""
    before = night(
        result(Outcome.FAIL, "flow-lives", failed), result(Outcome.FAIL, "asymmetric-return", failed)
    )
    again = failed_before(before, NIGHT + timedelta(days=days))
    assert [str(one.flow) for one in again] == [FLOW] * walked
    assert [one.shown_at for one in again] == [NIGHT] * walked  # the week is not begun anew each night
