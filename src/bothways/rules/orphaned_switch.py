"""A switch with one way out tells its hosts nothing when that way is lost."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import Seat, seat
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.location import locate
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.diagnosis.uplink_loss import effective_group
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.state.rows import ConfigLine
from bothways.state.snapshot import Snapshot


class OrphanedSwitch(Rule):
    """A host on a switch with a single uplink, and no link state group that takes its port down with it."""

    id = "orphaned-switch"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """An error where the loss was asked about; else a warning for each end on such a switch."""
        ends = ((trace.flow.client, trace.flow.server), (trace.flow.server, trace.flow.client))
        asked = trace.scenario is Scenario.UPLINK_LOSS and trace.fate is Fate.LINK_DOWN
        told: set[str] = set()
        for host, peer in ends:
            sitting = _seat(snapshot, host, peer)
            if sitting is None or sitting.rivals or effective_group(sitting) or sitting.switch.name in told:
                continue
            told.add(sitting.switch.name)
            kills = asked and sitting.switch.name == trace.at.device
            yield _finding(sitting, host, Severity.ERROR if kills else Severity.WARNING)


def _seat(snapshot: Snapshot, host: IPv4Address, peer: IPv4Address) -> Seat | None:
    # A sight of its own: what is looked up here is no part of the trace.
    sight = Sight(snapshot)
    topology = Topology(sight)
    return seat(sight, topology, locate(sight, topology, host, peer, ()), peer)


def _finding(sitting: Seat, host: IPv4Address, severity: Severity) -> Finding:
    switch, uplink = sitting.switch, sitting.uplink
    what = f"{switch.name} has {uplink} alone behind it, and no link state group on {sitting.port}"
    return Finding(
        id=OrphanedSwitch.id,
        severity=severity,
        device=switch.name,
        sentence=f"{what}: when {uplink} is down, {host} keeps its link and sends to nowhere",
        evidence=(
            *sitting.evidence,
            switch.absence(ConfigLine, f"a link state group takes {sitting.port} down with {uplink}"),
        ),
        confidence=Confidence.LIKELY,
        raises=(f"show spanning-tree vlan {sitting.vlan} on {switch.name} shows no other way to the root",),
        refutes=(
            f"another interface of {switch.name} leads to its router",
            f"{host} probes beyond the switch (beacon probing), or has no other switch to turn to",
        ),
    )
