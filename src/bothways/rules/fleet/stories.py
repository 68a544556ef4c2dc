"""Every finding of the diagnosis as a rule: asked of the flows that must live, and of those that look ill."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Severity
from bothways.flow import Fate
from bothways.rules.contract import all_rules
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters, all_fleet_rules
from bothways.state.device import DeviceState
from bothways.state.rows import Interface


class FlowLives(FleetRule):
    """A flow that must live, or one that connections and logs make suspect, dies."""

    id = "flow-lives"
    severity = Severity.ERROR
    reads = (Interface,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """Nothing: a flow belongs to no single device."""
        yield Judgement(sentence="told for the fleet", evidence=(), outcome=Outcome.SKIPPED)

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
                subject=named(watched.flow, watched.scenario),
                flow=watched,
            )


class _Story(FleetRule, shipped=False):
    """One finding of the diagnosis, which no other rule looks for."""

    id = "a-story"
    reads = (Interface,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each flow that shows it here."""
        told = tuple(of_flows(self.id, ground, device))
        yield from told
        if not told and not any(device.name in walked.devices for _, walked in ground.walks):
            sentence = f"no flow that is looked at passes {device.name}"
            yield Judgement(sentence=sentence, evidence=(), outcome=Outcome.SKIPPED)


def of_flows(finding_id: str, ground: Ground, device: DeviceState) -> Iterator[Judgement]:
    """What the watched flows say of a device under the name of a finding."""
    for (watched, walked), findings in zip(ground.walks, ground.findings, strict=True):
        subject = named(watched.flow, watched.scenario)
        mine = [one for one in findings if one.device == device.name and one.id == finding_id]
        for finding in mine:
            yield Judgement(
                sentence=finding.sentence,
                evidence=finding.evidence,
                subject=subject,
                severity=finding.severity,
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


def named(flow: object, scenario: str) -> str:
    """A flow as a subject: the handshake needs no word."""
    return f"{flow}" if scenario == "handshake" else f"{flow} {scenario}"


def _register() -> None:
    """A rule for each finding that none looks for by itself."""
    known = {rule.id for rule in all_fleet_rules()}
    for rule in all_rules():
        if rule.id not in known:
            attributes = {"id": rule.id, "__doc__": type(rule).__doc__, "reads": (Interface,)}
            type(f"{type(rule).__name__}OfFlows", (_Story,), attributes)


_register()
