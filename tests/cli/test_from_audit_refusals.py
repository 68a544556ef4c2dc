"""`plan --from-audit` refuses what cannot be planned before it connects to anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothways.audit.result import AuditRun, FlowOf, Result
from bothways.audit.store import AuditStore
from bothways.diagnosis.findings import Severity
from bothways.diagnosis.scenario import Scenario
from bothways.rules.fleet import Outcome
from bothways.state.snapshot import Snapshot

Bothways = Callable[..., Any]
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FLOW = FlowOf(flow="10.12.0.130 172.16.1.18 tcp/443", scenario=Scenario.HANDSHAKE)


def ended(rule: str, outcome: Outcome = Outcome.FAIL, flow: FlowOf | None = None) -> Result:
    return Result(
        id=f"{rule}/sw",
        rule=rule,
        device="sw",
        outcome=outcome,
        severity=Severity.ERROR,
        sentence="so it is",
        flow=flow,
    )


RESULTS = (
    ended("asymmetric-return", flow=FLOW),
    ended("no-route", flow=FLOW),
    ended("flow-lives", Outcome.PASS, FLOW),
    ended("no-adjacency", Outcome.COULD_NOT_SEE),
    ended("orphaned-switch"),
    ended("ssh-weak"),
)

REFUSED = {
    "no such run": (
        ["nightly", "ssh-weak/sw"],
        "audit: no run 'nightly'; known: run-1",
    ),
    "no such result": (
        ["run-1", "asymmetric-retrun/sw"],
        "--from-audit: run run-1 has no result 'asymmetric-retrun/sw'; did you mean 'asymmetric-return/sw'?",
    ),
    "a pass": (
        ["last", "flow-lives/sw"],
        (
            "--from-audit: flow-lives/sw is no failure, it ended as pass: so it is; "
            "look at it: bothways diagnose 10.12.0.130 172.16.1.18 tcp/443"
        ),
    ),
    "nothing seen": (
        ["last", "no-adjacency/sw"],
        (
            "--from-audit: no-adjacency/sw is no failure, it ended as could-not-see: so it is; "
            "nothing is to be cured"
        ),
    ),
    "no flow, a playbook": (
        ["last", "orphaned-switch/sw"],
        (
            "--from-audit: orphaned-switch/sw names no flow; name one that suffers from it: "
            "bothways plan link-state-track --scenario uplink-loss --flow CLIENT,SERVER,tcp/PORT"
        ),
    ),
    "no flow, no playbook": (
        ["last", "ssh-weak/sw"],
        (
            "--from-audit: ssh-weak/sw names no flow; no playbook cures it; "
            "after a change by hand: bothways audit --since run-1"
        ),
    ),
    "a flow, no playbook": (
        ["last", "no-route/sw"],
        "--from-audit: no playbook cures no-route; bothways diagnose 10.12.0.130 172.16.1.18 tcp/443",
    ),
    "a flow of its own": (
        ["last", "asymmetric-return/sw", "--scenario", "mid-stream"],
        "--from-audit: brings the flow and its moment with it; leave --flow, --scenario and --silence out",
    ),
}


@pytest.fixture
def kept(workspace: Path) -> Path:
    """A workspace whose last audit ended in every way."""
    run = AuditRun(
        id="run-1", bothways="0", playbook="mine", origin="here", taken_at=NOW, devices={"sw": "read"},
        results=RESULTS,
    )  # fmt: skip
    AuditStore(workspace / ".bothways" / "audits").keep(run, Snapshot({}, NOW, {}))
    return workspace


@pytest.mark.parametrize(("words", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_planned_is_refused(
    bothways: Bothways, kept: Path, words: list[str], line: str
) -> None:
    """X-08: one line that says which command to type; exit code 10, before anybody is connected."""
    ran = bothways("plan", "--from-audit", *words, "--workspace", kept)
    assert (ran.code, ran.errors) == (10, [f"error: {line}"])


def test_without_an_audit_there_is_nothing_to_plan_from(bothways: Bothways, workspace: Path) -> None:
    """X-08: says what makes the first run."""
    ran = bothways("plan", "--from-audit", "last", "x", "--workspace", workspace)
    assert (ran.code, ran.errors) == (10, ["error: audit: no run 'last'; bothways audit makes the first"])


def test_what_can_be_planned_asks_the_devices(bothways: Bothways, kept: Path) -> None:
    """X-08: a fresh read, which fails here for nobody listens; not what the audit saw."""
    ran = bothways("plan", "--from-audit", "last", "asymmetric-return/sw", "--workspace", kept)
    assert ran.code in {3, 11}
    assert "TCP refused 127.0.0.1:9" in ran.err
