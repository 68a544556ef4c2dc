"""What a firewall shows of the very flow that was asked about, where it contradicts what was predicted.

What is not there contradicts nothing: connections are short, and logs are small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bothways.diagnosis.connections import embryonic, seen_between
from bothways.diagnosis.scenario import Scenario
from bothways.flow import Fate, Flow, Protocol
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import ConfigLine, Conn
from bothways.state.snapshot import Snapshot

_NAMED_HOST = re.compile(r"^name ", re.MULTILINE)
"""With names, `show conn` prints them in place of addresses."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A line of the snapshot that speaks against the verdict.

    Attributes:
        sentence: what it shows, and what that means for the verdict.
    """

    sentence: str
    line: Evidence


def contradictions(snapshot: Snapshot, flow: Flow, fate: Fate, scenario: Scenario) -> Iterator[Contradiction]:
    """One for each firewall that has such a connection; a later moment of a flow's life has none.

    A flow that is said to die, and is open with data of both ends; one that is said to live, and waits for
    its handshake.
    """
    if scenario is not Scenario.HANDSHAKE or flow.protocol is not Protocol.TCP or fate is Fate.UNKNOWN:
        return
    for device in snapshot:
        wanted = _waits if fate is Fate.COMPLETE else _lives
        row = next((row for row in _of(device, flow) if wanted(row)), None)
        if row is not None:
            yield Contradiction(_sentence(device, flow, fate, row), device.evidence(row))


def _of(device: DeviceState, flow: Flow) -> Iterator[Conn]:
    """The connections of a flow on a firewall: its two ends, the server's port, TCP."""
    if device.platform != "cisco_asa" or not _mentions(device, flow) or not device.sees(Conn):
        return
    for row in seen_between(device.table(Conn), flow.client, flow.server):
        ends = {row.a_address: row.a_port, row.b_address: row.b_port}
        called = flow.client_port is None or ends[flow.client] == flow.client_port
        if row.protocol.lower() == Protocol.TCP and ends[flow.server] == flow.port and called:
            yield row


def _mentions(device: DeviceState, flow: Flow) -> bool:
    """Whether the text can hold such a connection: of two hundred firewalls hardly one is worth parsing."""
    if device.mentions(ConfigLine, _NAMED_HOST):
        return True
    return all(device.mentions(Conn, str(end)) for end in (flow.client, flow.server))


def _lives(row: Conn) -> bool:
    """Flags U, I and O: up, and data has come from both ends."""
    return {"U", "I", "O"} <= set(row.flags) and bool(row.bytes)


def _waits(row: Conn) -> bool:
    return embryonic(row) and "b" not in row.flags


def _sentence(device: DeviceState, flow: Flow, fate: Fate, row: Conn) -> str:
    seen = f"{device.name} has a connection {flow} with flags {row.flags}, {row.bytes} bytes"
    if fate is Fate.COMPLETE:
        return (
            f"against this verdict: {seen}: it waited for a part of its handshake when that was read; "
            f"read again, and if it still waits something was not seen"
        )
    idle = "" if row.idle_s is None else f", idle for {row.idle_s} s"
    return (
        f"against this verdict: {seen}{idle}: data went both ways, so this flow was open then; "
        f"read again before anything is changed"
    )
