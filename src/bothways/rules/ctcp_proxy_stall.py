"""IPsec over TCP through a firewall that looks into it: the first lost segment is the end of the tunnel."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.ctcp import speaks_ctcp
from bothways.diagnosis.findings import Confidence, Finding, Severity
from bothways.diagnosis.inspected import Look, looks_into
from bothways.diagnosis.scenario import Scenario
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.observations import counted, looked_into
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot

_COUNTERS = ("tcp-buffer-full", "tcp-buffer-timeout")
_NO_BUG = (
    "This is not a bug: it is a side effect of packet loss and of cTCP, which is no TCP and never sends "
    "again what was lost"
)


class CtcpProxyStall(Rule):
    """cTCP through an ASA whose inspection or IPS makes it a TCP proxy: it waits at the first loss."""

    id = "ctcp-proxy-stall"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """An error where a loss was walked and kills it; a warning where the flow lives until one comes."""
        if speaks_ctcp(snapshot, trace.flow) is None:
            return
        if trace.fate is Fate.PROXY_STALL:
            asa = snapshot.devices[trace.at.device]
            yield self._finding(asa, trace, trace.evidence, trace.confidence)
        elif trace.fate is Fate.COMPLETE and trace.scenario is Scenario.HANDSHAKE:
            for asa, look in _lookers(snapshot, trace):
                lines = (*_why(snapshot, trace), asa.evidence(look.policy))
                yield self._finding(asa, trace, lines, look.confidence & trace.confidence)

    def _finding(
        self, asa: DeviceState, trace: Trace, lines: tuple[Evidence, ...], confidence: Confidence
    ) -> Finding:
        flow, dead = trace.flow, trace.fate is Fate.PROXY_STALL
        seen = tuple(looked_into(asa, flow))
        waited = tuple(counted(asa, _COUNTERS))
        what = f"{asa.name} looks into IPsec over TCP ({flow})"
        end = "the first lost segment kills it" if dead else "it lives until the first segment is lost"
        return Finding(
            id=self.id,
            severity=Severity.ERROR if dead else Severity.WARNING,
            device=asa.name,
            sentence=f"{what} and waits for every segment: {end}. {_NO_BUG}",
            evidence=(*lines, *seen, *waited),
            confidence=confidence.stronger if seen and waited else confidence,
            raises=(
                f"tcp-buffer-full or tcp-buffer-timeout in show asp drop of {asa.name} rises while it hangs",
                f"flag X in show conn address {flow.client} address {flow.server}: a module looks into it",
                "a capture: the same ACK again and again, no segment sent twice, and new data goes on",
                f"bothways diagnose {flow} --scenario data-loss walks the loss",
            ),
            refutes=(
                "a capture in which a lost segment is sent again: the ends speak TCP proper",
                f"show service-policy flow of {asa.name} for this flow names neither module nor inspection",
            ),
        )


def _why(snapshot: Snapshot, trace: Trace) -> tuple[Evidence, ...]:
    found = speaks_ctcp(snapshot, trace.flow)
    return found[1] if found else ()


def _lookers(snapshot: Snapshot, trace: Trace) -> Iterator[tuple[DeviceState, Look]]:
    """The firewalls that look into the connection the first packet of the flow opens."""
    for hop in trace.legs[0].hops if trace.legs else ():
        device = snapshot.devices[hop.device]
        if device.platform == "cisco_asa":
            look = looks_into(Sight(snapshot), device, (hop.ingress, hop.egress), hop.arrived)
            if look is not None:
                yield device, look
