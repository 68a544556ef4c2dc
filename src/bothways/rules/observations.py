"""What devices noted about a flow: log lines, connections, drop counters. They confirm, never refute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bothways.diagnosis.connections import embryonic, seen_between
from bothways.diagnosis.legs import Hop
from bothways.flow import Flow, Protocol
from bothways.state.device import DeviceState, Evidence
from bothways.state.log_rows import AspDrop, LogLine
from bothways.state.rows import Conn

_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_NO_CONNECTION = re.compile(
    r"Deny TCP \(no connection\) from (?P<source>[\d.]+)/(?P<sport>\d+) "
    r"to (?P<destination>[\d.]+)/(?P<dport>\d+) "
    r"flags (?P<flags>[A-Z ]*?) +on interface (?P<interface>\S+?)\.?(?:\s|$)"
)


def logged(device: DeviceState, flow: Flow, codes: Iterable[str]) -> Iterator[Evidence]:
    """Log lines with one of `codes` about a drop between both ends, of this protocol and server port."""
    for row in _log_rows(device, codes):
        if _is_about(row.text, flow):
            yield device.evidence(row)


def _is_about(text: str, flow: Flow) -> bool:
    if not {str(flow.client), str(flow.server)} <= set(_ADDRESS.findall(text)):
        return False
    words = re.findall(r"[a-z]+", text.lower())
    if flow.protocol.value not in words or "permitted" in words:
        return False
    # `10.1.1.5/443`, in 106100 `10.1.1.5(443)`; texts without ports are about all of them.
    ports = re.findall(rf"(?<![\d.]){re.escape(str(flow.server))}[/(](\d+)", text)
    return flow.protocol is Protocol.ICMP or not ports or str(flow.port) in ports


def logged_without_connection(
    device: DeviceState, flow: Flow, hop: Hop, kinds: Iterable[str] = ()
) -> Iterator[Evidence]:
    """106015 for the very packet of a hop: its direction, the server's port, its flags, its interface.

    Args:
        device: whose log is looked at.
        flow: the flow the packet belongs to.
        hop: where the packet died.
        kinds: `ACK`, `PSH/ACK`: the flag sets that count; those of the packet when not given.
    """
    packet = hop.arrived
    wanted = [set(kind.split("/")) for kind in kinds or (packet.kind,)]
    for row in _log_rows(device, ("106015",)):
        said = _NO_CONNECTION.search(row.text)
        if said is None or said["interface"] != hop.ingress:
            continue
        ends = (said["source"], said["destination"])
        port = said["dport"] if packet.source == flow.client else said["sport"]
        if (
            ends == (str(packet.source), str(packet.destination))
            and port == str(flow.port)
            and set(said["flags"].split()) in wanted
        ):
            yield device.evidence(row)


def logged_anywhere(device: DeviceState, codes: Iterable[str]) -> Iterator[Evidence]:
    """Log lines with one of `codes`, whatever they are about."""
    return (device.evidence(row) for row in _log_rows(device, codes))


def logged_for(device: DeviceState, code: str, ends: set[str]) -> Iterator[Evidence]:
    """Log lines of one code that name both addresses."""
    for row in _log_rows(device, (code,)):
        if ends <= set(_ADDRESS.findall(row.text)):
            yield device.evidence(row)


def half_open(device: DeviceState, flow: Flow) -> Iterator[Evidence]:
    """Connections to the flow's server and port that wait for their handshake and have carried nothing."""
    if device.platform == "cisco_asa" and device.sees(Conn):
        for row in seen_between(device.table(Conn), flow.client, flow.server):
            ends = ((row.a_address, row.a_port), (row.b_address, row.b_port))
            if embryonic(row) and (flow.server, flow.port) in ends:
                yield device.evidence(row)


def looked_into(device: DeviceState, flow: Flow) -> Iterator[Evidence]:
    """Connections of the flow that a service module looks into: flag X."""
    if device.platform == "cisco_asa" and device.sees(Conn):
        for row in seen_between(device.table(Conn), flow.client, flow.server):
            ends = ((row.a_address, row.a_port), (row.b_address, row.b_port))
            if "X" in row.flags and (flow.server, flow.port) in ends:
                yield device.evidence(row)


def counted(device: DeviceState, names: Iterable[str]) -> Iterator[Evidence]:
    """Drop counters above zero: of all traffic, so they fit a verdict and do not prove it."""
    if device.platform == "cisco_asa" and device.sees(AspDrop):
        wanted = set(names)
        yield from (device.evidence(row) for row in device.table(AspDrop) if row.name in wanted and row.count)


def _log_rows(device: DeviceState, codes: Iterable[str]) -> Iterator[LogLine]:
    if device.sees(LogLine):
        for code in codes:
            yield from device.table(LogLine).where(code=code)
