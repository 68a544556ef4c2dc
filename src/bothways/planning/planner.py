"""From a broken flow to a plan: each fix sees the world the fixes before it make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from typing import Any

from bothways.clock import Clock
from bothways.diagnosis import Scenario, Trace, trace
from bothways.errors import CouldNotSee, LintBlocked, PlaybookError
from bothways.fixes import fix_named
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Ready, Situation
from bothways.fixes.render import Content, place, render
from bothways.fixes.steps import Lint, Predicate, Step
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.planning.bindings import bind
from bothways.planning.bystanders import broken_flows
from bothways.planning.canonical import content_hash, sealed
from bothways.planning.diff import config_diff
from bothways.planning.plan import FORMAT_VERSION, ContentOrigin, Plan, Verdict
from bothways.planning.plan_lints import plan_lints
from bothways.planning.predicates import check
from bothways.planning.prediction import predicted, running_config
from bothways.planning.reversal import must_restore
from bothways.platforms.secrets import without_secret
from bothways.playbook import Playbook
from bothways.rules import diagnose
from bothways.state.snapshot import Snapshot

ContentLookup = Callable[[str], Content]
_LIFE = timedelta(hours=4)


@dataclass(frozen=True)
class _Draft:
    """What the fixes so far add up to."""

    snapshot: Snapshot
    steps: tuple[Step, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    lints: tuple[Lint, ...] = ()
    templates: tuple[ContentOrigin, ...] = ()


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
    before = trace(snapshot, flow, hosts, scenario, silence_s)
    finding = _finding(snapshot, before, playbook)
    draft = _Draft(snapshot)
    after = before
    for name, options in playbook.uses if finding else ():
        if after.fate is Fate.COMPLETE:
            break
        situation = Situation(draft.snapshot, flow, tuple(hosts), scenario, silence_s)
        draft = _with_fix(draft, situation, fix_named(name), options, content)
        after = trace(draft.snapshot, flow, hosts, scenario, silence_s)
    draft = replace(draft, predicates=_holding(draft.predicates, snapshot))
    bindings = bind(snapshot, draft.steps, draft.predicates)
    broken = broken_flows(snapshot, draft.snapshot, flow, hosts) if draft.steps else ()
    lints = (*draft.lints, *plan_lints(draft.steps, bindings, snapshot, after), *broken)
    _refuse_blocked(playbook, lints, overrides)
    now = clock.now()
    plan = Plan(
        format_version=FORMAT_VERSION,
        made_by=f"bothways {version('bothways')}",
        id="",
        created_at=now,
        expires_at=now + _LIFE,
        flow=str(flow),
        scenario=scenario.value,
        silence_s=silence_s,
        finding=finding,
        playbook=ContentOrigin(name=playbook.name, origin=playbook.origin, sha256=playbook.sha256),
        templates=draft.templates,
        bindings=bindings,
        predicates=draft.predicates,
        steps=draft.steps,
        diff=_diffs(snapshot, draft),
        lints=lints,
        overridden=tuple(lint.id for lint in lints if lint.severity == "blocking"),
        before=_verdict(before),
        after=_verdict(after),
        wait_s=playbook.wait_s,
    )
    return sealed(plan.model_copy(update={"id": f"{playbook.name}-{content_hash(plan)[:8]}"}))


def _finding(snapshot: Snapshot, before: Trace, playbook: Playbook) -> str:
    """The finding the playbook cures here; "" when nothing is to be cured."""
    if before.fate is Fate.COMPLETE:
        return ""
    if before.fate is Fate.UNKNOWN:
        hidden = "; ".join(before.could_not_see) or before.mechanism
        raise CouldNotSee(str(before.flow), f"its fate is unknown: {hidden}", "read again, then plan")
    found = [finding.id for finding in diagnose(snapshot, before)]
    cured = next((finding for finding in found if finding in playbook.model.cures), None)
    if cured is None:
        cures = ", ".join(playbook.model.cures)
        what = f"it cures {cures}; the flow dies of {before.fate} ({', '.join(found) or 'no finding'})"
        raise PlaybookError(playbook.name, what, "bothways diagnose names the fixes that fit")
    return cured


def _with_fix(
    draft: _Draft, situation: Situation, fix: Fix[Any, Any], options: Options, content: ContentLookup
) -> _Draft:
    outcome = fix.propose(situation, options)
    if isinstance(outcome, NotApplicable):
        where = f"{outcome.device}: {fix.name}" if outcome.device else fix.name
        seen = f" ({without_secret(str(outcome.evidence[0]))})" if outcome.evidence else ""
        raise PlaybookError(where, outcome.reason + seen)
    if isinstance(outcome, InPlace):
        seen = f": {without_secret(str(outcome.evidence[0]))}" if outcome.evidence else ""
        text = f"{fix.name} is in place{seen}"
        note = Lint(id="in-place", severity="note", device=outcome.device, text=text)
        return replace(draft, lints=(*draft.lints, note))
    return _applied(draft, situation, fix, outcome, content)


def _applied(
    draft: _Draft, situation: Situation, fix: Fix[Any, Any], ready: Ready[Any], content: ContentLookup
) -> _Draft:
    template = content(fix.template)
    steps = fix.steps(situation, ready, render(fix, ready.inputs, template))
    state = situation.snapshot.device(ready.device)
    must_restore(state, steps, place(template))
    overlay = fix.predict(state, ready.inputs)
    origin = ContentOrigin(name=fix.template, origin=template.origin, sha256=template.sha256)
    return _Draft(
        snapshot=predicted(situation.snapshot, ready.device, steps, overlay),
        steps=(*draft.steps, *steps),
        predicates=(*draft.predicates, *fix.preconditions(situation, ready)),
        lints=(*draft.lints, *fix.lints(situation, ready)),
        templates=(*draft.templates, origin),
    )


def _holding(predicates: tuple[Predicate, ...], snapshot: Snapshot) -> tuple[Predicate, ...]:
    """Each fact once, and only those of today: a later fix also rests on what an earlier one brings about."""
    kept: list[Predicate] = []
    for predicate in predicates:
        if predicate not in kept and check(predicate, snapshot)[0]:
            kept.append(predicate)
    return tuple(kept)


def _refuse_blocked(playbook: Playbook, lints: tuple[Lint, ...], overrides: Sequence[str]) -> None:
    blocking = [lint for lint in lints if lint.severity == "blocking" and lint.id not in overrides]
    if blocking:
        what = "; ".join(f"{lint.id}: {lint.device}: {lint.text}" for lint in blocking)
        ways = " ".join(f"--override {name}" for name in dict.fromkeys(lint.id for lint in blocking))
        raise LintBlocked(playbook.name, what, f"to do it all the same: {ways}")


def _diffs(snapshot: Snapshot, draft: _Draft) -> dict[str, str]:
    found = {
        name: config_diff(
            name, running_config(snapshot.device(name)), running_config(draft.snapshot.device(name))
        )
        for name in dict.fromkeys(step.device for step in draft.steps)
    }
    return {name: text for name, text in found.items() if text}


def _verdict(traced: Trace) -> Verdict:
    return Verdict(fate=str(traced.fate), device=traced.at.device, packet=traced.at.packet)
