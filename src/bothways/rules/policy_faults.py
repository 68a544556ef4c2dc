"""Why policy routing on one switch does not do what it was written for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from bothways.diagnosis.acl import entries
from bothways.diagnosis.adjacency import adjacency
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.policy_route import bound_map, connected_interface, matching_entry, template_forbids
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight, absence
from bothways.diagnosis.trace import Trace
from bothways.rules.observations import logged_anywhere
from bothways.rules.policy_fault import Fault
from bothways.rules.policy_left_out import hops_past, left_out, missed_firewalls
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import (
    AclEntry,
    ConfigLine,
    Interface,
    OwnAddress,
    PolicyBinding,
    RouteMapEntry,
    SdmTemplate,
)
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row

_MISMATCH = "PLATFORM_PBR-4-SDM_MISMATCH"
_MAP = ("route-map", "table-map", "attribute-map", "advertise-map", "exist-map", "suppress-map", "inject-map")


def faults(snapshot: Snapshot, device: DeviceState, trace: Trace) -> Iterator[Fault]:
    """Every fault of the switch's policy routing that could matter to the flow."""
    if not device.sees(RouteMapEntry):
        return
    # What this sight misses was already said by the trace.
    sight = Sight(snapshot)
    topology = Topology(sight)
    bindings = _bindings(sight, device)
    yield from _template(device, bindings)
    yield from _wrong_interface(snapshot, device, trace, bindings)
    yield from left_out(snapshot, device, trace, bindings)
    hops = [hop for leg in trace.legs for hop in leg.hops if hop.device == device.name]
    for name, binding in dict(bindings.values()).items():
        bound = {interface for interface, (other, _) in bindings.items() if other == name}
        # A map of another VLAN is no matter of this flow.
        if not any(hop.ingress in bound for hop in hops):
            continue
        entries_of_map = device.table(RouteMapEntry).where(route_map=name)
        if not entries_of_map:
            yield _missing(device, name, binding)
        for entry in entries_of_map:
            yield from _next_hops(sight, topology, device, entry)
            yield from _dangling(device, entry)
            yield from _hardware_limits(device, entry)


def standing_faults(snapshot: Snapshot, device: DeviceState) -> Iterator[tuple[str, Fault]]:
    """The faults of a switch's policy routing that need no flow to be seen, each with its route-map.

    Raises:
        CouldNotSee: route-maps were not read.
    """
    sight = Sight(snapshot)
    topology = Topology(sight)
    bindings = _bindings(sight, device)
    setting = [row.route_map for row in device.table(RouteMapEntry) if row.next_hops or row.down]
    on_template = [(setting[0], fault) for fault in _template(device, bindings)]
    yield from on_template or _unbound(device, {name for name, _ in bindings.values()})
    for name, binding in dict(bindings.values()).items():
        of_map = device.table(RouteMapEntry).where(route_map=name)
        if not of_map:
            yield name, _missing(device, name, binding)
        for entry in of_map:
            for fault in (*_next_hops(sight, topology, device, entry), *_dangling(device, entry)):
                yield name, fault
            yield from ((name, fault) for fault in _hardware_limits(device, entry))


def _missing(device: DeviceState, route_map: str, binding: Row) -> Fault:
    return Fault(
        sentence=f"route-map {route_map} is bound but does not exist",
        about="missing",
        evidence=(device.evidence(binding), device.absence(RouteMapEntry, f"route-map {route_map}")),
    )


def _unbound(device: DeviceState, bound: set[str]) -> Iterator[tuple[str, Fault]]:
    """A route-map for policy routing on no interface, as `ip policy` leaves it that met another template.

    A route-map that another line names is for something else: for redistribution, or a neighbour.
    """
    refused = tuple(logged_anywhere(device, (_MISMATCH,)))
    told: set[str] = set()
    for entry in device.table(RouteMapEntry):
        name = entry.route_map
        if name in bound | told or not (entry.next_hops or entry.down) or named_elsewhere(device, name):
            continue
        told.add(name)
        why = "; its switch has refused a binding for want of the template" if refused else ""
        yield (
            name,
            Fault(
                sentence=f"route-map {name} sets a next hop and is bound to no interface{why}",
                about="unbound",
                evidence=(*_lines(device, entry), device.absence(PolicyBinding, name), *refused),
                stops=bool(refused),
            ),
        )


