"""Address translation of IOS: what its lines do to a packet, and between which interfaces.

Out to in, the packet is translated and then routed; in to out, it is routed and then translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.inside_source import by_full, called_port, calling_port, listed, too_wide
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.policy_route import policy_route, same_interface
from bothways.diagnosis.pools import lent_to_nobody, pooled
from bothways.diagnosis.visit import Visit
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, NatSide, StaticNat
from bothways.state.rows import Version
from bothways.state.tables import Row

_SWITCHES = ("WS-C2", "WS-C35", "WS-C36", "WS-C37")
"""Models that translate no addresses."""


def translate_inward(visit: Visit) -> None:
    """From the outside: rewrite before routing, when the way then leads inside."""
    if _side(visit, visit.ingress) != "outside" or _of_vrf(visit):
        return
    was = visit.packet
    full = called_port(visit, deadly=_matters(visit))
    packet, renamed, _ = _renamed(visit, "world", settled="destination" if full else "")
    lines: tuple[Row, ...] = renamed
    if full is not None:
        packet, lines = by_full(packet, full, inward=True), (*lines, full.line)
        for entry in renamed:
            if packet.source == was.source != entry.local:
                name = f"the name {entry.world} that was called, or by {entry.local}"
                doubt(visit, f"whether {visit.name} lets {packet} answer by {name}")
    lent = pooled(visit.device, was.destination) if not lines else None
    if lent is not None and not lent.overload:
        # While a host has an address of a pool for itself alone, it can be called by it.
        doubt(visit, lent_to_nobody(visit.device, lent, was.destination).reason)
    wide = too_wide(visit)
    if wide is not None and _side(visit, _way(visit, packet)) == "inside":
        doubt(visit, wide)
    if lines and _side(visit, _way(visit, packet)) == "inside":
        _take(visit, packet, lines)
        if full is not None:
            visit.translations.keep(visit.name, _answering(packet), _answering(was), full)


def _way(visit: Visit, packet: Packet) -> str:
    """The interface a translated packet would leave by, "" for none and for the device's own addresses."""
    policy = policy_route(visit.sight, visit.topology, visit.device, visit.ingress, packet)
    if policy.next_hop is not None:
        return policy.interface
    if any(owner.device == visit.name for owner in visit.topology.owners(packet.destination)):
        return ""
    way = visit.exit(packet.destination)
    return way.interface if way is not None else ""


def translate_outward(visit: Visit) -> None:
    """From the inside, once the route leads outside."""
    if _side(visit, visit.ingress) != "inside" or _side(visit, visit.egress) != "outside":
        return
    if _of_vrf(visit):
        return
    was, deadly = visit.packet, _matters(visit)
    full = calling_port(visit, deadly=deadly)
    packet, renamed, named = _renamed(visit, "local", settled="source" if full else "")
    lines: tuple[Row, ...] = renamed
    if full is None and not any(line.side == "inside" for line in renamed):
        full = listed(visit, deadly=deadly)
    if full is not None:
        packet, lines = by_full(packet, full, inward=False), (*lines, full.line)
        visit.translations.keep(visit.name, was, packet, full)
    if lines:
        if named is not None and named.extendable and named.side == "outside":
            visit.translations.note(visit.name, named, packet)
        _take(visit, packet, lines)


def translates(device: DeviceState, address: IPv4Address) -> StaticNat | None:
    """The entry of a device that hides an outside host behind another address."""
    if not device.sees(StaticNat):
        return None
    entries = device.table(StaticNat)
    return next((row for row in entries if row.side == "outside" and row.world == address), None)


