"""What a result of an audit asks `plan` for."""

from __future__ import annotations

from bothways.audit.next_step import moment_words, plan_of
from bothways.audit.result import AuditRun, FlowOf, Result
from bothways.audit.store import AuditStore
from bothways.cli.planned import Asked
from bothways.cli.site import Site
from bothways.document import nearest
from bothways.errors import BadInput
from bothways.flow import Flow
from bothways.playbook import remedies
from bothways.rules import all_rules
from bothways.rules.fleet import Outcome

_OPTION = "--from-audit"


def store_of(site: Site) -> AuditStore:
    """Where this workspace keeps its audits."""
    return AuditStore(site.workspace.store / "audits")


def asked_by(site: Site, run_name: str, result_id: str, playbook: str | None = None) -> Asked:
    """The flow of a failure, the moment it dies at, and the finding to cure.

    Args:
        site: the user's network.
        run_name: an id, or `last`.
        result_id: as the run has it.
        playbook: the one the user named, who then knows what it cures.

    Raises:
        WorkspaceError: there is no such run.
        BadInput: the run has no such result, it is no failure, no flow is known of it, or nothing cures it.
    """
    run = store_of(site).load(run_name)
    result = _failure(run, result_id)
    if result.flow is None:
        raise BadInput(_OPTION, f"{result.id} names no flow", _without_flow(site, run, result))
    moment = result.flow
    # `flow-lives` and the like are no finding: then whatever is found is what is to be cured.
    finding = result.rule if any(rule.id == result.rule for rule in all_rules()) else ""
    if finding and not playbook and finding not in remedies(site.workspace):
        raise BadInput(_OPTION, f"no playbook cures {finding}", _diagnose(moment))
    return Asked(Flow.parse(moment.flow), moment.scenario, moment.silence_s, finding)


def _failure(run: AuditRun, result_id: str) -> Result:
    result = run.result(result_id)
    if result is None:
        failing = [one.id for one in run.results if one.outcome is Outcome.FAIL]
        near = nearest(result_id, failing) if failing else "nothing failed in it"
        raise BadInput(_OPTION, f"run {run.id} has no result {result_id!r}", near)
    if result.outcome is not Outcome.FAIL:
        what = f"{result.id} is no failure, it ended as {result.outcome}: {result.sentence}"
        seen = f"look at it: {_diagnose(result.flow)}" if result.flow else "nothing is to be cured"
        raise BadInput(_OPTION, what, seen)
    return result


def _without_flow(site: Site, run: AuditRun, result: Result) -> str:
    book = remedies(site.workspace).get(result.rule)
    if book is None:
        return f"no playbook cures it; after a change by hand: bothways audit --since {run.id}"
    return f"name one that suffers from it: {plan_of(result.rule, book)}"


def _diagnose(moment: FlowOf) -> str:
    return " ".join(filter(None, ("bothways diagnose", moment.flow, moment_words(moment))))
