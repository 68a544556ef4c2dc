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
        today = snapshot.taken_at.date()
        for name in trace.devices:
            device = snapshot.devices[name]
            for row in device.table(ConfigLine) if device.sees(ConfigLine) else ():
                said = _REMARK.match(row.text)
                day = _day(said["day"]) if said else None
                if said and day and day < today:
                    yield self._finding(device, row, said["acl"], day, today)

    def _finding(self, device: DeviceState, row: ConfigLine, acl: str, day: date, today: date) -> Finding:
        return Finding(
            id=self.id,
            severity=Severity.WARNING,
            device=device.name,
            sentence=(
                f"access list {acl} of {device.name} was to be there until {day} alone, {(today - day).days} "
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
