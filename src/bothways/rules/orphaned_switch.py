"""A switch with one way out tells its hosts nothing when that way is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import Seat, seat
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.location import locate
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.diagnosis.uplink_loss import dead_end, effective_group, no_group
from bothways.rules.contract import Rule
from bothways.state.device import Evidence
from bothways.state.snapshot import Snapshot


class OrphanedSwitch(Rule):
    """A host on a switch with a single uplink, and no link state group that takes its port down with it."""

    id = "orphaned-switch"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """An error where the loss was asked about; else a warning for each end on such a switch."""
        if trace.scenario is Scenario.UPLINK_LOSS:
            dead = dead_end(trace.hops)
            if dead is not None:
                case = _Case(dead.device, dead.ingress, dead.egress)
                yield _finding(case, trace.flow.client, dead.evidence)
            return
        told: set[str] = set()
        for host, peer in ((trace.flow.client, trace.flow.server), (trace.flow.server, trace.flow.client)):
            sitting = _seat(snapshot, host, peer)
            if sitting is None or sitting.rivals or effective_group(sitting) or sitting.switch.name in told:
                continue
            told.add(sitting.switch.name)
            case = _Case(sitting.switch.name, sitting.port, sitting.uplink, Severity.WARNING)
            yield _finding(case, host, (*sitting.evidence, no_group(sitting)))


@dataclass(frozen=True)
class _Case:
    """A switch, a host's port of it, and the one interface that leads anywhere."""

    switch: str
    port: str
    uplink: str
    severity: Severity = Severity.ERROR


def _seat(snapshot: Snapshot, host: IPv4Address, peer: IPv4Address) -> Seat | None:
    # A sight of its own: what is looked up here is no part of the trace.
    sight = Sight(snapshot)
    topology = Topology(sight)
    return seat(sight, topology, locate(sight, topology, host, peer, ()))


def _finding(case: _Case, host: IPv4Address, evidence: tuple[Evidence, ...]) -> Finding:
    switch, uplink = case.switch, case.uplink
    what = f"{switch} has {uplink} alone behind it, and no link state group on {case.port}"
    return Finding(
        id=OrphanedSwitch.id,
        severity=case.severity,
        device=switch,
        sentence=f"{what}: when {uplink} is down, {host} keeps its link and sends to nowhere",
        evidence=evidence,
        confidence=Confidence.LIKELY,
        raises=(f"show spanning-tree on {switch} shows no other way to the root",),
        refutes=(
            f"another interface of {switch} leads to its router",
            f"{host} probes beyond the switch (beacon probing), or has no other switch to turn to",
        ),
    )
