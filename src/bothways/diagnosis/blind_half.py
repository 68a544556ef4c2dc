"""A flow that dies beyond what can be read: what it may be, what it is not, and what to ask for there.

A hypothesis is worth what it explains of the observations; those that speak against it count double.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from bothways.diagnosis.legs import Hop, Leg
from bothways.diagnosis.trace import Trace
from bothways.errors import CouldNotSee
from bothways.flow import Fate, Flow
from bothways.state.device import DeviceState, Evidence
from bothways.state.nat_rows import DynamicNat, NatRule, PortNat, StaticNat
from bothways.state.rows import Interface, Route
from bothways.state.snapshot import Snapshot


class Seen(StrEnum):
    """What somebody observed of the flow."""

    CLIENT_RESETS = "client-resets"
    """The third packet is a RST of the client's."""
    NO_ANSWER = "no-answer"
    """The SYN/ACK never comes to the client, or the SYN is repeated."""
    PING_WORKS = "ping-works"
    REVERSE_WORKS = "reverse-works"
    """The server can open the same service at the client."""
    PERMITTED = "permitted"
    """The firewall logs the connection as permitted."""


@dataclass(frozen=True)
class Hypothesis:
    """What may be wrong where nothing was read.

    Attributes:
        explains: the observations it accounts for.
        against: those that speak against it.
    """

    id: str
    sentence: str
    explains: tuple[Seen, ...]
    against: tuple[Seen, ...]

    def worth(self, seen: Collection[Seen]) -> int:
        """How well it stands with what was observed."""
        return sum(one in self.explains for one in seen) - 2 * sum(one in self.against for one in seen)


@dataclass(frozen=True)
class Exclusion:
    """What it is not, on the devices that were read."""

    what: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class BlindHalf:
    """What can be said of a flow without its other half.

    Attributes:
        routers: the next hops of which nothing was read, the client's side first.
        hypotheses: the best first.
        ask: commands for whoever can log in there.
        captures: where to capture what, and what to look for.
    """

    routers: tuple[IPv4Address, ...]
    hypotheses: tuple[Hypothesis, ...]
    excluded: tuple[Exclusion, ...]
    ask: tuple[str, ...]
    captures: tuple[str, ...]


def blind_half(snapshot: Snapshot, trace: Trace, seen: Collection[Seen] = ()) -> BlindHalf | None:
    """What there is to say.

    None where a fault was found, where nothing on the way is unread, and where a flow lives as far as was
    read and nobody observed anything else: a flow into the Internet is no riddle.
    """
    routers = _unread(snapshot, trace)
    riddle = trace.fate is Fate.UNKNOWN or (trace.fate is Fate.COMPLETE and seen)
    if not riddle or not routers:
        return None
    ranked = sorted(_hypotheses(trace.flow, routers[0]), key=lambda one: -one.worth(seen))
    return BlindHalf(
        routers,
        tuple(ranked),
        tuple(_excluded(snapshot, trace)),
        _questions(trace.flow, routers[0]),
        _captures(trace.flow),
    )


def _unread(snapshot: Snapshot, trace: Trace) -> tuple[IPv4Address, ...]:
    """Next hops that no device of the snapshot owns: first those answers take, then those calls take."""
    owned = {
        row.address.ip
        for device in snapshot
        for row in (device.table(Interface) if device.sees(Interface) else ())
        if row.address is not None
    }
    legs = sorted(trace.legs, key=lambda leg: leg.sent.source == trace.flow.client)
    hops = (leg.hops[-1].next_hop for leg in legs if leg.hops)
    return tuple(dict.fromkeys(hop for hop in hops if hop is not None and hop not in owned))


