"""Every finding of the diagnosis as a rule: asked of the flows that must live, and of those that look ill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import and_

from bothways.diagnosis.findings import Confidence, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import all_rules
from bothways.rules.fleet.contract import (
    FleetRule,
    Ground,
    Judgement,
    Outcome,
    Parameters,
    WatchedFlow,
    all_fleet_rules,
)
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogLine
from bothways.state.rows import (
    AccessGroup,
    AclEntry,
    Arp,
    Conn,
    Interface,
    Licence,
    Nameif,
    Route,
    SameSecurity,
    ServicePolicy,
    Timeout,
)
from bothways.state.tables import Row

_ASA, _IOS = "cisco_asa", "cisco_ios"
_Tables = Mapping[str, tuple[type[Row], ...]]
_LEAST: _Tables = {_ASA: (Interface, Route), _IOS: (Interface, Route)}
_TABLES: Mapping[str, _Tables] = {
    "hairpin-denied": {_ASA: (Interface, Route, SameSecurity)},
    "asymmetric-return": {_ASA: (Interface, Route, Conn)},
    "asymmetric-after-failover": {_ASA: (Interface, Route)},
    "ctcp-proxy-stall": {_ASA: (Interface, ServicePolicy, AclEntry)},
    "acl-denied": {_ASA: (Interface, AclEntry, AccessGroup), _IOS: (Interface, AclEntry)},
    "no-adjacency": {_ASA: (Interface, Route, Arp), _IOS: (Interface, Route, Arp)},
    "interface-limit": {_ASA: (Interface, Licence, Nameif)},
    "bypass-shadowed": {_ASA: (Interface, ServicePolicy, AclEntry)},
    "bypass-one-direction": {_ASA: (Interface, ServicePolicy, AclEntry)},
    "idle-timeout-short": {_ASA: (Interface, ServicePolicy, AclEntry, Timeout)},
    "half-closed-pile-up": {_ASA: (Interface, Conn)},
    "connection-lost": {_ASA: (Interface, LogLine)},
}
"""What a finding rests on where a flow passes; the walk says by itself what it could not see."""


class FlowLives(FleetRule):
    """A flow that must live, or one that connections and logs make suspect, dies."""

    id = "flow-lives"
    severity = Severity.ERROR
    reads = (Interface,)

    def nothing_here(self, ground: Ground, device: DeviceState) -> str:
        """A flow belongs to no single device."""
        return "told for the fleet"

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """Nothing."""
        return iter(())

    def judge_fleet(self, ground: Ground, chosen: Parameters) -> Iterator[Judgement]:
        """One for each flow, whatever becomes of it."""
        for watched, walked in ground.walks:
            outcome, sentence = Outcome.PASS, "complete"
            if walked.fate is Fate.UNKNOWN:
                outcome, sentence = Outcome.COULD_NOT_SEE, walked.mechanism
            elif walked.fate is not Fate.COMPLETE:
                outcome = Outcome.FAIL
                place = f"{walked.at.device}, packet {walked.at.packet}"
                sentence = f"{walked.fate} at {place}: {walked.mechanism}"
            yield Judgement(
                sentence=f"{sentence} ({watched.why})",
                evidence=walked.evidence,
                outcome=outcome,
                confidence=walked.confidence,
                subject=named(watched),
                flow=watched,
            )
        for watched, why in ground.broken:
            yield Judgement(
                sentence=f"the walk itself broke: {why} ({watched.why})",
                evidence=(),
                outcome=Outcome.ERROR,
                subject=named(watched),
                flow=watched,
            )


class _Story(FleetRule, shipped=False):
    """One finding of the diagnosis, which no other rule looks for."""

    id = "a-story"
    of_flows_alone = True
    reads = (Interface,)

    def nothing_here(self, ground: Ground, device: DeviceState) -> str:
        """No flow comes by, as far as every one of them could be followed."""
        lost = ground.broken or any(_may_pass(walked, device) for _, walked in ground.walks)
        here = any(device.name in walked.devices for _, walked in ground.walks)
        return "" if lost or here else f"no flow that is looked at passes {device.name}"

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for all flows that pass here without it; those that show it are told by `of_flows`."""
        here = [walked for _, walked in ground.walks if device.name in walked.devices]
        if not here:
            yield Judgement(
                sentence=f"whether a flow that was not followed to its end passes {device.name} is not known",
                evidence=(),
                outcome=Outcome.SKIPPED,
            )
            return
        lines = dict.fromkeys(
            line for walked in here for line in walked.evidence if line.device == device.name
        )
        count = f"{len(here)} flow{'' if len(here) == 1 else 's'} passing {device.name}"
        yield Judgement(
            sentence=f"nothing of it found in {count}",
            evidence=tuple(lines) or (device.absence(self.tables(device.platform)[0], self.title),),
            outcome=Outcome.PASS,
            confidence=reduce(and_, (walked.confidence for walked in here), Confidence.CERTAIN),
        )


def _may_pass(walked: Trace, device: DeviceState) -> bool:
    """Whether a flow might come by although it was not followed there."""
    blind = any(said.startswith(f"{device.name}: ") for said in walked.could_not_see)
    return blind or walked.fate is Fate.UNKNOWN


def of_flows(finding_id: str, ground: Ground, device: DeviceState) -> Iterator[Judgement]:
    """What the watched flows say of a device under the name of a finding."""
    for watched, walked, findings in ground.findings(finding_id):
        subject = named(watched)
        mine = [one for one in findings if one.device == device.name]
        for finding in mine:
            yield Judgement(
                sentence=finding.sentence,
                evidence=finding.evidence,
                subject=subject,
                severity=finding.severity,
                confidence=finding.confidence,
                flow=watched,
            )
        if not mine and walked.fate is Fate.UNKNOWN and device.name in walked.devices:
            yield Judgement(
                sentence=f"{watched.flow}: {walked.mechanism}",
                evidence=walked.evidence,
                outcome=Outcome.COULD_NOT_SEE,
                subject=subject,
                flow=watched,
            )
    for watched, why in ground.broken:
        yield Judgement(
            sentence=f"{watched.flow}: its walk broke: {why}",
            evidence=(),
            outcome=Outcome.COULD_NOT_SEE,
            subject=named(watched),
            flow=watched,
        )


def named(watched: WatchedFlow) -> str:
    """A flow as a subject, one for each moment of its life; the handshake needs no word."""
    moment = "" if watched.scenario is Scenario.HANDSHAKE else f" {watched.scenario}"
    silence = "" if watched.silence_s is None else f" {watched.silence_s}s"
    return f"{watched.flow}{moment}{silence}"


def _register() -> None:
    """A rule for each finding that none looks for by itself."""
    known = {rule.id for rule in all_fleet_rules()}
    for rule in all_rules():
        if rule.id not in known:
            tables = _TABLES.get(rule.id, _LEAST)
            attributes = {
                "id": rule.id,
                "__doc__": type(rule).__doc__,
                "platforms": tuple(tables),
                "also": {platform: rest for platform, (_, *rest) in tables.items()},
            }
            type(f"{type(rule).__name__}OfFlows", (_Story,), attributes)


_register()
