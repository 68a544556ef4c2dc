"""Every rule of a playbook on every device of a snapshot: each ends as a result, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from bothways.audit.exceptions import excepted
from bothways.audit.playbook import AuditPlaybook, RuleUse
from bothways.audit.result import FLEET, Line, Result, flow_of, result_id, unique
from bothways.diagnosis.findings import Severity
from bothways.errors import CouldNotSee
from bothways.fixes import all_fixes
from bothways.platforms import platform
from bothways.rules import all_rules
from bothways.rules.fleet import FleetRule, Ground, Judgement, Outcome, of_flows
from bothways.state.device import DeviceState, Evidence

_LOG = logging.getLogger(__name__)
_FINDINGS = frozenset(rule.id for rule in all_rules())
_LINES = 12
"""Of evidence in a result; the snapshot beside it holds all of it."""


def judge(book: AuditPlaybook, ground: Ground) -> tuple[Result, ...]:
    """All results, the worst first; ids are unique."""
    found = [result for rule, use in book.rules for result in _of_rule(rule, use, ground)]
    found = list(excepted(found, book.model.exceptions, ground.snapshot.taken_at.date()))
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
    for judgement in _of_fleet(rule, ground, use):
        yield _result(rule, use, FLEET, judgement)
    for name in use.hosts or ():
        if name not in snapshot.devices and name not in snapshot.unread:
            dark = Judgement(sentence=f"{name} was not read", evidence=(), outcome=Outcome.COULD_NOT_SEE)
            yield _result(rule, use, name, dark)


def _of_fleet(rule: FleetRule, ground: Ground, use: RuleUse) -> list[Judgement]:
    found: list[Judgement] = []
    try:
        found.extend(rule.judge_fleet(ground, use.parameters))
    except Exception as broken:  # noqa: BLE001  as on a device
        found.append(_broke(f"{rule.id} on the fleet", broken))
    return found


def judgements(rule: FleetRule, ground: Ground, device: DeviceState, use: RuleUse) -> list[Judgement]:
    """What one rule says of one device: at least one judgement.

    What fails, fails, whatever else of the device could not be seen; only all of its tables make a pass.
    """
    why = rule.nothing_here(ground, device) or _lacking(rule, device)
    if why:
        return [Judgement(sentence=why, evidence=(), outcome=Outcome.SKIPPED)]
    found: list[Judgement] = []
    try:
        _look(rule, device)
        found.extend(rule.judge(ground, device, use.parameters))
    except CouldNotSee as unseen:
        found.append(Judgement(sentence=str(unseen), evidence=(), outcome=Outcome.COULD_NOT_SEE))
    except Exception as broken:  # noqa: BLE001  a broken rule is a result; the others must still be heard
        found.append(_broke(f"{rule.id} on {device.name}", broken))
    found += _told_by_flows(rule, ground, device, found)
    if any(one.outcome not in _WELL for one in found):
        return [one for one in found if one.outcome not in _WELL]
    if found:
        return found
    proof = tuple(device.absence(row_type, rule.title) for row_type in rule.tables(device.platform))
    return [Judgement(sentence="nothing of it found", evidence=proof, outcome=Outcome.PASS)]


_CLAIMS = (Outcome.FAIL, Outcome.PASS)
_WELL = (Outcome.PASS, Outcome.SKIPPED)


def _look(rule: FleetRule, device: DeviceState) -> None:
    """Every table that the rule needs, before it says a word.

    Raises:
        CouldNotSee: one of them was not read.
    """
    family = platform(device.platform)
    for row_type in rule.tables(device.platform):
        device.table(row_type)
    for row_type in rule.where_known:
        said = device.outputs.get(family.sources[row_type].command) if row_type in family.sources else None
        if row_type in family.sources and not (said is not None and family.lacks(said)):
            device.table(row_type)


def _told_by_flows(
    rule: FleetRule, ground: Ground, device: DeviceState, found: list[Judgement]
) -> list[Judgement]:
    """What flows show of a fault; where it stands anyway, only those flows that it kills.

    A flow that could not be followed leaves open what only flows show. The others have looked themselves.
    """
    if rule.id not in _FINDINGS:
        return []
    try:
        told = list(of_flows(rule.id, ground, device))
    except Exception as broken:  # noqa: BLE001  as above
        return [_broke(f"{rule.id} on {device.name}", broken)]
    if rule.of_flows_alone:
        return told
    told = [one for one in told if one.outcome is Outcome.FAIL]
    standing = [one.severity or rule.severity for one in found if one.outcome is Outcome.FAIL]
    if not standing:
        return told
    return [one for one in told if one.severity is Severity.ERROR and Severity.ERROR not in standing]


def _broke(where: str, broken: Exception) -> Judgement:
    _LOG.error("%s", where, exc_info=broken)
    sentence = f"the rule itself broke: {type(broken).__name__}: {broken}"
    return Judgement(sentence=sentence, evidence=(), outcome=Outcome.ERROR)


def _lacking(rule: FleetRule, device: DeviceState) -> str:
    """A command of the rule that this model does not know, as other models do not."""
    family = platform(device.platform)
    commands = {
        family.sources[row_type].command
        for row_type in rule.tables(device.platform)
        if row_type in family.sources
    }
    outputs = (device.outputs[command] for command in sorted(commands) if command in device.outputs)
    lacking = next((said.command for said in outputs if family.lacks(said)), "")
    return f"{device.name} knows no `{lacking}`" if lacking else ""


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
        confidence=judgement.confidence if judgement.outcome in _CLAIMS else None,
        evidence=tuple(
            Line(device=one.device, command=one.command, line=one.line, text=one.text, taken_at=one.taken_at)
            for one in _telling(judgement.evidence, device)
        ),
        flow=flow_of(watched) if watched is not None else None,
        fixes=_cures(rule.id) if fails else (),
    )


def _telling(lines: tuple[Evidence, ...], device: str) -> list[Evidence]:
    """As many as a result holds, those of its own device first: a way through many devices has many lines."""
    return sorted(lines, key=lambda line: len(lines) > _LINES and line.device != device)[:_LINES]


def _cures(finding: str) -> tuple[str, ...]:
    return tuple(fix.name for fix in all_fixes() if finding in fix.cures)
