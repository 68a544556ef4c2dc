"""Flows that look ill before anybody complains: half-open connections, packets without a connection."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
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


def suspects(snapshot: Snapshot, declared: Iterable[WatchedFlow] = ()) -> tuple[WatchedFlow, ...]:
    """The flows to look at besides those that were declared, each once, in the order of the devices."""
    known = {(one.flow, one.scenario) for one in declared}
    found: dict[tuple[Flow, Scenario], WatchedFlow] = {}
    for device in snapshot:
        for one in _of(device) if device.platform == "cisco_asa" else ():
            if (one.flow, one.scenario) not in known:
                found.setdefault((one.flow, one.scenario), one)
    return tuple(islice(found.values(), MOST))


def failed_before(run: AuditRun) -> tuple[WatchedFlow, ...]:
    """The flows that an earlier run saw fail: only who walks them again may call them cured."""
    found: dict[FlowOf, WatchedFlow] = {}
    for result in run.results:
        moment = result.flow
        if result.outcome is Outcome.FAIL and moment is not None:
            flow, why = Flow.parse(moment.flow), f"failed in {run.id}"
            found.setdefault(moment, WatchedFlow(flow, moment.scenario, moment.silence_s, why))
    return tuple(islice(found.values(), MOST))


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
            yield WatchedFlow(flow, why=f"half open on {device.name}")


def _denied(device: DeviceState) -> Iterator[WatchedFlow]:
    for row in device.table(LogLine).where(code="106015") if device.sees(LogLine) else ():
        try:
            denied = denied_packet(row.text)
        except FlowError:
            continue
        if denied is not None and denied.flow.protocol is Protocol.TCP:
            yield WatchedFlow(denied.flow, _moment(denied), why=f"106015 on {device.name}")


def _moment(denied: DeniedPacket) -> Scenario:
    """Where in its life a flow is whose packet has these flags."""
    if "FIN" in denied.flags:
        return Scenario.CONN_LOST
    if denied.flags & {"PSH", "URG"}:
        return Scenario.MID_STREAM
    return Scenario.HANDSHAKE
