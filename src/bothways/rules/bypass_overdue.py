"""A bypass that was to be gone by now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot

_REMARK = re.compile(r"access-list (?P<acl>\S+) remark TEMPORARY until (?P<day>\d{4}-\d\d-\d\d)\b", re.ASCII)


class BypassOverdue(Rule):
    """An access list whose own remark says that it was temporary, and until when."""

    id = "bypass-overdue"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One warning for each list on a firewall that the flow visits."""
        for name in trace.devices:
            device = snapshot.devices[name]
            if device.sees(ConfigLine):
                yield from (finding for _, finding in overdue(device, snapshot.taken_at.date()))


def overdue(device: DeviceState, today: date) -> Iterator[tuple[str, Finding]]:
    """The lists of a firewall whose day is over, each with its finding.

    Raises:
        CouldNotSee: the running configuration was not read.
    """
    for row in device.table(ConfigLine):
        said = _REMARK.match(row.text)
        day = _day(said["day"]) if said else None
        if said and day and day < today:
            yield said["acl"], _finding(device, row, said["acl"], (day, today))


def _finding(device: DeviceState, row: ConfigLine, acl: str, days: tuple[date, date]) -> Finding:
    until, today = days
    return Finding(
        id=BypassOverdue.id,
        severity=Severity.WARNING,
        device=device.name,
        sentence=(
            f"access list {acl} of {device.name} was to be there until {until} alone, {(today - until).days} "
            f"days ago: what it exempts from security checks is still exempt"
        ),
        evidence=(device.evidence(row),),
        confidence=Confidence.CERTAIN,
        raises=(f"show service-policy of {device.name} names a class that matches {acl}",),
        refutes=("somebody agreed to a later day: the remark is to say so",),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
