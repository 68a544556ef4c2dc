"""Firewall pairs of which one half could not take over now."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Severity
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters
from bothways.state.device import DeviceState
from bothways.state.rows import Failover, FailoverMate

_READY = ("Active", "Standby Ready")


class FailoverNotReady(FleetRule):
    """A failover mate that is not ready, or that still copies the configuration."""

    id = "failover-not-ready"
    severity = Severity.ERROR
    platforms = ("cisco_asa",)
    reads = (Failover, FailoverMate)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One for each unit that is neither active nor ready."""
        paired = [row for row in device.table(Failover) if row.enabled]
        mates = [row for row in device.table(FailoverMate) if paired]
        for unit, rows in (("this unit", paired), ("its mate", mates)):
            for row in rows:
                if not row.role.startswith(_READY):
                    yield Judgement(
                        sentence=f"failover of {device.name}: {unit} is {row.role or 'in no known state'}",
                        evidence=(device.evidence(row),),
                        subject=unit,
                    )
        if paired and not mates:
            absent = device.absence(FailoverMate, "Other host:")
            yield Judgement(sentence=f"failover of {device.name} shows no mate", evidence=(absent,))
