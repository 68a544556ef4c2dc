"""A connection of the flow on the ASA: what proves that packets pass both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from bothways.flow import Flow, Protocol
from bothways.pushing.readback import table_rows
from bothways.pushing.stop import Stop
from bothways.pushing.unit import Unit
from bothways.session.contract import Session
from bothways.state.rows import Conn

Ends = tuple[str, IPv4Address, int, IPv4Address, int]
Baseline = Mapping[Ends, int]
"""Connections that were there before, with their bytes."""

_POLL_S = 2.0


@dataclass(frozen=True)
class Watch:
    """What to watch for.

    Attributes:
        wait_s: how long; 0 looks once.
        before: connections that were there already and prove nothing unless they carry more.
    """

    flow: Flow
    wait_s: float = 60.0
    before: Baseline = field(default_factory=dict)


def baseline(unit: Unit, session: Session, flow: Flow) -> dict[Ends, int]:
    """The flow's connections and their bytes, now.

    Raises:
        CouldNotSee: the table cannot be read.
    """
    return {ends(row): row.bytes or 0 for row in connections(unit, session, flow)}


def connections(unit: Unit, session: Session, flow: Flow) -> list[Conn]:
    """The flow's rows, read by filter so that a big table costs the device nothing.

    Raises:
        CouldNotSee: the table cannot be read.
    """
    command = f"show conn address {flow.client} address {flow.server}"
    return [row for row in table_rows(session, unit.platform, Conn, command) if _is_of(row, flow)]


def wait_for_connection(unit: Unit, watch: Watch, stop: Stop | None = None) -> Conn | None:
    """Poll until a connection proves the flow; None when none does in time.

    Raises:
        BothwaysError: the device cannot be read.
    """
    session = unit.open()
    give_up_s = unit.clock.monotonic() + watch.wait_s
    while True:
        for row in connections(unit, session, watch.flow):
            if proves(row, watch.before):
                return row
        now_s = unit.clock.monotonic()
        if now_s >= give_up_s or (stop is not None and stop.undo):
            return None
        unit.clock.wait_until(min(now_s + _POLL_S, give_up_s))


def proves(row: Conn, before: Baseline) -> bool:
    """Whether a row shows packets both ways, and is not merely left over from before.

    A TCP connection is up and has carried data in and out; one that bypasses the state check, and
    anything but TCP, has no such flags, and proves itself by bytes that grow.
    """
    grown = (row.bytes or 0) > before.get(ends(row), 0)
    if row.protocol.lower() != Protocol.TCP or "b" in row.flags:
        return grown
    return set("UIO") <= set(row.flags) and (grown or ends(row) not in before)


def ends(row: Conn) -> Ends:
    """What tells one connection from another."""
    return (row.protocol, row.a_address, row.a_port, row.b_address, row.b_port)


def _is_of(row: Conn, flow: Flow) -> bool:
    if row.protocol.lower() != flow.protocol:
        return False
    sides = {(row.a_address, row.a_port), (row.b_address, row.b_port)}
    if {address for address, _ in sides} != {flow.client, flow.server}:
        return False
    return flow.protocol is Protocol.ICMP or (flow.server, flow.port) in sides
