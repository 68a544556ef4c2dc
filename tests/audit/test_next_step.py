"""What a failure tells to type."""

from __future__ import annotations

import shlex

import pytest

from bothways.audit.next_step import with_next
from bothways.audit.result import FlowOf, Result, result_id
from bothways.diagnosis.findings import Severity
from bothways.diagnosis.scenario import Scenario
from bothways.playbook import remedies
from bothways.rules.fleet import Outcome
from bothways.workspace import Settings, Workspace

SHIPPED = remedies(Workspace(None, Settings()))
FLOW = "10.20.0.25 203.0.113.80 tcp/80"


def failure(rule: str, flow: FlowOf | None = None, subject: str = "") -> Result:
    return Result(
        id=result_id(rule, "edge-asa", subject),
        rule=rule,
        device="edge-asa",
        subject=subject,
        outcome=Outcome.FAIL,
        severity=Severity.WARNING,
        sentence="it fails",
        flow=flow,
    )


HANDSHAKE = FlowOf(flow=FLOW, scenario=Scenario.HANDSHAKE)
SILENT = FlowOf(flow=FLOW, scenario=Scenario.AFTER_IDLE, silence_s=1200)
LOST = FlowOf(flow=FLOW, scenario=Scenario.CONN_LOST)

NEXT = {
    "a first choice cures it": (
        failure("asymmetric-return", HANDSHAKE, "x"),
        "bothways plan --from-audit run-1 asymmetric-return/edge-asa/x -o asymmetric-return.plan",
    ),
    "a playbook cures it that must be named": (
        failure("reset-service", LOST, "x"),
        "bothways plan reset-service --from-audit run-1 reset-service/edge-asa/x -o reset-service.plan",
    ),
    "no playbook, a flow": (failure("flow-lives", HANDSHAKE), f"bothways diagnose {FLOW}"),
    "no playbook, a flow and its moment": (
        failure("connection-lost", SILENT),
        f"bothways diagnose {FLOW} --scenario after-idle --silence 1200s",
    ),
    "a playbook, and nobody knows whose flows suffer": (
        failure("orphaned-switch", None, "Port-channel1"),
        "bothways plan link-state-track --scenario uplink-loss --flow CLIENT,SERVER,tcp/PORT",
    ),
    "neither": (failure("ssh-weak"), "bothways audit --since run-1"),
}


@pytest.mark.parametrize(("result", "printed"), NEXT.values(), ids=NEXT.keys())
def test_each_failure_has_a_next_command(result: Result, printed: str) -> None:
    """X-08: from a failure to its cure, or to what tells more about it."""
    assert with_next("run-1", result, SHIPPED).next == printed


def test_what_was_judged_from_a_file_is_asked_of_that_file() -> None:
    """X-03: no printed command would log in to a device of somebody else's network."""
    for result, _ in NEXT.values():
        assert (
            " --snapshot night.snapshot" in with_next("r", result, SHIPPED, "--snapshot night.snapshot").next
        )


@pytest.mark.parametrize("subject", ["a;reboot", "$(id)", "it's", "name#2", "*", "a b\x1b[2J"])
def test_an_id_that_a_shell_would_take_apart_is_quoted(subject: str) -> None:
    """X-08: names on devices are anybody's words."""
    result = failure("asymmetric-return", HANDSHAKE, subject)
    words = shlex.split(with_next("run-1", result, SHIPPED).next, comments=True)
    assert words == [
        "bothways", "plan", "--from-audit", "run-1", result.id, "-o", "asymmetric-return.plan",
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.FAIL])
def test_what_is_no_failure_needs_nothing(outcome: Outcome) -> None:
    """X-08: a next command means that something is to be done."""
    assert with_next("r", failure("ssh-weak").model_copy(update={"outcome": outcome}), SHIPPED).next == ""


def test_the_next_audit_goes_by_the_same_rules() -> None:
    """X-08: what another playbook does not ask for would be told as unseen."""
    told = with_next("night", failure("startup-differs"), SHIPPED, rules="--playbook mine.yaml").next
    assert told == "bothways audit --since night --playbook mine.yaml"
