"""Which of a network's features a flow had to do with, as far as its trace tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bothways.diagnosis import Scenario, Trace
from bothways.flow import Protocol

from .networks import Case


def met(case: Case, trace: Trace) -> frozenset[str]:
    """The names of those."""
    return frozenset(_met(case, trace))


def _met(case: Case, trace: Trace) -> Iterator[str]:
    flow = trace.flow
    hosts = {one.address.ip: name for name, one in case.topology.hosts.items()}
    if flow.protocol is Protocol.UDP:
        yield "udp"
    if flow.server not in hosts:
        yield "called by another address"
    ends = [name for address, name in hosts.items() if address in (flow.client, flow.server)]
    beside = len({case.topology.hosts[name].address.network for name in ends}) < len(ends)
    if not beside and case.undeclared & set(ends):
        yield "undeclared"
    yield from _of_switches(case, trace, ends)
    for hop in trace.hops:
        firewall = case.topology.devices[hop.device.split(" vrf ")[0]].platform == "cisco_asa"
        if any(note.startswith("translated: ") for note in hop.notes):
            yield "asa-nat" if firewall else "ios-nat"
        if firewall and {"TCP state bypass", "sequence numbers are left alone"} & set(hop.notes):
            yield "policies"
    yield from _later(trace)
    if any(one.command == "show access-list" and one.text.startswith(" ") for one in trace.evidence):
        yield "object-groups"


def _later(trace: Trace) -> Iterator[str]:
    """Those of the latest networks, by the lines that a trace rests on and the tables it went through."""
    for name, words in _LINES.items():
        if any(all(word in one.text for word in words) for one in trace.evidence):
            yield name
    if any(note.startswith("in vrf ") for hop in trace.hops for note in hop.notes):
        yield "vrf"


_LINES = {
    "asa-manual-nat": ("nat (", " source "),
    "asa-ports": ("nat (", " service "),
    "ios-ports": ("ip nat inside source static ", "p "),
    "ios-hiding": ("ip nat inside source list ",),
}


def _of_switches(case: Case, trace: Trace, ends: Sequence[str]) -> Iterator[str]:
    if {name for one in case.access for name in one.hosts} & set(ends):
        yield "link-state"
        if trace.scenario is Scenario.UPLINK_LOSS:
            yield "uplink lost"
        if {one.name for one in case.access} & {one.device for one in case.failures}:
            yield "uplink already lost"
