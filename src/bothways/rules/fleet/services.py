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
        """Always one: no line at all means that it is on. An interface may differ from all others."""
        rows = [row for row in device.table(ResetService) if row.kind == "resetoutbound"]
        state = _word(on=all(row.on for row in rows if not row.interface))
        others = {row.interface: _word(on=row.on) for row in rows if row.interface}
        differing = {name: word for name, word in others.items() if word != state}
        told = "".join(f", {word} on {name}" for name, word in differing.items())
        absent = device.absence(ResetService, "service resetoutbound, which is on by default")
        wrong = chosen.outbound != "any" and {state, *differing.values()} != {chosen.outbound}
        agreed = f"; agreed on is {chosen.outbound}" if wrong else ""
        yield Judgement(
            sentence=f"service resetoutbound is {state} on {device.name}{told}{agreed}",
            evidence=tuple(device.evidence(row) for row in rows) or (absent,),
            outcome=Outcome.FAIL if wrong else Outcome.PASS,
        )


def _word(*, on: bool) -> str:
    return "on" if on else "off"
