"""A packet through an ASA, in the order the ASA looks: connection, TCP flags, route, rules, policy, ARP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bothways.diagnosis.access_rules import access_rules_in, access_rules_out, reverse_path, same_security
from bothways.diagnosis.connections import ConnectionTable, Entry
from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.nat import note_nat
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.service_policy import BYPASS, CONNECTION, applied, inspection, randomises
from bothways.diagnosis.sight import absence
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate, Protocol
from bothways.state.rows import ServicePolicy

_NEW_FLOW: tuple[Callable[[Visit], Drop | None], ...] = (
    Visit.route,
    reverse_path,
    same_security,
    access_rules_in,
    access_rules_out,
    Visit.link,
    Visit.resolve,
)
_KNOWN_FLOW: tuple[Callable[[Visit], Drop | None], ...] = (Visit.route, Visit.link, Visit.resolve)


def through_asa(visit: Visit, connections: ConnectionTable) -> Hop:
    """Walk `visit` through an ASA; `connections` are those the flow itself has opened."""
    entry = _entry(visit, connections)
    return _new(visit, connections) if entry is None else _known(visit, connections, entry)


def _entry(visit: Visit, connections: ConnectionTable) -> Entry | None:
    found = connections.find(visit.name, visit.packet, visit.ingress)
    if found is not None or visit.packet.protocol is not Protocol.UDP:
        return found
    # An inspected protocol such as TFTP announces the port its answer will come from.
    for entry in connections.on(visit.name):
        opener = entry.opener
        if (opener.source, opener.destination) == (visit.packet.destination, visit.packet.source):
            inside = (entry.ingress, entry.egress)
            inspected = applied(visit.sight, visit.device, inside, opener, inspection("tftp"))
            return replace(entry, bypass=True) if inspected and opener.destination_ports == (69, 69) else None
    return None


def _first_drop(visit: Visit, steps: tuple[Callable[[Visit], Drop | None], ...]) -> Drop | None:
    for step in steps:
        drop = step(visit)
        if drop is not None:
            return drop
    return None


def _new(visit: Visit, connections: ConnectionTable) -> Hop:
    packet = visit.packet
    found = visit.exit(packet.destination)
    interfaces = (visit.ingress, found.interface if found else "")
    bypass = None
    if packet.protocol is Protocol.TCP:
        bypass = applied(visit.sight, visit.device, interfaces, packet, BYPASS)
    if not packet.opens and bypass is None:
        reason = f"{visit.name} has no connection that this {packet.kind} belongs to"
        visit.cite(*absence(visit.device, ServicePolicy, f"tcp-state-bypass for {packet}"))
        return visit.dropped(Drop(Fate.NO_CONNECTION, reason, "tcp-not-syn", "no connection"))
    drop = _first_drop(visit, _NEW_FLOW)
    if drop is not None:
        return visit.dropped(drop)
    note_nat(visit.sight, visit.device, (visit.ingress, visit.egress))
    entry = _opened(visit, bypass)
    if entry is None:
        return visit.forwarded()
    connections.open(visit.name, entry)
    return visit.forwarded(_shifted(visit, entry, packet, 1))


def _opened(visit: Visit, bypass: ServicePolicy | None) -> Entry | None:
    """The connection a new flow opens; an uninspected echo opens none that its reply could use."""
    interfaces = (visit.ingress, visit.egress)
    packet = visit.packet
    if packet.protocol is Protocol.ICMP:
        if packet.kind != "echo":
            return None
        policy = applied(visit.sight, visit.device, interfaces, packet, inspection("icmp"))
        if policy is None:
            return None
        visit.cite(policy)
    shifts = False
    if packet.protocol is Protocol.TCP and bypass is None:
        shifts = _randomised(visit, interfaces)
    if bypass is not None:
        visit.cite(bypass)
        visit.note("TCP state bypass")
    return Entry(
        opener=packet,
        ingress=visit.ingress,
        egress=visit.egress,
        bypass=bypass is not None or packet.protocol is not Protocol.TCP,
        shifts=shifts,
    )


def _randomised(visit: Visit, interfaces: tuple[str, str]) -> bool:
    policy = applied(visit.sight, visit.device, interfaces, visit.packet, CONNECTION)
    if not randomises(policy):
        if policy is not None:
            visit.cite(policy)
        visit.note("sequence numbers are left alone")
        return False
    what = f"random-sequence-number disable for {visit.packet.source} to {visit.packet.destination}"
    visit.cite(*absence(visit.device, ServicePolicy, what))
    visit.note("sequence number randomised")
    return True


def _known(visit: Visit, connections: ConnectionTable, entry: Entry) -> Hop:
    from_opener = entry.from_opener(visit.packet, visit.ingress)
    drop = _first_drop(visit, _KNOWN_FLOW)
    if drop is None and not entry.bypass:
        drop = _state_check(visit, entry) if from_opener else None
    if drop is not None:
        return visit.dropped(drop)
    if not from_opener and not entry.answered and not entry.bypass:
        connections.answered(visit.name, entry)
    return visit.forwarded(_shifted(visit, entry, visit.packet, 1 if from_opener else -1))


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


def _shifted(visit: Visit, entry: Entry, packet: Packet, direction: int) -> Packet:
    """The opener's numbers are moved on the way out and moved back in what the other end acknowledges."""
    if not entry.shifts:
        return packet
    if direction > 0:
        return replace(packet, seq=packet.seq.shifted(visit.name, 1) if packet.seq else None)
    return replace(packet, ack=packet.ack.shifted(visit.name, -1) if packet.ack else None)
