"""All calls there are between the two ends of a flow: by each name of the server, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.trace import Trace, trace
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.state.nat_rows import StaticNat
from bothways.state.snapshot import Snapshot


def calls(
    snapshot: Snapshot, walked: Trace, hosts: Sequence[DeclaredHost] = (), silence_s: int | None = None
) -> tuple[Trace, ...]:
    """The flow that was walked, then the same service by every other pair of addresses of its two ends.

    A call from the server's side leaves from its own address, which the walk of the flow may have shown.
    """
    flow = walked.flow
    reached = next((leg.arrived for leg in walked.legs if leg.arrived is not None), None)
    own = reached.destination if reached is not None else flow.server
    others = [replace(flow, server=name) for name in _names(snapshot, flow.server) if name != flow.client]
    others += [Flow(own, name, flow.protocol, flow.port) for name in _names(snapshot, flow.client)]
    rest = [other for other in dict.fromkeys(others) if other != flow]
    return (walked, *(trace(snapshot, other, hosts, walked.scenario, silence_s) for other in rest))


def _names(snapshot: Snapshot, address: IPv4Address) -> Iterator[IPv4Address]:
    """An address, and what static translations make of it."""
    yield address
    for device in snapshot:
        for entry in device.table(StaticNat) if device.sees(StaticNat) else ():
            if address == entry.world:
                yield entry.local
            elif address == entry.local:
                yield entry.world
