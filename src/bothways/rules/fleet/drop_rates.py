"""Packets that belong to no connection: how many of them come, between two reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from pydantic import Field

from bothways.diagnosis.census.drops import was_cleared
from bothways.errors import CouldNotSee
from bothways.rules.fleet.contract import FleetRule, Ground, Judgement, Outcome, Parameters
from bothways.state.device import DeviceState, Evidence
from bothways.state.log_rows import AspDrop

_CLEARED = re.compile(r"^Last clearing: .*$", re.MULTILINE)
_SOME_MINUTES = 2


class _Rate(Parameters):
    """How fast is too fast."""

    per_minute: float = Field(default=10.0, gt=0)


class NoConnectionDrops(FleetRule):
    """Packets without a connection are dropped at a rate, between two reads."""

    id = "no-connection-drops"
    platforms = ("cisco_asa",)
    reads = (AspDrop,)
    parameters = _Rate

    def nothing_here(self, ground: Ground, device: DeviceState) -> str:
        """A counter alone is no rate."""
        if ground.before is None or device.name not in ground.before.devices:
            return f"there is no earlier read of {device.name} to compare with"
        return ""

    def judge(self, ground: Ground, device: DeviceState, chosen: _Rate) -> Iterator[Judgement]:
        """One, of the packets dropped since the earlier read; of all since a clearing in between."""
        assert ground.before is not None
        earlier = ground.before.devices[device.name]
        old, now = _count(earlier), _count(device)
        cleared = was_cleared(earlier, device)
        seconds = (_taken(device) - _taken(earlier)).total_seconds()
        if seconds <= 0:
            raise CouldNotSee(device.name, "`show asp drop` was not read later than the earlier time")
        more = now if cleared else now - old
        fast = more * 60 / seconds > chosen.per_minute
        if cleared and not fast:
            what = "the counters of `show asp drop` were cleared between the two reads"
            raise CouldNotSee(device.name, what, "audit again, and compare with this run")
        least = "at least " if cleared else ""
        yield Judgement(
            sentence=(
                f"{device.name} dropped {least}{more} packets without a connection (tcp-not-syn) in "
                f"{_span(seconds)}, {more * 60 / seconds:.1f} a minute"
            ),
            evidence=(_line(earlier), _line(device), *(_clearing(device) if cleared else ())),
            outcome=Outcome.FAIL if fast else Outcome.PASS,
        )


def _count(device: DeviceState) -> int:
    """The counter; the device leaves it out while it is zero."""
    return sum(row.count for row in device.table(AspDrop).where(name="tcp-not-syn", phase="frame"))


def _taken(device: DeviceState) -> datetime:
    return device.outputs[device.table(AspDrop).command].taken_at


def _line(device: DeviceState) -> Evidence:
    rows = device.table(AspDrop).where(name="tcp-not-syn", phase="frame")
    return device.evidence(rows[0]) if rows else device.absence(AspDrop, "tcp-not-syn: the counter is zero")


def _clearing(device: DeviceState) -> Iterator[Evidence]:
    said = device.outputs[device.table(AspDrop).command]
    for number, line in enumerate(said.text.split("\n"), 1):
        if _CLEARED.match(line):
            yield Evidence(device.name, said.command, number, line, said.taken_at)
            return


def _span(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes >= _SOME_MINUTES else f"{seconds:.0f} seconds"
