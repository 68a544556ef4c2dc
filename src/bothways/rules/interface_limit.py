"""The way out that changes no path by force, an interface of the firewall's own, is closed by its licence."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.interface_limit import InterfaceLimit, interface_limit
from bothways.diagnosis.trace import Trace
from bothways.errors import CouldNotSee
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.device import DeviceState
from bothways.state.snapshot import Snapshot


class InterfaceLimitReached(Rule):
    """A firewall that turns a dying flow around has no interface left for the network behind it."""

    id = "interface-limit"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding for each such firewall."""
        if trace.fate is Fate.COMPLETE:
            return
        turning = dict.fromkeys(hop.device for hop in trace.hops if hop.ingress == hop.egress)
        for name in turning:
            firewall = snapshot.devices[name]
            limit = _read(firewall)
            if limit is not None and limit.free <= 0:
                yield _finding(firewall, limit)


def _read(firewall: DeviceState) -> InterfaceLimit | None:
    if firewall.platform != "cisco_asa":
        return None
    try:
        return interface_limit(firewall)
    except CouldNotSee:
        return None


def _finding(firewall: DeviceState, limit: InterfaceLimit) -> Finding:
    return Finding(
        id=InterfaceLimitReached.id,
        severity=Severity.NOTE,
        device=firewall.name,
        sentence=(
            f"{firewall.name} may name no further interface that reaches all others ({limit}): the network "
            f"that it sends these packets back to cannot get one of its own"
        ),
        evidence=(firewall.evidence(limit.licence),),
        confidence=Confidence.CERTAIN,
        raises=(f"a further nameif on {firewall.name} is refused, or asks for no forward interface",),
        refutes=(f"show version of {firewall.name} with a larger licence after an activation-key",),
    )