def _hypotheses(flow: Flow, router: IPv4Address) -> Iterator[Hypothesis]:
    """What is known to kill flows between healthy halves, the one that hides best first."""
    client, server = flow.client, flow.server
    yield Hypothesis(
        "one-way-nat",
        f"behind {router} answers of {server} get another source address, and calls to {server} do not: "
        f"{client} is answered by somebody it never called, and resets",
        (Seen.CLIENT_RESETS, Seen.REVERSE_WORKS, Seen.PING_WORKS, Seen.PERMITTED),
        (Seen.NO_ANSWER,),
    )
    yield Hypothesis(
        "one-way-sequence-numbers",
        f"behind {router} a firewall that changes sequence numbers sees one direction only: the SYN/ACK "
        f"acknowledges a number that {client} never sent, and it resets",
        (Seen.CLIENT_RESETS, Seen.PING_WORKS, Seen.PERMITTED),
        (Seen.NO_ANSWER,),
    )
    yield Hypothesis(
        "far-filter",
        f"behind {router} a list or a firewall without the SYN drops the SYN/ACK",
        (Seen.NO_ANSWER, Seen.PING_WORKS, Seen.PERMITTED),
        (Seen.CLIENT_RESETS,),
    )
    yield Hypothesis(
        "far-route",
        f"behind {router} a route leads {client} or {server} elsewhere",
        (Seen.NO_ANSWER,),
        (Seen.CLIENT_RESETS, Seen.PING_WORKS, Seen.REVERSE_WORKS),
    )
    yield Hypothesis(
        "client-refuses",
        f"{client} itself, or its own firewall, ends the connection",
        (Seen.CLIENT_RESETS,),
        (Seen.NO_ANSWER,),
    )


def _excluded(snapshot: Snapshot, trace: Trace) -> Iterator[Exclusion]:
    for name in trace.devices:
        device = snapshot.devices[name]
        hops = [(leg, hop) for leg in trace.legs for hop in leg.hops if hop.device == name]
        yield from (*_routing(device, trace.flow, hops), *_lists(device, hops), *_translation(device, hops))


def _routing(device: DeviceState, flow: Flow, hops: list[tuple[Leg, Hop]]) -> Iterator[Exclusion]:
    """Both directions are routed, and through each other's interfaces."""
    there = next((hop for leg, hop in hops if leg.sent.source == flow.client and hop.left), None)
    back = next((hop for leg, hop in hops if leg.sent.source != flow.client and hop.left), None)
    if there is None or back is None or (there.ingress, there.egress) != (back.egress, back.ingress):
        return
    lines = tuple(line for hop in (there, back) for line in hop.evidence if _is_of(device, Route, line))
    if lines:
        what = f"routing on {device.name}: it sends {flow.server} out of {there.egress}"
        yield Exclusion(f"{what} and {flow.client} out of {back.egress}", tuple(dict.fromkeys(lines)))


def _lists(device: DeviceState, hops: list[tuple[Leg, Hop]]) -> Iterator[Exclusion]:
    """No list on the interfaces it passes; one that permits is told by the walk's own lines."""
    if device.platform != "cisco_ios" or not device.sees(Interface):
        return
    used = {name for _, hop in hops for name in (hop.ingress, hop.egress)}
    rows = [row for row in device.table(Interface) if row.name in used]
    if rows and not any(row.acl_in or row.acl_out for row in rows):
        names = " and ".join(row.name for row in rows)
        yield Exclusion(
            f"access lists on {device.name}: none is on {names}",
            tuple(device.evidence(row) for row in rows),
        )


def _translation(device: DeviceState, hops: list[tuple[Leg, Hop]]) -> Iterator[Exclusion]:
    if any(hop.rewrites for _, hop in hops):
        return
    try:
        if not any(len(device.table(kind)) for kind in (StaticNat, PortNat, DynamicNat, NatRule)):
            line = device.absence(NatRule, "a translation")
            yield Exclusion(f"translation on {device.name}: it has none", (line,))
    except CouldNotSee:
        return


def _is_of(device: DeviceState, row_type: type[Route], line: Evidence) -> bool:
    return device.sees(row_type) and line.command == device.table(row_type).command


def _questions(flow: Flow, router: IPv4Address) -> tuple[str, ...]:
    """Commands of IOS for the router and those behind it; the first answers the best hypothesis."""
    return (
        f"on {router} and each router from there to {flow.client}:",
        "show running-config | include ^interface|ip nat",
        f"show ip nat translations | include {flow.server}",
        f"show ip route {flow.server}",
        f"show ip route {flow.client}",
        "show ip interface | include line protocol|access list",
        "show access-lists",
    )


def _captures(flow: Flow) -> tuple[str, ...]:
    """By ports and the client alone: the answer may come from an address nobody thinks of."""
    port = f"tcp port {flow.port}" if flow.port else flow.service
    beside = (
        f"beside {flow.client}: tcpdump -n -S 'host {flow.client} and {port}', not by {flow.server}: "
        f"does the SYN/ACK come from {flow.server}, and is its ack the SYN's number + 1?"
    )
    ours = (
        f"on the last device of ours, towards {flow.client}, at the same time: what was changed between the "
        "two places shows side by side"
    )
    return (beside, ours)
