"""Flows that look ill before anybody complains: half-open connections, packets without a connection."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from bothways.audit.result import AuditRun, FlowOf
from bothways.diagnosis.connections import embryonic
from bothways.diagnosis.denied import DeniedPacket, denied_packet
from bothways.diagnosis.scenario import Scenario
from bothways.errors import FlowError
from bothways.flow import Flow, Protocol
from bothways.rules.fleet import Outcome, WatchedFlow
from bothways.state.device import DeviceState
from bothways.state.log_rows import LogLine
from bothways.state.rows import Conn
from bothways.state.snapshot import Snapshot

_LOG = logging.getLogger(__name__)
MOST = 20
"""Flows; a storm shows the same fault again and again, and each is walked."""
REMEMBERED = timedelta(days=7)
"""For how long a failing flow is walked again that no device shows any more.

A weekend without users is no cure; after a week they call another address, or have given up."""


def suspects(snapshot: Snapshot, declared: Iterable[WatchedFlow] = ()) -> tuple[WatchedFlow, ...]:
    """The flows to look at besides those that were declared, each once, in the order of the devices."""
    known = {(one.flow, one.scenario) for one in declared}
    found: dict[tuple[Flow, Scenario], WatchedFlow] = {}
    for device in snapshot:
        for one in _of(device) if device.platform == "cisco_asa" else ():
            if (one.flow, one.scenario) not in known:
                found.setdefault((one.flow, one.scenario), one)
    return tuple(islice(found.values(), MOST))


def failed_before(run: AuditRun, now: datetime) -> tuple[WatchedFlow, ...]:
    """The flows that devices showed, and an earlier run saw fail: who calls them cured walks them again.

    One that a playbook declares is walked as long as it does, and no longer.
    """
    found: dict[FlowOf, WatchedFlow] = {}
    for result in run.results:
        of = result.flow
        if result.outcome is Outcome.FAIL and of is not None and is_remembered(of, now):
            why = f"failed in {run.id}, last shown {of.shown_at:%Y-%m-%d %H:%M}"
            found.setdefault(
                of, WatchedFlow(Flow.parse(of.flow), of.scenario, of.silence_s, why, of.shown_at)
            )
    return tuple(islice(found.values(), MOST))


def is_remembered(of: FlowOf, now: datetime) -> bool:
    """Whether a flow that failed is looked at again without being named again."""
    return of.shown_at is not None and now - of.shown_at <= REMEMBERED


def _of(device: DeviceState) -> tuple[WatchedFlow, ...]:
    found: list[WatchedFlow] = []
    for look in (_half_open, _denied):
        try:
            found.extend(look(device))
        except Exception:  # noqa: BLE001  a parser that breaks on one text; the rule that reads it says so
            _LOG.exception("%s on %s", look.__name__, device.name)
    return tuple(found)


def _half_open(device: DeviceState) -> Iterator[WatchedFlow]:
    """Handshakes that stand still within one interface: elsewhere a server may just be slow."""
    for row in device.table(Conn) if device.sees(Conn) else ():
        if row.a_interface == row.b_interface and embryonic(row):
            ends = sorted(((row.a_port, row.a_address), (row.b_port, row.b_address)))
            (port, server), (_, client) = ends
            flow = Flow(client, server, Protocol.TCP, port)
            shown_at = device.outputs[device.table(Conn).command].taken_at
            yield WatchedFlow(flow, why=f"half open on {device.name}", shown_at=shown_at)


def _denied(device: DeviceState) -> Iterator[WatchedFlow]:
    for row in device.table(LogLine).where(code="106015") if device.sees(LogLine) else ():
        try:
            denied = denied_packet(row.text)
        except FlowError:
            continue
        if denied is not None and denied.flow.protocol is Protocol.TCP:
            shown_at = device.outputs[device.table(LogLine).command].taken_at
            yield WatchedFlow(denied.flow, _moment(denied), None, f"106015 on {device.name}", shown_at)


def _moment(denied: DeniedPacket) -> Scenario:
    """Where in its life a flow is whose packet has these flags."""
    if "FIN" in denied.flags:
        return Scenario.CONN_LOST
    if denied.flags & {"PSH", "URG"}:
        return Scenario.MID_STREAM
    return Scenario.HANDSHAKE