def named_elsewhere(device: DeviceState, route_map: str) -> ConfigLine | None:
    """A line of the configuration that names a route-map for another use than policy routing."""
    for row in device.table(ConfigLine):
        words = row.text.split()
        if words[:2] == ["ip", "policy"] or words[:1] in (["route-map"], ["description"]):
            continue
        # An access list may well have the map's name.
        if any(word.endswith(_MAP) and name == route_map for word, name in pairwise(words)):
            return row
    return None


def _dangling(device: DeviceState, entry: RouteMapEntry) -> Iterator[Fault]:
    """A list without rules: IOS takes every packet, whatever was meant."""
    if not device.sees(AclEntry):
        return
    table = device.table(AclEntry)
    for acl in entry.acls:
        if not entries(table, acl):
            yield Fault(
                sentence=(
                    f"route-map {entry.route_map} sequence {entry.sequence} names access list {acl}, "
                    f"which has no rules: every packet is taken"
                ),
                about=f"list {acl}",
                evidence=(*_lines(device, entry), device.absence(AclEntry, f"a rule of {acl}")),
                stops=False,
                confidence=Confidence.LIKELY,
            )


def _bindings(sight: Sight, device: DeviceState) -> dict[str, tuple[str, Row]]:
    """Interface to its route-map and the line that binds it."""
    found: dict[str, tuple[str, Row]] = {}
    for interface in device.table(Interface) if device.sees(Interface) else ():
        name, row = bound_map(sight, device, interface.name)
        if row is not None:
            found[interface.name] = (name, row)
    return found


def _template(device: DeviceState, bindings: dict[str, tuple[str, Row]]) -> Iterator[Fault]:
    """The template has no room: the switch keeps the route-map and refuses or ignores its binding."""
    template = template_forbids(device)
    setting = [row for row in device.table(RouteMapEntry) if row.next_hops or row.down]
    if template is None or not setting:
        return
    logged = tuple(logged_anywhere(device, (_MISMATCH,)))
    bound = tuple(device.evidence(row) for _, row in bindings.values())
    unbound = absence(device, PolicyBinding, f"an interface with {setting[0].route_map}")
    state = "is bound without effect" if bound else "is bound to no interface: this template refuses it"
    pending = f"; {template.next!r} is active after a reload" if template.next != template.active else ""
    yield Fault(
        sentence=(
            f"the SDM template {template.active!r} has no room for policy routing, and route-map "
            f"{setting[0].route_map} {state}{pending}"
        ),
        about="template",
        evidence=(*_lines(device, template, setting[0]), *(bound or unbound), *logged),
        raises=(f"%{_MISMATCH} in show logging of {device.name}",),
    )


def _leads_to(topology: Topology, device: DeviceState, route_map: str, firewall: str) -> bool:
    hops = {
        hop
        for entry in device.table(RouteMapEntry).where(route_map=route_map)
        for hop in (*entry.next_hops, *entry.down)
    }
    return any(
        item.device == firewall and item.address.ip == hop for hop in hops for item in topology.segment(hop)
    )


def _wrong_interface(
    snapshot: Snapshot, device: DeviceState, trace: Trace, bindings: dict[str, tuple[str, Row]]
) -> Iterator[Fault]:
    """A route-map that would take a packet of the flow, bound only where no such packet comes in."""
    missed = missed_firewalls(snapshot, trace)
    hops = hops_past(trace, device, missed)
    sight = Sight(snapshot)
    topology = Topology(sight)
    for name, binding in dict(bindings.values()).items():
        if not any(_leads_to(topology, device, name, firewall) for firewall in missed):
            continue
        bound = [interface for interface, (other, _) in bindings.items() if other == name]
        taken = [hop for hop in hops if _takes(sight, device, name, hop.arrived)]
        if not taken or any(hop.ingress in bound for hop in taken):
            continue
        hop = taken[0]
        yield Fault(
            sentence=(
                f"route-map {name} is bound to {' and '.join(bound)}, but {hop.arrived} of the flow comes in "
                f"on {hop.ingress}"
            ),
            about="interface",
            evidence=(device.evidence(binding), *hop.evidence),
        )


