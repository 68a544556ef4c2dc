"""What cures a flow: each fix sees the world the fixes before it make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bothways.diagnosis import Trace, trace
from bothways.errors import CouldNotSee, PlaybookError
from bothways.fixes import fix_named
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Ready, Situation
from bothways.fixes.render import Content, place, render
from bothways.fixes.steps import Lint, Predicate, Step
from bothways.flow import Fate, Flow
from bothways.planning.plan import ContentOrigin
from bothways.planning.predicates import check
from bothways.planning.prediction import predicted
from bothways.planning.reversal import must_restore
from bothways.platforms.secrets import without_secret
from bothways.playbook import Playbook
from bothways.rules import diagnose
from bothways.state.snapshot import Snapshot

ContentLookup = Callable[[str], Content]


@dataclass(frozen=True)
class Draft:
    """What the fixes so far add up to.

    Attributes:
        snapshot: the devices as they will be.
        predicates: the facts of today that it rests on.
        lints: the fixes' own remarks.
        templates: what it was rendered from.
        call: the flow that is to be opened instead; None for the one that was asked about.
    """

    snapshot: Snapshot
    steps: tuple[Step, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    lints: tuple[Lint, ...] = ()
    templates: tuple[ContentOrigin, ...] = ()
    call: Flow | None = None


@dataclass(frozen=True)
class Cure:
    """A flow before and after a playbook's fixes.

    Attributes:
        here: the world it was found in.
        finding: the one that is cured; "" where there is nothing to cure.
    """

    here: Situation
    finding: str
    before: Trace
    draft: Draft
    after: Trace


def find_cure(here: Situation, playbook: Playbook, content: ContentLookup) -> Cure:
    """Try the playbook's fixes in their order until the flow is predicted to live.

    Raises:
        PlaybookError: the playbook does not cure this, or a fix cannot be applied here; says why.
        CouldNotSee: what the cure must rest on was not read.
        DocumentError: a template is not what it must be.
    """
    before = after = _walked(here)
    finding = _finding(here.snapshot, before, playbook)
    draft = Draft(here.snapshot)
    for name, options in playbook.uses if finding else ():
        if after.fate is Fate.COMPLETE:
            break
        there = replace(here, snapshot=draft.snapshot)
        draft = _with_fix(draft, there, fix_named(name), options, content)
        after = _walked(replace(here, snapshot=draft.snapshot, flow=draft.call or here.flow))
    draft = replace(draft, predicates=_holding(draft.predicates, here.snapshot))
    return Cure(here, finding, before, draft, after)


def _walked(here: Situation) -> Trace:
    return trace(here.snapshot, here.flow, here.hosts, here.scenario, here.silence_s)


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
    draft: Draft, situation: Situation, fix: Fix[Any, Any], options: Options, content: ContentLookup
) -> Draft:
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
    draft: Draft, situation: Situation, fix: Fix[Any, Any], ready: Ready[Any], content: ContentLookup
) -> Draft:
    template = content(fix.template)
    steps = fix.steps(situation, ready, render(fix, ready.inputs, template))
    state = situation.snapshot.device(ready.device)
    must_restore(state, steps, place(template))
    overlay = fix.predict(state, ready.inputs)
    call = fix.call_after(situation.flow, ready.inputs)
    origin = ContentOrigin(name=fix.template, origin=template.origin, sha256=template.sha256)
    return Draft(
        snapshot=predicted(situation.snapshot, ready.device, steps, overlay),
        steps=(*draft.steps, *steps),
        predicates=(*draft.predicates, *fix.preconditions(situation, ready)),
        lints=(*draft.lints, *fix.lints(situation, ready)),
        templates=(*draft.templates, origin),
        call=draft.call if call == situation.flow else call,
    )


def _holding(predicates: tuple[Predicate, ...], snapshot: Snapshot) -> tuple[Predicate, ...]:
    """Each fact once, and only those of today: a later fix also rests on what an earlier one brings about."""
    kept: list[Predicate] = []
    for predicate in predicates:
        if predicate not in kept and check(predicate, snapshot)[0]:
            kept.append(predicate)
    return tuple(kept)
