"""IOS policy routing: which next hop a route-map gives a packet, and why it might not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.diagnosis.acl import judge
from bothways.diagnosis.adjacency import adjacency
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.errors import CouldNotSee
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, Interface, PolicyBinding, RouteMapEntry, SdmTemplate
from bothways.state.tables import Row

# Clauses that mark a packet and leave its way alone.
_MARKS = re.compile(r"ip (?:precedence|dscp|tos|df) ")
_NAME = re.compile(r"([A-Za-z-]+)\s*(\S*)$")


@dataclass(frozen=True, slots=True)
class PolicyRoute:
    """What policy routing does with a packet.

    Attributes:
        next_hop: None when the packet is routed normally.
        interface: the connected interface of the next hop.
        rows: the lines that said so.
        why_not: why a bound route-map did not move the packet, "" when it did or none is bound.
        question: clauses of the sequence that decides which are not walked, "" for none.
    """

    next_hop: IPv4Address | None
    interface: str
    rows: tuple[Row, ...]
    why_not: str = ""
    question: str = ""


def same_interface(one: str, other: str) -> bool:
    """`Fa0/1` and `FastEthernet0/1` are one interface."""
    left, right = _NAME.match(one.lower()), _NAME.match(other.lower())
    if left is None or right is None:
        return one == other
    return left[2] == right[2] and (left[1].startswith(right[1]) or right[1].startswith(left[1]))


def bound_map(sight: Sight, device: DeviceState, interface: str) -> tuple[str, Row | None]:
    """The route-map on an interface and the line that binds it; ("", None) for none."""
    if device.sees(PolicyBinding):
        for binding in device.table(PolicyBinding):
            if same_interface(binding.interface, interface):
                return binding.route_map, binding
        return "", None
    for row in sight.table(device, Interface) or ():
        if row.name == interface and row.policy:
            return row.policy, row
    # The interface table has the column too; only when neither was read is the answer unknown.
    if not device.sees(Interface):
        sight.table(device, PolicyBinding, deadly=True)
    return "", None


def template_forbids(device: DeviceState) -> SdmTemplate | None:
    """The SDM template, when it has no room for policy routing. A switch without templates has none."""
    rows = list(device.table(SdmTemplate)) if device.sees(SdmTemplate) else []
    return rows[0] if rows and rows[0].pbr_aces == 0 else None


def _note_unseen_template(sight: Sight, device: DeviceState, interface: str) -> None:
    """A switch whose template was not read may ignore its policy; a router refuses the question."""
    try:
        device.table(SdmTemplate)
    except CouldNotSee as error:
        if "refused" not in error.what:
            sight.miss(str(error), deadly=True)
            return
        text = f"{device.name} has no SDM templates, so the policy on {interface} is in effect"
        sight.infer(text, Confidence.LIKELY)


def policy_route(
    sight: Sight, topology: Topology, device: DeviceState, ingress: str, packet: Packet
) -> PolicyRoute:
    """Where the policy of interface `ingress` sends `packet`."""
    name, binding = bound_map(sight, device, ingress)
    if binding is None:
        return PolicyRoute(None, "", ())
    template = template_forbids(device)
    if template is not None:
        why = f"the SDM template {template.active!r} has no room for policy routing"
        return PolicyRoute(None, "", (binding, template), why)
    _note_unseen_template(sight, device, ingress)
    entry, matched = matching_entry(sight, device, name, packet)
    rows = (binding, *matched)
    question = _contested(sight, device, name, packet) or _question(device, entry, packet)
    if entry is None or entry.action != "permit":
        why = f"no permit sequence of route-map {name} matches"
        return PolicyRoute(None, "", rows, why, question)
    usable = _usable(sight, topology, device, entry, rows)
    return replace(usable, question=question or usable.question)


def _contested(sight: Sight, device: DeviceState, name: str, packet: Packet) -> str:
    """The first list of a route-map of which nobody knows whether it takes the packet, "" for none."""
    if not (device.sees(RouteMapEntry) and device.sees(AclEntry)):
        return ""
    rules = device.table(AclEntry)
    for entry in sorted(device.table(RouteMapEntry).where(route_map=name), key=lambda row: row.sequence):
        for acl in entry.acls:
            judgement = judge(rules, acl, packet)
            if judgement.contested:
                where = f"access list {acl} of route-map {name}"
                return f"{device.name}: whether {where} matches {packet}; a rule of it is not understood"
        if not entry.acls or _matched(sight, device, entry, packet):
            break
    return ""


def _question(device: DeviceState, entry: RouteMapEntry | None, packet: Packet) -> str:
    clauses = "; ".join(clause for clause in entry.other if not _MARKS.match(clause)) if entry else ""
    if entry is None or not clauses:
        return ""
    where = f"route-map {entry.route_map} sequence {entry.sequence}"
    return f"{device.name}: what {clauses!r} of {where} does with {packet}; it is not walked"


def matching_entry(
    sight: Sight, device: DeviceState, name: str, packet: Packet
) -> tuple[RouteMapEntry | None, tuple[Row, ...]]:
    """The first sequence of a route-map that matches, and the lines that say so."""
    table = sight.table(device, RouteMapEntry, deadly=True)
    rows = sorted(table.where(route_map=name), key=lambda row: row.sequence) if table is not None else []
    for entry in rows:
        matched = (entry,) if not entry.acls else _matched(sight, device, entry, packet)
        if not matched:
            continue
        return entry, matched
    return None, ()


def _matched(sight: Sight, device: DeviceState, entry: RouteMapEntry, packet: Packet) -> tuple[Row, ...]:
    """The sequence and the rule by which one of its lists takes the packet; nothing when none does."""
    table = sight.table(device, AclEntry, deadly=True)
    for acl in entry.acls if table is not None else ():
        assert table is not None
        judgement = judge(table, acl, packet)
        if judgement.contested:
            where = (
                f"{device.name}: whether access list {acl} of route-map {entry.route_map} matches {packet}"
            )
            sight.miss(where, deadly=True)
        if not judgement.defined:
            text = f"route-map {entry.route_map} of {device.name} takes all packets: list {acl} has no rules"
            sight.infer(text, Confidence.LIKELY, device.evidence(entry))
            return (entry,)
        if judgement.permits and judgement.entry is not None:
            return entry, judgement.entry
    return ()


def _usable(
    sight: Sight, topology: Topology, device: DeviceState, entry: RouteMapEntry, rows: tuple[Row, ...]
) -> PolicyRoute:
    """The first next hop that is connected and in ARP, as a switch demands.

    A router asks for the first that is connected, for ever, and routes nothing meanwhile; a second one is
    for when that interface is down. What a switch makes of a second one, nobody documents.
    """
    question = ""
    why = f"route-map {entry.route_map} sequence {entry.sequence} sets no next hop"
    if entry.down:
        why = f"the track of next hop {entry.down[0]} of route-map {entry.route_map} is down"
    for next_hop in entry.next_hops:
        interface = connected_interface(topology, device.name, next_hop)
        if not interface:
            why = f"next hop {next_hop} of route-map {entry.route_map} is not on a connected network"
            continue
        found = adjacency(sight, device, interface, next_hop)
        if found.read and not found.resolved:
            why = f"next hop {next_hop} of route-map {entry.route_map} is not in ARP on {interface}"
            if len(entry.next_hops) > 1 or not device.sees(SdmTemplate):
                ask = f"ping {next_hop}, then show ip arp {next_hop}"
                question = question or f"{device.name}: whether it waits for {next_hop}, as {why}; {ask}"
            continue
        arp = (found.entry,) if found.entry else ()
        return PolicyRoute(next_hop, interface, (*rows, *arp), question=question)
    return PolicyRoute(None, "", rows, why, question)


def connected_interface(topology: Topology, device: str, address: IPv4Address) -> str:
    """The interface of `device` on the network of `address`, "" when it has none there."""
    on_network = (item for item in topology.segment(address) if item.device == device)
    return next((item.interface.name for item in on_network), "")
