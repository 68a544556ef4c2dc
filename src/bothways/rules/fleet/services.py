"""How a firewall answers packets that belong to no connection: said for each, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState
from bothways.state.rows import ResetService


class _Wanted(Parameters):
    """What is agreed on: `any` lets both pass."""

    outbound: Literal["on", "off", "any"] = "any"


class ResetServiceKnown(FleetRule):
    """Whether `service resetoutbound` forges resets for lost connections: known, and as agreed on."""

    id = "reset-service"
    platforms = ("cisco_asa",)
    reads = (ResetService,)
    parameters = _Wanted

    def judge(self, ground: Ground, device: DeviceState, chosen: _Wanted) -> Iterator[Judgement]:
        """Always one: no line at all means that it is on."""
        rows = [row for row in device.table(ResetService) if row.kind == "resetoutbound"]
        off = any(not row.on and not row.interface for row in rows)
        state = "off" if off else "on"
        absent = device.absence(ResetService, "service resetoutbound, which is on by default")
        evidence = tuple(device.evidence(row) for row in rows) or (absent,)
        wrong = chosen.outbound not in {"any", state}
        yield Judgement(
            sentence=f"service resetoutbound is {state} on {device.name}"
            + (f", and was to be {chosen.outbound}" if wrong else ""),
            evidence=evidence,
            outcome=Outcome.FAIL if wrong else Outcome.PASS,
        )
