"""Every rule of a playbook on every device of a snapshot: each ends as a result, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date

from bothways.audit.playbook import AuditPlaybook, ExceptionUse, RuleUse
from bothways.audit.result import FLEET, FlowOf, Line, Result, result_id, unique
from bothways.diagnosis.findings import Severity
from bothways.errors import CouldNotSee
from bothways.fixes import all_fixes
from bothways.platforms import platform
from bothways.rules import all_rules
from bothways.rules.fleet import FleetRule, Ground, Judgement, Outcome, of_flows
from bothways.state.device import DeviceState

_LOG = logging.getLogger(__name__)
_FINDINGS = frozenset(rule.id for rule in all_rules())
_LINES = 12
"""Of evidence in a result; the snapshot beside it holds all of it."""


def judge(book: AuditPlaybook, ground: Ground) -> tuple[Result, ...]:
    """All results, the worst first; ids are unique."""
    today = ground.snapshot.taken_at.date()
    found = [result for rule, use in book.rules for result in _of_rule(rule, use, ground)]
    found = [_excepted(result, book.model.exceptions, today) for result in found]
    found += _overdue(book.model.exceptions, today)
    outcomes, severities = list(_WORST_FIRST), list(Severity)
    found.sort(key=lambda one: (outcomes.index(one.outcome), severities.index(one.severity)))
    return unique(found)


_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.ERROR,
    Outcome.COULD_NOT_SEE,
    Outcome.EXCEPTED,
    Outcome.PASS,
    Outcome.SKIPPED,
)


def _of_rule(rule: FleetRule, use: RuleUse, ground: Ground) -> Iterator[Result]:
    snapshot = ground.snapshot
    for name, why in snapshot.unread.items():
        if use.hosts is None or name in use.hosts:
            dark = Judgement(sentence=why, evidence=(), outcome=Outcome.COULD_NOT_SEE)
            yield _result(rule, use, name, dark)
    for device in snapshot:
        if device.platform in rule.platforms and (use.hosts is None or device.name in use.hosts):
            for judgement in judgements(rule, ground, device, use):
                yield _result(rule, use, device.name, judgement)
    for judgement in rule.judge_fleet(ground, use.parameters):
        yield _result(rule, use, FLEET, judgement)
    for name in use.hosts or ():
        if name not in snapshot.devices and name not in snapshot.unread:
            dark = Judgement(sentence=f"{name} was not read", evidence=(), outcome=Outcome.COULD_NOT_SEE)
            yield _result(rule, use, name, dark)


def judgements(rule: FleetRule, ground: Ground, device: DeviceState, use: RuleUse) -> list[Judgement]:
    """What one rule says of one device: at least one judgement."""
    lacking = _lacking(rule, device)
    if lacking:
        sentence = f"{device.name} knows no `{lacking}`"
        return [Judgement(sentence=sentence, evidence=(), outcome=Outcome.SKIPPED)]
    try:
        tables = [device.table(row_type) for row_type in rule.reads]
        found = list(rule.judge(ground, device, use.parameters))
        if not any(one.outcome is Outcome.FAIL for one in found) and rule.id in _FINDINGS:
            told = {one.subject for one in found}
            found += [one for one in of_flows(rule.id, ground, device) if one.subject not in told]
    except CouldNotSee as unseen:
        return [Judgement(sentence=str(unseen), evidence=(), outcome=Outcome.COULD_NOT_SEE)]
    except Exception as broken:  # noqa: BLE001  a broken rule is a result; the others must still be heard
        _LOG.exception("%s on %s", rule.id, device.name)
        sentence = f"the rule itself broke: {type(broken).__name__}: {broken}"
        return [Judgement(sentence=sentence, evidence=(), outcome=Outcome.ERROR)]
    if found:
        return found
    del tables
    proof = tuple(device.absence(row_type, rule.title) for row_type in rule.reads)
    return [Judgement(sentence="nothing of it found", evidence=proof, outcome=Outcome.PASS)]


def _lacking(rule: FleetRule, device: DeviceState) -> str:
    """A command of the rule that this model does not know, as other models do not."""
    family = platform(device.platform)
    commands = {family.sources[row_type].command for row_type in rule.reads if row_type in family.sources}
    outputs = (device.outputs[command] for command in sorted(commands) if command in device.outputs)
    return next((said.command for said in outputs if family.lacks(said)), "")


def _result(rule: FleetRule, use: RuleUse, device: str, judgement: Judgement) -> Result:
    fails = judgement.outcome is Outcome.FAIL
    watched = judgement.flow
    return Result(
        id=result_id(rule.id, device, judgement.subject),
        rule=rule.id,
        device=device,
        subject=judgement.subject,
        outcome=judgement.outcome,
        severity=use.severity or judgement.severity or rule.severity,
        sentence=judgement.sentence,
        evidence=tuple(
            Line(device=one.device, command=one.command, line=one.line, text=one.text, taken_at=one.taken_at)
            for one in judgement.evidence[:_LINES]
        ),
        flow=FlowOf(flow=str(watched.flow), scenario=watched.scenario, silence_s=watched.silence_s)
        if watched is not None
        else None,
        fixes=_cures(rule.id) if fails else (),
    )


def _cures(finding: str) -> tuple[str, ...]:
    return tuple(fix.name for fix in all_fixes() if finding in fix.cures)


def _excepted(result: Result, exceptions: Iterable[ExceptionUse], today: date) -> Result:
    if result.outcome is not Outcome.FAIL:
        return result
    for one in exceptions:
        if today <= one.until and one.covers(result.rule, result.device, result.subject):
            sentence = f"{result.sentence}; excepted: {one}"
            return result.model_copy(update={"outcome": Outcome.EXCEPTED, "sentence": sentence})
    return result


def _overdue(exceptions: Iterable[ExceptionUse], today: date) -> Iterator[Result]:
    """An exception whose day is over is a failure by itself: somebody wanted to look again."""
    for one in exceptions:
        if today > one.until:
            subject = " ".join(part for part in (one.rule, one.subject) if part)
            yield Result(
                id=result_id("exception-overdue", one.device or FLEET, subject),
                rule="exception-overdue",
                device=one.device or FLEET,
                subject=subject,
                outcome=Outcome.FAIL,
                severity=Severity.WARNING,
                sentence=f"the exception for {subject} ended on {one.until}: {one.reason} ({one.owner})",
            )
