"""What goes from inside to outside is routed before it is translated, so the hidden address needs a route."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatSide, StaticNat
from bothways.state.rows import Route
from bothways.state.snapshot import Snapshot


class MissingOutsideLocalRoute(Rule):
    """An outside static translation whose local address has no route out of an outside interface."""

    id = "missing-outside-local-route"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding for each such line of a device on the way."""
        for name in trace.devices:
            device = snapshot.devices[name]
            if device.sees(StaticNat) and device.sees(NatSide) and device.sees(Route):
                for entry in device.table(StaticNat):
                    if unrouted(device, entry):
                        yield self._finding(device, entry, trace)

    def _finding(self, device: DeviceState, entry: StaticNat, trace: Trace) -> Finding:
        deadly = (
            trace.fate is Fate.NO_ROUTE
            and trace.at.device == device.name
            and any(leg.drop and leg.hops and leg.hops[-1].arrived.destination == entry.local
                    for leg in trace.legs)
        )  # fmt: skip
        return Finding(
            id=self.id,
            severity=Severity.ERROR if deadly else Severity.WARNING,
            device=device.name,
            sentence=(
                f"{device.name} shows {entry.world} to the inside as {entry.local} and has no route to "
                f"{entry.local} out of an outside interface: what goes there is routed before it is "
                f"translated, and so is lost; a host route to {entry.local} is missing, or the word add-route"
            ),
            evidence=(device.evidence(entry), device.absence(Route, f"a route to {entry.local} outside")),
            confidence=trace.confidence if deadly else Confidence.CERTAIN,
            raises=(f"show ip route {entry.local} on {device.name} answers that it is not in the table",),
            refutes=(f"a route to {entry.local} on {device.name} that appeared since",),
        )


def unrouted(device: DeviceState, entry: StaticNat) -> bool:
    """Whether an outside translation has no route for what its inside calls.

    Raises:
        CouldNotSee: routes or NAT sides were not read.
    """
    way = route_index(device.table(Route)).exit(entry.local)
    outside = {row.interface for row in device.table(NatSide) if row.side == "outside"}
    return entry.side == "outside" and (way is None or way.interface not in outside)
