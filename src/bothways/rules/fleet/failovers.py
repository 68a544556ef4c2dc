"""Firewall pairs of which one half could not take over now."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Severity
from bothways.errors import CouldNotSee
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState
from bothways.state.failover_rows import FailoverLink, FailoverMate, FailoverSoftware
from bothways.state.rows import Failover

_READY = ("Active", "Standby Ready")
_IN_GROUPS = ("Primary", "Secondary")
"""All that is printed of a unit whose failover groups have a state each."""


class FailoverNotReady(FleetRule):
    """A failover mate that is not ready, or runs other software; a link between the two that is down."""

    id = "failover-not-ready"
    severity = Severity.ERROR
    platforms = ("cisco_asa",)
    reads = (Failover, FailoverMate, FailoverSoftware, FailoverLink)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each unit that is not ready, each link that is down, and where the units do not fit."""
        paired = [row for row in device.table(Failover) if row.enabled]
        mates = list(device.table(FailoverMate))
        if not paired:
            evidence = tuple(device.evidence(row) for row in device.table(Failover))
            sentence = f"{device.name} has no failover"
            yield Judgement(sentence=sentence, evidence=evidence, outcome=Outcome.SKIPPED)
            return
        units: list[tuple[str, Failover | FailoverMate]] = [
            *(("this unit", row) for row in paired),
            *(("its mate", row) for row in mates),
        ]
        yield from _software(device)
        yield from _links(device)
        if any(row.role in _IN_GROUPS for _, row in units):
            raise CouldNotSee(device.name, "`show failover` tells of failover groups, which are not judged")
        for unit, row in units:
            if row.role not in _READY:
                yield Judgement(
                    sentence=f"failover of {device.name}: {unit} is {row.role or 'in no known state'}",
                    evidence=(device.evidence(row),),
                    subject=unit,
                )
        lines = tuple(device.evidence(row) for _, row in units)
        roles = {row.role for _, row in units}
        if not mates:
            absent = device.absence(FailoverMate, "Other host:")
            yield Judgement(sentence=f"failover of {device.name} shows no mate", evidence=(absent,))
        elif roles == {"Standby Ready"}:
            sentence = f"failover of {device.name}: both units are standby, neither is active"
            yield Judgement(sentence=sentence, evidence=lines)
        elif roles == {"Active"}:
            sentence = f"failover of {device.name}: both units are active, neither knows of the other"
            yield Judgement(sentence=sentence, evidence=lines)
        elif roles == set(_READY):
            sentence = f"failover of {device.name}: one unit is active, the other one ready"
            yield Judgement(sentence=sentence, evidence=lines, outcome=Outcome.PASS)


def _software(device: DeviceState) -> Iterator[Judgement]:
    """Two releases, as in the middle of an upgrade; when that lasts, somebody forgot the other half."""
    for row in device.table(FailoverSoftware):
        if row.mate not in {row.ours, "Unknown"}:
            yield Judgement(
                sentence=f"failover of {device.name}: this unit runs {row.ours}, its mate {row.mate}",
                evidence=(device.evidence(row),),
                subject="software",
                severity=Severity.WARNING,
            )


def _links(device: DeviceState) -> Iterator[Judgement]:
    for row in device.table(FailoverLink):
        if row.state != "up":
            lost = (
                "neither unit sees how the other one is"
                if row.use == "failover"
                else "the mate knows no connections, and those that are open die when it takes over"
            )
            yield Judgement(
                sentence=f"failover of {device.name}: {row.name} is {row.state}; {lost}",
                evidence=(device.evidence(row),),
                subject=f"{row.use} link {row.name}",
            )
