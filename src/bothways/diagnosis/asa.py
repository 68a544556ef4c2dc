"""A packet through an ASA, in its order: connection, reverse path, TCP flags, route, rules, policy, ARP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bothways.diagnosis.access_rules import (
    access_rules_in,
    access_rules_out,
    reverse_path,
    same_security,
)
from bothways.diagnosis.connections import ConnectionTable, Entry
from bothways.diagnosis.divert import route_by
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.inspected import waits
from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.nat import leaving, note_unreadable, to_hidden, to_real, way_back
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.sequence_numbers import randomised, shifted
from bothways.diagnosis.service_policy import BYPASS, applied, contested, inspection
from bothways.diagnosis.sight import absence
from bothways.diagnosis.unmodelled import note_unmodelled
from bothways.diagnosis.unread_lines import doubt_unread, doubt_unread_routes
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate, Protocol
from bothways.state.rows import AccessGroup, ReversePath, SameSecurity, ServicePolicy

_NEW_FLOW: tuple[Callable[[Visit], Drop | None], ...] = (
    same_security,
    access_rules_in,
    access_rules_out,
    Visit.link,
    Visit.resolve,
)
# Their unknown lines are whole commands, so each of them could have decided.
_DECIDING = (AccessGroup, SameSecurity, ServicePolicy, ReversePath)
_KNOWN_FLOW: tuple[Callable[[Visit], Drop | None], ...] = (Visit.link, Visit.resolve)


def through_asa(visit: Visit, connections: ConnectionTable) -> Hop:
    """Walk `visit` through an ASA; `connections` are those the flow itself has opened."""
    entry = _entry(visit, connections)
    if entry is None:
        return _new(visit, connections)
    expected = entry.expected(visit.packet) or visit.ingress
    if expected != visit.ingress:
        return visit.dropped(_astray(visit, expected))
    return _known(visit, connections, entry)


def _entry(visit: Visit, connections: ConnectionTable) -> Entry | None:
    found = connections.find(visit.name, visit.packet)
    if found is not None or visit.packet.protocol is not Protocol.UDP:
        return found
    # An inspected protocol such as TFTP announces the port its answer will come from.
    for entry in connections.on(visit.name):
        opener, left = entry.real, entry.shown
        if (left.source, left.destination) == (visit.packet.destination, visit.packet.source):
            inside = (entry.ingress, entry.egress)
            inspected = applied(visit.sight, visit.device, inside, opener, inspection("tftp"))
            return replace(entry, bypass=True) if inspected and opener.destination_ports == (69, 69) else None
    return None


def _astray(visit: Visit, expected: str) -> Drop:
    """Syslog 106022, `connection spoof`; Cisco does not say which counter rises."""
    reason = (
        f"{visit.name} has its connection on {expected}, this {visit.packet.kind} comes by {visit.ingress}"
    )
    return Drop(Fate.NO_CONNECTION, reason, label="connection is elsewhere")


def _first_drop(visit: Visit, steps: tuple[Callable[[Visit], Drop | None], ...]) -> Drop | None:
    doubt_unread_routes(visit)
    for step in steps:
        drop = step(visit)
        if drop is not None:
            return drop
    return None


def _new(visit: Visit, connections: ConnectionTable) -> Hop:
    arrived = visit.packet
    called = to_real(visit)
    hidden = called is None and to_hidden(visit, connections)
    packet = visit.packet
    diverted = called.egress if called else ""
    found = None if diverted else visit.exit(packet.destination)
    interfaces = (visit.ingress, found.interface if found else diverted)
    note_unreadable(visit, called, interfaces[1])
    note_unmodelled(visit, "", *interfaces)
    if called is None and not hidden and visit.is_own():
        # What it offers, and whether from this side, no access group decides.
        doubt(visit, f"{visit.name}: what it answers to a {packet.kind} for its own {packet.destination}")
    for row_type in _DECIDING:
        doubt_unread(visit, row_type)
    bypass = None
    if packet.protocol is Protocol.TCP:
        bypass = applied(visit.sight, visit.device, interfaces, packet, BYPASS)
        question = contested(visit.sight, visit.device, interfaces, packet, BYPASS)
        if question:
            doubt(visit, question)  # whether TCP state is checked at all decides everything behind it
    spoofed = reverse_path(visit)
    if spoofed is not None:
        return visit.dropped(spoofed)
    if not packet.opens and bypass is None:
        reason = f"{visit.name} has no connection that this {packet.kind} belongs to"
        visit.cite(*absence(visit.device, ServicePolicy, f"tcp-state-bypass for {packet}"))
        return visit.dropped(Drop(Fate.NO_CONNECTION, reason, "tcp-not-syn", "no connection"))
    drop = _first_drop(visit, (partial(route_by, interface=diverted), *_NEW_FLOW))
    if drop is not None:
        return visit.dropped(drop)
    left = leaving(visit, called)
    drop = None if hidden else way_back(visit, called, left)
    if drop is not None:
        return visit.dropped(drop)
    entry = _opened(visit, bypass, arrived, left)
    if entry is None:
        return visit.forwarded(left)
    connections.open(visit.name, entry)
    return visit.forwarded(shifted(visit, entry, left, from_opener=True))


def _opened(visit: Visit, bypass: ServicePolicy | None, arrived: Packet, left: Packet) -> Entry | None:
    """The connection a new flow opens; the one of an uninspected echo is of no use to its reply."""
    interfaces = (visit.ingress, visit.egress)
    packet, policy = visit.packet, None
    if packet.protocol is Protocol.ICMP:
        if packet.kind != "echo":
            return None
        policy = applied(visit.sight, visit.device, interfaces, packet, inspection("icmp"))
        if policy is not None:
            visit.cite(policy)
    moves_opener = moves_answer = False
    if packet.protocol is Protocol.TCP and bypass is None:
        moves_opener, moves_answer = randomised(visit, interfaces)
    if bypass is not None:
        visit.cite(bypass)
        visit.note("TCP state bypass")
    return Entry(
        opener=arrived,
        real=packet,
        shown=left,
        ingress=visit.ingress,
        egress=visit.egress,
        bypass=bypass is not None or packet.protocol is not Protocol.TCP,
        moves_opener=moves_opener,
        moves_answer=moves_answer,
        takes_answer=packet.protocol is not Protocol.ICMP or policy is not None,
    )


def _known(visit: Visit, connections: ConnectionTable, entry: Entry) -> Hop:
    from_opener = entry.from_opener(visit.packet)
    called = visit.packet.destination
    visit.packet = entry.translated(visit.packet)
    expected = entry.egress if from_opener else entry.ingress
    # Whom a translation calls is where that says, whatever other routes there are.
    way = partial(route_by, interface=expected if visit.packet.destination != called else "")
    drop = _first_drop(visit, (way, *_KNOWN_FLOW)) or _other_exit(visit, expected)
    if drop is None and not entry.bypass:
        drop = _state_check(visit, entry) if from_opener else None
    if drop is None and visit.packet.behind_gap and not entry.bypass:
        drop = waits(visit, entry)
    if drop is not None:
        return visit.dropped(drop)
    if not from_opener and not entry.answered and not entry.bypass:
        connections.answered(visit.name, entry)
    return visit.forwarded(shifted(visit, entry, visit.packet, from_opener=from_opener))


def _other_exit(visit: Visit, expected: str) -> Drop | None:
    """A connection keeps its interfaces: a route out of another one is none for it."""
    if visit.egress == expected:
        return None
    destination = visit.packet.destination
    reason = f"{visit.name} keeps it on {expected}, its route to {destination} is by {visit.egress}"
    return Drop(Fate.NO_ROUTE, reason, "no-route", "route leaves elsewhere")


def _state_check(visit: Visit, entry: Entry) -> Drop | None:
    """The opener may not go on before its SYN was answered through this device."""
    packet = visit.packet
    if entry.answered or packet.kind == "SYN":
        return None
    if packet.kind == "RST":
        reason = (
            f"{visit.name} still waits for the SYN/ACK: a RST numbered before the ISN is dropped "
            f"(tcp-rstfin-ooo, later SYN Timeout); one after it ends the connection (TCP Reset) and goes on "
            f"shifted a second time, of no use to the server"
        )
        return Drop(Fate.ISN_MISMATCH, reason, "tcp-rstfin-ooo", "RST of no use")
    reason = f"{visit.name} never saw the SYN/ACK that this {packet.kind} answers"
    return Drop(Fate.HANDSHAKE_UNSEEN, reason, "tcp-3whs-failed", "SYN/ACK never seen")
