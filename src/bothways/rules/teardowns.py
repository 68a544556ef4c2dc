"""What an ASA's log says of the end of a flow's connections; its silence says nothing (severity 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bothways.diagnosis.trace import Trace
from bothways.state.device import DeviceState, Evidence
from bothways.state.log_rows import LogLine

_TEARDOWN = re.compile(
    r"Teardown TCP connection \d+ for \S+?:(?P<one>[\d.]+)/(?P<one_port>\d+)(?:\([^)]*\))? "
    r"to \S+?:(?P<other>[\d.]+)/(?P<other_port>\d+)(?:\([^)]*\))? "
    r"duration \S+ bytes \d+ (?P<reason>.+?)\s*$"
)


def torn_down(asa: DeviceState, trace: Trace, reasons: Iterable[str] = ()) -> Iterator[Evidence]:
    """302014 about the flow's ends as this firewall knows them, for one of `reasons`; for any, without."""
    wanted = tuple(reasons)
    ends = ends_on(asa.name, trace)
    if not asa.sees(LogLine):
        return
    for row in asa.table(LogLine).where(code="302014"):
        said = _TEARDOWN.search(row.text)
        if said is None or (wanted and not said["reason"].startswith(wanted)):
            continue
        sides = {said["one"], said["other"]}
        if sides in ends and str(trace.flow.port) in (said["one_port"], said["other_port"]):
            yield asa.evidence(row)


def reason_of(line: Evidence) -> str:
    """Why, as the log words it."""
    said = _TEARDOWN.search(line.text)
    return said["reason"] if said else ""


def ends_on(device: str, trace: Trace) -> list[set[str]]:
    """The pairs of addresses that packets of the flow carry where this device sees them."""
    hops = [hop for leg in (*trace.opening, *trace.legs) for hop in leg.hops if hop.device == device]
    packets = [packet for hop in hops for packet in (hop.arrived, hop.left) if packet is not None]
    pairs = [{str(packet.source), str(packet.destination)} for packet in packets]
    real = [{str(hop.arrived.source), str(hop.left.destination)} for hop in hops if hop.left is not None]
    return [*pairs, *real]
