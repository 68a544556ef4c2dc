"""What devices noted about a flow: log lines, connections, drop counters. They confirm, never refute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from bothways.diagnosis.connections import embryonic, seen_between
from bothways.flow import Flow
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import AspDrop, Conn, LogLine

_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")


def logged(device: DeviceState, flow: Flow, codes: Iterable[str], word: str = "") -> Iterator[Evidence]:
    """Log lines with one of `codes` that name both ends of the flow, and `word` if given."""
    ends = {str(flow.client), str(flow.server)}
    for row in _log_rows(device, codes):
        if ends <= set(_ADDRESS.findall(row.text)) and word in row.text:
            yield device.evidence(row)


def logged_anywhere(device: DeviceState, codes: Iterable[str]) -> Iterator[Evidence]:
    """Log lines with one of `codes`, whatever they are about."""
    return (device.evidence(row) for row in _log_rows(device, codes))


def half_open(device: DeviceState, one: IPv4Address, other: IPv4Address) -> Iterator[Evidence]:
    """Connections between two hosts that wait for their handshake and have carried nothing."""
    if device.platform == "cisco_asa" and device.sees(Conn):
        for row in seen_between(device.table(Conn), one, other):
            if embryonic(row):
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
