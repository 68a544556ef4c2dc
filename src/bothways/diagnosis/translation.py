"""Static address translation of IOS: what an entry does to a packet, and between which interfaces.

Out to in, the packet is translated and then routed; in to out, it is routed and then translated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.policy_route import policy_route, same_interface
from bothways.diagnosis.visit import Visit
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, NatSide, StaticNat
from bothways.state.rows import Version

_SWITCHES = ("WS-C2", "WS-C35", "WS-C36", "WS-C37")
"""Models that translate no addresses."""


def translate_inward(visit: Visit) -> None:
    """From the outside: rewrite before routing, when the way then leads inside."""
    if _side(visit, visit.ingress) != "outside":
        return
    packet, entry = _rewritten(visit, "world")
    if entry is not None and _side(visit, _way(visit, packet)) == "inside":
        _take(visit, packet, entry)


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
    packet, entry = _rewritten(visit, "local")
    if entry is not None:
        if entry.extendable and entry.side == "outside":
            visit.named.note(visit.name, entry, packet)
        _take(visit, packet, entry)


def translates(device: DeviceState, address: IPv4Address) -> StaticNat | None:
    """The entry of a device that hides an outside host behind another address."""
    if not device.sees(StaticNat):
        return None
    entries = device.table(StaticNat)
    return next((row for row in entries if row.side == "outside" and row.world == address), None)


def _rewritten(visit: Visit, known_as: str) -> tuple[Packet, StaticNat | None]:
    """The packet with the other address of each entry that fits; `known_as` is the one it carries now."""
    packet, found = visit.packet, None
    deadly = not _is_switch(visit.device)
    table = tuple(visit.sight.table(visit.device, StaticNat, deadly=deadly) or ())
    # A host on the side the packet comes from is its source, one on the other side its destination.
    comes_from = "outside" if known_as == "world" else "inside"
    named = visit.named.entry(visit.name, packet) if comes_from == "outside" else None
    ends: dict[str, list[StaticNat]] = {"source": [], "destination": []}
    for entry in table:
        end = "source" if entry.side == comes_from else "destination"
        if getattr(visit.packet, end) == getattr(entry, known_as):
            ends[end].append(entry)
    other = "local" if known_as == "world" else "world"
    for end, entries in ends.items():
        if entries:
            found = named if named in entries else _first(visit, end, entries)
            packet = replace(packet, **{end: getattr(found, other)})
    for rule in visit.sight.table(visit.device, NatRule, deadly=deadly) or ():
        visit.cite(rule)
        where = f"{visit.name}: show running-config:{rule.line}"
        doubt(visit, f"{where}: whether {rule.text!r} rewrites this flow; only static NAT is walked")
    return packet, found


def _first(visit: Visit, end: str, entries: Sequence[StaticNat]) -> StaticNat:
    """Of several entries for one host a router takes that which was typed first; it does not print which."""
    if len(entries) == 1:
        return entries[0]
    question = f"which of its translations {visit.name} takes for {getattr(visit.packet, end)}"
    ways = [f"{visit.name} takes {visit.device.evidence(entry).text.strip()!r}" for entry in entries]
    return entries[visit.sight.choose(question, ways)]


def _take(visit: Visit, packet: Packet, entry: StaticNat) -> None:
    was = visit.packet
    changes = [
        f"{name} {old} becomes {new}"
        for name, old, new in (
            ("source", was.source, packet.source),
            ("destination", was.destination, packet.destination),
        )
        if old != new
    ]
    visit.packet = packet
    sides = visit.device.table(NatSide)
    visit.cite(entry, *sides)
    if changes:
        visit.note("translated: " + ", ".join(changes))


def _side(visit: Visit, interface: str) -> str:
    """`inside`, `outside`, or "" for an interface that has no part in it."""
    table = visit.sight.table(visit.device, NatSide, deadly=not _is_switch(visit.device))
    rows = (row.side for row in table or () if interface and same_interface(row.interface, interface))
    return next(rows, "")


def _is_switch(device: DeviceState) -> bool:
    models = (row.model for row in device.table(Version)) if device.sees(Version) else ()
    return any(model.startswith(_SWITCHES) for model in models)
