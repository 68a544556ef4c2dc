"""Audits written by hand: one of each outcome, and the one of the night before."""

from __future__ import annotations

from datetime import UTC, datetime

from bothways.audit.change import Changed, changes
from bothways.audit.result import FLEET, AuditRun, FlowOf, Line, Result, result_id, unique
from bothways.diagnosis.findings import Confidence, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.rules.fleet import Outcome

TAKEN_AT = datetime(2026, 10, 2, 2, 0, 5, tzinfo=UTC)
FLOW = "10.12.0.130 172.16.1.18 tcp/443"


def result(  # noqa: PLR0917  as they stand in a table
    rule: str,
    device: str,
    outcome: Outcome,
    sentence: str,
    severity: Severity = Severity.WARNING,
    subject: str = "",
    *,
    line: str = "",
    command: str = "show running-config",
    fixes: tuple[str, ...] = (),
    next_words: str = "",
    flow: FlowOf | None = None,
    confidence: Confidence | None = None,
) -> Result:
    """One result; its line of evidence is line 7 of the command."""
    evidence = Line(device=device, command=command, line=7, text=line, taken_at=TAKEN_AT)
    return Result(
        id=result_id(rule, device, subject),
        rule=rule,
        device=device,
        subject=subject,
        outcome=outcome,
        severity=severity,
        sentence=sentence,
        evidence=(evidence,) if line else (),
        confidence=confidence,
        flow=flow,
        fixes=fixes,
        next=next_words,
    )


def run_of(*results: Result, name: str = "20261002T020005Z-1a2b", **devices: str) -> AuditRun:
    """A run; the devices are those of the results, read, unless they are said to be otherwise."""
    known = {one.device: "read" for one in results if one.device != FLEET}
    return AuditRun(
        id=name,
        bothways="0.1.0",
        playbook="audit-baseline",
        origin="shipped",
        taken_at=TAKEN_AT,
        devices=known | devices,
        results=unique(results),
    )


DIES = result(
    "asymmetric-return",
    "edge-asa",
    Outcome.FAIL,
    "edge-asa never sees the answers of 172.16.1.18",
    Severity.ERROR,
    FLOW,
    line="D 172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, inside",
    command="show route",
    fixes=("pbr-return", "tcp-state-bypass"),
    next_words="bothways plan --from-audit 20261002T020005Z-1a2b asymmetric-return/edge-asa/x -o a.plan",
    flow=FlowOf(flow=FLOW, scenario=Scenario.AFTER_IDLE, silence_s=1200),
    confidence=Confidence.LIKELY,
)
WEAK = result(
    "ssh-weak",
    "lab-switch",
    Outcome.FAIL,
    "the host key is RSA of 1024 bits",
    Severity.NOTE,
    next_words="bothways audit --since 20261002T020005Z-1a2b",
)
BROKE = result("logging-too-quiet", "edge-asa", Outcome.ERROR, "the rule itself broke: KeyError: 'x'")
UNSEEN = result("startup-differs", "lab-switch", Outcome.COULD_NOT_SEE, "`show startup-config` was refused")
EXCEPTED = result(
    "any-any-acl",
    "edge-asa",
    Outcome.EXCEPTED,
    "PBR takes any any; excepted: moved in March (j.doe, until 2027-03-31)",
    subject="PBR-LAB",
)
PASSED = result(
    "bypass-overdue", "edge-asa", Outcome.PASS, "nothing of it found", line="class-map inspection_default"
)
SKIPPED = result("failover-unready", "edge-asa", Outcome.SKIPPED, "edge-asa has no failover")
MISSED = result("ssh-weak", "core-2", Outcome.COULD_NOT_SEE, "core-2: connection refused")


def night() -> AuditRun:
    """Every outcome once at least, and a device that was not read."""
    return run_of(
        DIES, WEAK, BROKE, UNSEEN, MISSED, EXCEPTED, PASSED, SKIPPED, **{"core-2": "connection refused"}
    )


def night_before() -> AuditRun:
    """With a failure that is passed now, one that cannot be looked at now, one that nobody asks for now."""
    return run_of(
        WEAK.model_copy(update={"severity": Severity.WARNING}),
        PASSED.model_copy(update={"outcome": Outcome.FAIL, "sentence": "the bypass ended on 2026-09-30"}),
        UNSEEN.model_copy(update={"outcome": Outcome.FAIL, "sentence": "12 lines are not in startup"}),
        result("orphaned-switch", "lab-switch", Outcome.FAIL, "one uplink, no group", subject="Gi0/1"),
        name="20261001T020004Z-9f8e",
    )


def since() -> tuple[Changed, ...]:
    """By hand: DIES new; orphaned-switch unseen, as nobody looked; WEAK better; the bypass cured."""
    return changes(night_before(), night())