def _takes(sight: Sight, device: DeviceState, route_map: str, packet: Packet) -> bool:
    entry, _ = matching_entry(sight, device, route_map, packet)
    return entry is not None and entry.action == "permit"


def _next_hops(
    sight: Sight, topology: Topology, device: DeviceState, entry: RouteMapEntry
) -> Iterator[Fault]:
    """Next hops that cannot be used. One that is not connected stops nothing while a later one is."""
    # A router asks anew when it has a packet; a switch routes the packet by its table.
    aged = Confidence.LIKELY if device.sees(SdmTemplate) else Confidence.POSSIBLE
    for next_hop in entry.down:
        yield Fault(
            sentence=f"the track of next hop {next_hop} of route-map {entry.route_map} is down",
            about=f"next hop {next_hop}",
            evidence=_lines(device, entry),
            stops=not entry.next_hops,
            raises=(f"show track on {device.name}",),
        )
    for number, next_hop in enumerate(entry.next_hops, 1):
        interface = connected_interface(topology, device.name, next_hop)
        if not interface:
            later = (connected_interface(topology, device.name, hop) for hop in entry.next_hops[number:])
            yield Fault(
                sentence=f"next hop {next_hop} of route-map {entry.route_map} is not on a connected network",
                about=f"next hop {next_hop}",
                evidence=(*_lines(device, entry), *absence(device, Interface, f"a network with {next_hop}")),
                stops=not any(later),
            )
            continue
        found = adjacency(sight, device, interface, next_hop)
        if found.read and not found.resolved:
            seen = _lines(device, found.entry) if found.entry else ()
            yield Fault(
                sentence=f"next hop {next_hop} of route-map {entry.route_map} is not in ARP on {interface}",
                about=f"next hop {next_hop}",
                evidence=(*_lines(device, entry), *seen),
                confidence=Confidence.CERTAIN if found.failed else aged,
                raises=(f"ping {next_hop} from {device.name}, then show ip arp {next_hop}",),
            )


def _hardware_limits(device: DeviceState, entry: RouteMapEntry) -> Iterator[Fault]:
    """What a switch with SDM templates sends to its CPU or refuses."""
    if not (device.sees(SdmTemplate) and device.sees(AclEntry)):
        return
    if entry.action == "deny":
        sentence = f"route-map {entry.route_map} sequence {entry.sequence} is a deny: not supported here"
        about = f"deny {entry.sequence}"
        yield Fault(sentence=sentence, about=about, evidence=_lines(device, entry), stops=False)
    for acl in entry.acls:
        rules = entries(device.table(AclEntry), acl)
        denies = [rule for rule in rules if rule.action == "deny"]
        if denies:
            sentence = (
                f"access list {acl} of route-map {entry.route_map} has deny rules: the CPU forwards those"
            )
            lines = _lines(device, entry, denies[0])
            yield Fault(sentence=sentence, about=f"list {acl} deny", evidence=lines, stops=False)
        yield from _own_addresses(device, entry, acl, rules)


def _own_addresses(
    device: DeviceState, entry: RouteMapEntry, acl: str, rules: list[AclEntry]
) -> Iterator[Fault]:
    owned = list(device.table(OwnAddress)) if device.sees(OwnAddress) else []
    for rule in rules:
        for own in owned if rule.action == "permit" and rule.destination is not None else ():
            assert rule.destination is not None
            if own.address in rule.destination:
                sentence = (
                    f"access list {acl} of route-map {entry.route_map} takes packets to {own.address}, the "
                    f"switch's own address on {own.interface}: ping, telnet and routing protocols may fail"
                )
                lines = _lines(device, rule, own)
                yield Fault(sentence=sentence, about=f"list {acl} own", evidence=lines, stops=False)
                return


def _lines(device: DeviceState, *rows: Row) -> tuple[Evidence, ...]:
    return tuple(device.evidence(row) for row in rows)