def _renamed(
    visit: Visit, known_as: str, *, settled: str = ""
) -> tuple[Packet, tuple[StaticNat, ...], StaticNat | None]:
    """The packet with the other address of each entry that fits, the entries, and the last of them.

    Args:
        visit: the packet as it stands.
        known_as: which address of an entry the packet carries now.
        settled: the end of it that a port or a full translation settles.
    """
    packet, found = visit.packet, []
    # A host on the side the packet comes from is its source, one on the other side its destination.
    comes_from = "outside" if known_as == "world" else "inside"
    named = visit.translations.entry(visit.name, packet) if comes_from == "outside" else None
    ends: dict[str, list[StaticNat]] = {"source": [], "destination": []}
    for entry in visit.sight.table(visit.device, StaticNat, deadly=_matters(visit)) or ():
        end = "source" if entry.side == comes_from else "destination"
        if getattr(visit.packet, end) == getattr(entry, known_as):
            ends[end].append(entry)
    other = "local" if known_as == "world" else "world"
    for end, entries in ends.items():
        if entries and end != settled:
            found.append(named if named is not None and named in entries else _first(visit, end, entries))
            packet = replace(packet, **{end: getattr(found[-1], other)})
    for rule in visit.sight.table(visit.device, NatRule, deadly=_matters(visit)) or ():
        visit.cite(rule)
        where = f"{visit.name}: show running-config:{rule.line}"
        doubt(visit, f"{where}: whether {rule.text!r} rewrites this flow; that kind of NAT is not walked")
    return packet, tuple(found), found[-1] if found else None


def _first(visit: Visit, end: str, entries: Sequence[StaticNat]) -> StaticNat:
    """Of several entries for one host a router takes that which was typed first; it does not print which."""
    if len(entries) == 1:
        return entries[0]
    question = f"which of its translations {visit.name} takes for {getattr(visit.packet, end)}"
    ways = [f"{visit.name} takes {visit.device.evidence(entry).text.strip()!r}" for entry in entries]
    return entries[visit.sight.choose(question, ways)]


def _take(visit: Visit, packet: Packet, lines: Sequence[Row]) -> None:
    was = visit.packet
    changes = [
        f"{name} {old} becomes {new}"
        for name, old, new in (
            ("source", _end(was, packet, "source"), _end(packet, was, "source")),
            ("destination", _end(was, packet, "destination"), _end(packet, was, "destination")),
        )
        if old != new
    ]
    visit.packet = packet
    sides = visit.device.table(NatSide)
    visit.cite(*lines, *sides)
    if changes:
        visit.note("translated: " + ", ".join(changes))


def _end(packet: Packet, other: Packet, end: str) -> str:
    """An end as a reader wants it: with its port where that is another one afterwards, and known."""
    ports, others = getattr(packet, f"{end}_ports"), getattr(other, f"{end}_ports")
    known = ports != others and ports[0] == ports[1] and others[0] == others[1]
    return f"{getattr(packet, end)}:{ports[0]}" if known else str(getattr(packet, end))


def _answering(packet: Packet) -> Packet:
    """The ends of what is said to this packet."""
    return replace(
        packet,
        source=packet.destination,
        source_ports=packet.destination_ports,
        destination=packet.source,
        destination_ports=packet.source_ports,
    )


def _of_vrf(visit: Visit) -> bool:
    """Whether this is NAT in a VRF, which is not walked."""
    if not visit.device.vrf:
        return False
    rules = visit.device.table(NatRule) if visit.device.sees(NatRule) else ()
    named = (rule for rule in rules if f" vrf {visit.device.vrf}" in rule.text)
    visit.cite(*visit.device.table(NatSide), *named)
    doubt(visit, f"whether {visit.name} translates {visit.packet}: NAT in a VRF is not walked")
    return True


def _side(visit: Visit, interface: str) -> str:
    """`inside`, `outside`, or "" for an interface that has no part in it."""
    table = visit.sight.table(visit.device, NatSide, deadly=_matters(visit))
    rows = (row.side for row in table or () if interface and same_interface(row.interface, interface))
    return next(rows, "")


def _matters(visit: Visit) -> bool:
    """Whether unread translations could kill the flow: a model that has none needs none."""
    device = visit.device
    models = (row.model for row in device.table(Version)) if device.sees(Version) else ()
    return not any(model.startswith(_SWITCHES) for model in models)
