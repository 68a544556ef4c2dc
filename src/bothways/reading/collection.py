"""Reading a device over its session. It sends show commands only."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Sequence

from bothways.clock import Clock
from bothways.platforms import Platform, device_state, platform
from bothways.reading.outputs import judged
from bothways.session.contract import Session
from bothways.state.device import DeviceState, Output
from bothways.state.rows import ConnCount

MOST_CONNECTIONS = 20_000
BUSIEST_CPU_PERCENT = 60

_CPU = re.compile(r"CPU utilization for (?:five|5) seconds ?[=:] ?(?P<percent>\d{1,3})%", re.ASCII)
_log = logging.getLogger("bothways.reading")


def collect(
    session: Session, clock: Clock, *, full: bool = False, only: Collection[str] | None = None
) -> DeviceState:
    """Everything the tables of the device's platform need, or `only` some commands of that.

    A busy firewall is spared: unless `full`, a command that would load it is not asked, and its tables
    then say that they could not be seen, and why.

    Raises:
        SessionLost: the session ended or stalled under way; nothing that came is used.
    """
    family = platform(session.device.platform)
    name = session.device.name
    outputs: dict[str, Output] = {}
    for output in _read(session, family, family.load_commands):
        if output.refused and output.command not in _commands_of_tables(family):
            _log.info("%s: `%s` is not known there", name, output.command)
            continue
        outputs[output.command] = output
    reasons = {} if full else _too_heavy(family, outputs)
    wanted = [command for command in family.read_commands if only is None or command in only]
    asked = [command for command in wanted if command not in reasons]
    outputs.update({output.command: output for output in _read(session, family, asked)})
    if family.further_commands is not None and only is None:
        further = family.further_commands(outputs)
        outputs.update({output.command: output for output in _read(session, family, further)})
    for command, reason in reasons.items():
        if command not in wanted:
            continue
        outputs[command] = Output(command, "", clock.now(), complete=False, not_read=reason)
    return device_state(name, family.name, outputs)


def _read(session: Session, family: Platform, commands: Sequence[str]) -> list[Output]:
    return [judged(output, family) for output in session.read(commands)] if commands else []


def _commands_of_tables(family: Platform) -> set[str]:
    return {source.command for source in family.sources.values()}


def _too_heavy(family: Platform, outputs: dict[str, Output]) -> dict[str, str]:
    """Commands not to ask, and why."""
    reasons: dict[str, str] = {}
    connections = _connections(family, outputs)
    if connections > MOST_CONNECTIONS:
        reasons["show conn"] = (
            f"to spare the device, which holds {connections:,} connections, "
            f"more than {MOST_CONNECTIONS:,}; --full reads them"
        )
    busy = max((cpu_percent(output.text) or 0 for output in outputs.values()), default=0)
    if busy > BUSIEST_CPU_PERCENT:
        sentence = (
            f"to spare the device, whose CPU is at {busy} %, above {BUSIEST_CPU_PERCENT} %; --full reads it"
        )
        reasons = dict.fromkeys(family.heavy_commands, sentence)
    return reasons


def _connections(family: Platform, outputs: dict[str, Output]) -> int:
    source = family.sources.get(ConnCount)
    output = outputs.get(source.command) if source else None
    if source is None or output is None or output.refused or not output.complete:
        return 0
    return max((row.in_use for row in source.parse(output.text, output.command)), default=0)


def cpu_percent(text: str) -> int | None:
    """How busy a device was over the last five seconds; None where a text does not say."""
    match = _CPU.search(text)
    return int(match["percent"]) if match else None
