"""Established connections come to a firewall that never saw them open."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.observations import counted, logged_without_connection
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot

_MID_STREAM = ("ACK", "PSH/ACK")


class AsymmetricAfterFailover(Rule):
    """A flow opened over another way re-appears mid-stream on an ASA, which drops what is not a SYN."""

    id = "asymmetric-after-failover"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding, at the ASA that has no connection for the flow."""
        if trace.scenario is not Scenario.MID_STREAM or trace.fate is not Fate.NO_CONNECTION:
            return
        asa = snapshot.devices.get(trace.at.device)
        if asa is not None and asa.platform == "cisco_asa":
            yield self._finding(asa, trace)

    def _finding(self, asa: DeviceState, trace: Trace) -> Finding:
        flow = trace.flow
        seen = tuple(dict.fromkeys(_denied(asa, trace)))
        what = f"established connections of {flow} come to {asa.name} in mid-stream, without their SYN"
        show = f"show conn address {flow.client} address {flow.server}"
        log = f"show logging of {asa.name} (severity 6; its absence says nothing)"
        return Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=asa.name,
            sentence=f"{what}: it has no connection for them and drops them until they are opened anew",
            evidence=(*trace.evidence, *seen, *counted(asa, ("tcp-not-syn",))),
            confidence=trace.confidence.stronger if seen else trace.confidence,
            raises=(
                f"106015 for {flow.client} and {flow.server} with flags ACK or PSH ACK in {log}",
                f"tcp-not-syn in show asp drop of {asa.name} rises with each packet of the flow",
            ),
            refutes=(
                f"{show} on {asa.name} lists the very ports of the connection that hangs",
                "the way the connection was opened over still carries it",
            ),
        )


def _denied(asa: DeviceState, trace: Trace) -> Iterator[Evidence]:
    """Log lines about this flow whose flags are those of an established connection."""
    for hop in trace.hops:
        if hop.device == asa.name and hop.drop is not None:
            yield from logged_without_connection(asa, trace.flow, hop, _MID_STREAM)
