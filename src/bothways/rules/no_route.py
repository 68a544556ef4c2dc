"""A device on the way does not know where to send a packet of the flow."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.drop import death, dropper
from bothways.rules.observations import counted, logged
from bothways.state.snapshot import Snapshot


class NoRoute(Rule):
    """No route to the destination, a route to nowhere, a circle, or no way back where that is verified."""

    id = "no-route"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the device whose routing table ends the way."""
        device, died = dropper(snapshot, trace), death(trace)
        if trace.fate is not Fate.NO_ROUTE or device is None or died is None:
            return
        leg, drop = died
        seen = tuple(logged(device, trace.flow, ("110002", "110003", "106021")))
        counters = counted(device, (drop.counter,)) if drop.counter else ()
        vrf = leg.hops[-1].vrf if leg.hops else ""
        command = f"show ip route vrf {vrf}" if vrf else "show route"
        yield Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=device.name,
            sentence=f"{leg.sent} of {trace.flow} goes no further: {drop.reason}",
            evidence=(*trace.evidence, *seen, *counters),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(f"{command} {leg.sent.destination} on {device.name} answers that there is none",),
            refutes=(f"a route to {leg.sent.destination} on {device.name} that appeared since",),
        )
