"""What to type about a failure: each command runs as it is printed, but for the words in capitals."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from bothways.audit.result import FlowOf, Result
from bothways.diagnosis.scenario import Scenario
from bothways.playbook import Playbook
from bothways.rules.fleet import Outcome

_MOMENTS = {
    "orphaned-switch": Scenario.UPLINK_LOSS,
    "reset-service": Scenario.CONN_LOST,
    "logging-too-quiet": Scenario.CONN_LOST,
}
"""When the findings show that a rule finds without a flow; the others show in the handshake."""


def with_next(
    run_id: str, result: Result, remedies: Mapping[str, Playbook], source: str = "", rules: str = ""
) -> Result:
    """The result, and what to type if it is a failure.

    Args:
        run_id: of the run it belongs to.
        result: any.
        remedies: finding to the playbook that cures it.
        source: `--snapshot FILE` where no device was asked.
        rules: `--playbook NAME` where it was not the shipped one: by another one nothing is compared.
    """
    if result.outcome is not Outcome.FAIL:
        return result
    return result.model_copy(
        update={"next": " ".join(filter(None, _words(run_id, result, remedies, source, rules)))}
    )


def _words(
    run_id: str, result: Result, remedies: Mapping[str, Playbook], source: str, rules: str
) -> tuple[str, ...]:
    book = remedies.get(result.rule)
    if result.flow is None:
        again = ("bothways audit --since", run_id, rules, source)
        return (plan_of(result.rule, book), source) if book else again
    if book is None:
        return ("bothways diagnose", result.flow.flow, moment_words(result.flow), source)
    named = "" if book.model.first_choice else book.name
    asked = shlex.quote(result.id)
    return ("bothways plan", named, "--from-audit", run_id, asked, source, f"-o {result.rule}.plan")


def plan_of(rule: str, book: Playbook) -> str:
    """The plan for a failure of which nobody knows whose flows it breaks."""
    scenario = _MOMENTS.get(rule)
    moment = f" --scenario {scenario}" if scenario else ""
    return f"bothways plan {book.name}{moment} --flow CLIENT,SERVER,tcp/PORT"


def moment_words(of: FlowOf) -> str:
    """The options that say which moment of the flow is meant."""
    words = [f"--scenario {of.scenario}"] if of.scenario is not Scenario.HANDSHAKE else []
    words += [f"--silence {of.silence_s}s"] if of.silence_s else []
    return " ".join(words)
