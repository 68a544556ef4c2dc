"""Object NAT of an ASA: what a new flow's addresses become, and whether its answers could find back.

The destination is translated first and decides the way out; lists and classes see real addresses; the
source is translated last. A flow whose answers another rule would translate is refused.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from bothways.diagnosis.connections import ConnectionTable
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.packets import EPHEMERAL, Packet
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate, Protocol
from bothways.state.nat_rows import ObjectNat
from bothways.state.rows import Interface


def to_real(visit: Visit) -> ObjectNat | None:
    """Give the packet its real destination; the rule that says so."""
    for rule in _rules(visit):
        mapped = rule.mapped
        inward = rule.static and _is(rule.mapped_interface, visit.ingress)
        if inward and mapped is not None and visit.packet.destination in mapped:
            real = _moved(visit.packet.destination, mapped, rule.real)
            visit.note(f"translated: destination {visit.packet.destination} becomes {real}")
            visit.packet = replace(visit.packet, destination=real)
            visit.cite(rule)
            return rule
    return None


def to_hidden(visit: Visit, connections: ConnectionTable) -> bool:
    """Give an echo reply that nobody inspects its real destination: the translation stands, rules decide."""
    for entry in connections.on(visit.name):
        hidden = entry.shown.source != entry.opener.source
        if hidden and entry.egress == visit.ingress and entry.echoed_by(visit.packet):
            visit.note(f"translated: destination {visit.packet.destination} becomes {entry.opener.source}")
            visit.packet = replace(visit.packet, destination=entry.opener.source)
            return True
    return False


def diverted(visit: Visit, rule: ObjectNat | None) -> Drop | None:
    """A translated destination is behind the interface its rule names; a route by another one is none."""
    if rule is None or _is(rule.real_interface, visit.egress):
        return None
    reason = (
        f"{visit.name} has {visit.packet.destination} behind {rule.real_interface} by its NAT rule, and its "
        f"route leads out of {visit.egress}"
    )
    return Drop(Fate.NO_ROUTE, reason, "no-route", "no route there")


def way_back(visit: Visit, rule: ObjectNat | None) -> Drop | None:
    """Where the answer would be translated, the packet must have been; one host may have several rules."""
    if rule is not None:
        return None
    back = _leaving(visit, visit.egress, visit.ingress, visit.packet.destination)
    if back is None:
        return None
    visit.cite(back)
    reason = (
        f"{visit.name}: NAT rule of {back.name} would change the source of the answer, and no rule changes "
        f"the destination of this {visit.packet.kind} (syslog 305013)"
    )
    return Drop(Fate.ACL_DENIED, reason, "nat-rpf-failed", "NAT one way")


def shown(visit: Visit, packet: Packet) -> Packet:
    """The packet with the source that the other side is to see; a port may change with it."""
    rule = _leaving(visit, visit.ingress, visit.egress, packet.source)
    if rule is None:
        return packet
    visit.cite(rule)
    source = _shown_address(visit, rule, packet.source)
    if source is None:
        visit.sight.miss(
            f"{visit.name}: the address of {visit.egress}, which hides {packet.source}", deadly=True
        )
        return packet
    visit.note(f"translated: source {packet.source} becomes {source}")
    kept = rule.static or packet.protocol is Protocol.ICMP
    return replace(packet, source=source, source_ports=packet.source_ports if kept else EPHEMERAL)


def _shown_address(visit: Visit, rule: ObjectNat, real: IPv4Address) -> IPv4Address | None:
    if rule.mapped is not None:
        return _moved(real, rule.real, rule.mapped) if rule.static else rule.mapped.network_address
    own = [row for row in visit.device.table(Interface) if row.name == visit.egress] if _seen(visit) else []
    return next((row.address.ip for row in own if row.address is not None), None)


def _seen(visit: Visit) -> bool:
    return visit.sight.table(visit.device, Interface) is not None


def _leaving(visit: Visit, real_side: str, mapped_side: str, source: IPv4Address) -> ObjectNat | None:
    """The rule that changes a source on its way from one interface to another."""
    for rule in _rules(visit):
        between = _is(rule.real_interface, real_side) and _is(rule.mapped_interface, mapped_side)
        if between and source in rule.real:
            return rule
    return None


def _rules(visit: Visit) -> tuple[ObjectNat, ...]:
    table = visit.sight.table(visit.device, ObjectNat, deadly=True)
    if table is None:
        # Without its rules the walk goes on with an address that the next device may never see.
        doubt(visit, f"whether {visit.name} translates {visit.packet.source} or {visit.packet.destination}")
        return ()
    return tuple(table)


def _is(wanted: str, name: str) -> bool:
    return wanted in (name, "any")


def _moved(address: IPv4Address, of: IPv4Network, to: IPv4Network) -> IPv4Address:
    return IPv4Address(int(to.network_address) + int(address) - int(of.network_address))
