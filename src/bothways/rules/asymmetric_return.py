"""A stateful hop sees one direction of a TCP flow only."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.diagnosis.findings import Finding, Severity
from bothways.diagnosis.legs import Hop
from bothways.diagnosis.remarks import one_way_devices
from bothways.diagnosis.trace import Trace
from bothways.flow import Fate
from bothways.rules.contract import Rule
from bothways.rules.observations import counted, half_open, logged_without_connection
from bothways.state.device import DeviceState, Evidence
from bothways.state.snapshot import Snapshot

_COUNTERS = {
    Fate.ISN_MISMATCH: ("tcp-rstfin-ooo", "tcp-not-syn"),
    Fate.HANDSHAKE_UNSEEN: ("tcp-3whs-failed", "tcp-discarded-ooo", "tcp-not-syn"),
    Fate.NO_CONNECTION: ("tcp-not-syn",),
}
_WHAT = {
    Fate.ISN_MISMATCH: (
        "it changed the sequence number of the SYN, so {client} cannot accept the SYN/ACK and resets"
    ),
    Fate.HANDSHAKE_UNSEEN: "it has an embryonic connection and drops what {client} sends after the SYN/ACK",
    Fate.NO_CONNECTION: "it has no connection for the {kind} that reaches it and drops it",
}


class AsymmetricReturn(Rule):
    """One direction passes an ASA and the other does not: ISN mismatch, unseen handshake, no connection."""

    id = "asymmetric-return"

    def findings(self, snapshot: Snapshot, trace: Trace) -> Iterator[Finding]:
        """One finding for each ASA that only one direction passes."""
        if trace.fate not in _COUNTERS:
            return
        for name in one_way_devices(trace.flow, trace.legs):
            device = snapshot.devices[name]
            if device.platform == "cisco_asa":
                yield self._finding(device, trace)

    def _finding(self, asa: DeviceState, trace: Trace) -> Finding:
        flow, fate = trace.flow, trace.fate
        joined = _joined(asa, trace)
        leg = next((leg for leg in trace.legs if leg.sent.number == trace.at.packet), trace.legs[-1])
        what = _WHAT[fate].format(client=flow.client, kind=leg.sent.kind)
        return Finding(
            id=self.id,
            severity=Severity.ERROR,
            device=asa.name,
            sentence=f"only one direction of {flow} passes {asa.name}: {what}",
            evidence=(*trace.evidence, *joined, *counted(asa, _COUNTERS[fate])),
            confidence=trace.confidence.stronger if joined else trace.confidence,
            raises=_raises(asa.name, trace),
            refutes=(
                f"show conn address {flow.client} address {flow.server} on {asa.name}: flags U, I and O",
                f"a capture on {asa.name} holds the SYN and the SYN/ACK of one try",
            ),
        )


def _telling(asa: str, trace: Trace) -> Hop | None:
    """The visit that the ASA would log: the client's answer to the SYN/ACK, or the packet without entry."""
    number = trace.at.packet if trace.fate is Fate.NO_CONNECTION else 3
    hops = (hop for hop in trace.hops if hop.device == asa and hop.arrived.number == number)
    return next(hops, None)


def _joined(asa: DeviceState, trace: Trace) -> tuple[Evidence, ...]:
    """What the ASA noted about this very pair of hosts and this port."""
    hop = _telling(asa.name, trace)
    opened = () if trace.fate is Fate.NO_CONNECTION else half_open(asa, trace.flow)
    logged = logged_without_connection(asa, trace.flow, hop) if hop else ()
    return (*opened, *logged)


def _raises(asa: str, trace: Trace) -> tuple[str, ...]:
    flow, hop = trace.flow, _telling(asa, trace)
    flags = f" with flags {hop.arrived.kind.replace('/', ' ')}" if hop else ""
    log = f"106015 for {flow.client} and {flow.server}{flags} in show logging of {asa}"
    if trace.fate is Fate.NO_CONNECTION:
        return (log, f"tcp-not-syn in show asp drop of {asa} rises with each try")
    opened = (
        f"show conn address {flow.client} address {flow.server} on {asa} during a try: SaAB or saA, bytes 0"
    )
    if trace.fate is Fate.HANDSHAKE_UNSEEN:
        return (opened, log)
    return (
        opened,
        log,
        f"a capture beside {flow.client}: the SYN/ACK acknowledges another number than SYN+1",
    )
