"""From a broken flow to a plan: the cure, what is to be said about it, and all it is bound to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version

from bothways.clock import Clock
from bothways.diagnosis import Scenario, Trace, trace
from bothways.errors import LintBlocked
from bothways.fixes.contract import Situation
from bothways.fixes.steps import Lint
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.planning.bindings import bind
from bothways.planning.bystanders import broken_flows
from bothways.planning.canonical import content_hash, sealed
from bothways.planning.cure import ContentLookup, Cure, Draft, find_cure
from bothways.planning.diff import config_diff
from bothways.planning.plan import FORMAT_VERSION, Binding, ContentOrigin, Plan, Verdict
from bothways.planning.plan_lints import observed_alive, old_call, plan_lints
from bothways.planning.prediction import running_config
from bothways.playbook import Playbook
from bothways.state.snapshot import Snapshot

_LIFE = timedelta(hours=4)


def make_plan(  # noqa: PLR0913 - a plan rests on all of these, and each is its own kind of thing
    snapshot: Snapshot,
    flow: Flow,
    playbook: Playbook,
    *,
    hosts: Sequence[DeclaredHost] = (),
    overrides: Sequence[str] = (),
    scenario: Scenario = Scenario.HANDSHAKE,
    silence_s: int | None = None,
    clock: Clock,
    content: ContentLookup,
) -> Plan:
    """Plan a cure. A flow that lives gives a plan without steps.

    Args:
        snapshot: what the devices said.
        flow: the flow to cure.
        playbook: which fixes, in which order.
        hosts: hosts whose gateway the user declared.
        overrides: ids of blocking lints to pass all the same.
        scenario: where in its life the flow dies.
        silence_s: for how long it is silent, in the scenarios that have a silence.
        clock: stamps the plan.
        content: finds templates by name.

    Raises:
        PlaybookError: the playbook does not cure this, or a fix cannot be applied here; says why.
        LintBlocked: the plan would do harm, and no override names it.
        CouldNotSee: what the plan must rest on was not read.
        DocumentError: a template is not what it must be.
    """
    here = Situation(snapshot, flow, tuple(hosts), scenario, silence_s)
    cure = find_cure(here, playbook, content)
    bindings = bind(snapshot, cure.draft.steps, cure.draft.predicates)
    lints = _lints(cure, bindings, revives=playbook.revives)
    _refuse_blocked(playbook, lints, overrides)
    plan = _bound(playbook, cure, bindings, lints, clock.now())
    return sealed(plan.model_copy(update={"id": f"{playbook.name}-{content_hash(plan)[:8]}"}))


def _lints(cure: Cure, bindings: Mapping[str, Binding], *, revives: bool) -> tuple[Lint, ...]:
    """What the fixes say, what the plan as a whole gives to say, and whom it would cut off."""
    here, draft = cure.here, cure.draft
    if not draft.steps:
        return draft.lints
    whole = plan_lints(draft.steps, bindings, here.snapshot, cure.after, revives=revives)
    old = trace(draft.snapshot, here.flow, here.hosts, here.scenario, here.silence_s)
    told = (*observed_alive(cure.before), *draft.lints, *old_call(old, draft.call), *whole)
    return (*told, *broken_flows(here.snapshot, draft.snapshot, here.flow, here.hosts))


def _refuse_blocked(playbook: Playbook, lints: tuple[Lint, ...], overrides: Sequence[str]) -> None:
    blocking = [lint for lint in lints if lint.severity == "blocking" and lint.id not in overrides]
    if blocking:
        what = "; ".join(f"{lint.id}: {lint.device}: {lint.text}" for lint in blocking)
        ways = " ".join(f"--override {name}" for name in dict.fromkeys(lint.id for lint in blocking))
        raise LintBlocked(playbook.name, what, f"to do it all the same: {ways}")


def _bound(
    playbook: Playbook,
    cure: Cure,
    bindings: dict[str, Binding],
    lints: tuple[Lint, ...],
    now: datetime,
) -> Plan:
    """The plan, still without its name and seal."""
    here, draft = cure.here, cure.draft
    return Plan(
        format_version=FORMAT_VERSION,
        made_by=f"bothways {version('bothways')}",
        id="",
        created_at=now,
        expires_at=now + _LIFE,
        flow=str(here.flow),
        call=str(draft.call or ""),
        scenario=here.scenario.value,
        silence_s=here.silence_s,
        finding=cure.finding,
        playbook=ContentOrigin(name=playbook.name, origin=playbook.origin, sha256=playbook.sha256),
        templates=draft.templates,
        bindings=bindings,
        predicates=draft.predicates,
        steps=draft.steps,
        diff=_diffs(here.snapshot, draft),
        lints=lints,
        overridden=tuple(lint.id for lint in lints if lint.severity == "blocking"),
        before=_verdict(cure.before),
        after=_verdict(cure.after),
        wait_s=playbook.wait_s,
    )


def _diffs(snapshot: Snapshot, draft: Draft) -> dict[str, str]:
    found = {
        name: config_diff(
            name, running_config(snapshot.device(name)), running_config(draft.snapshot.device(name))
        )
        for name in dict.fromkeys(step.device for step in draft.steps)
    }
    return {name: text for name, text in found.items() if text}


def _verdict(traced: Trace) -> Verdict:
    return Verdict(fate=str(traced.fate), device=traced.at.device, packet=traced.at.packet)
