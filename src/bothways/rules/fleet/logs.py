"""Devices whose silence says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Parameters, of_finding
from bothways.rules.logging_too_quiet import quiet
from bothways.state.device import DeviceState
from bothways.state.rows import ConfigLine


class TooQuiet(FleetRule):
    """No log, none kept, or none down to informational."""

    id = "logging-too-quiet"
    reads = (ConfigLine,)

    def judge(self, ground: Ground, device: DeviceState, chosen: Parameters) -> Iterator[Judgement]:
        """One; an IOS device logs by itself, unless somebody told it not to."""
        if device.platform == "cisco_asa":
            found = quiet(device)
            if found is not None:
                yield of_finding(found)
            return
        lines = {row.text.strip(): row for row in device.table(ConfigLine).where(section="")}
        off = [lines[text] for text in ("no logging on", "no logging buffered") if text in lines]
        if off and not any(text.startswith(("logging host ", "logging 1", "logging 2")) for text in lines):
            yield Judgement(
                sentence=f"{device.name} keeps no log and sends it nowhere",
                evidence=tuple(device.evidence(row) for row in off),
            )
