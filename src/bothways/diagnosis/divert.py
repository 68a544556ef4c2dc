"""The way out of an ASA when a translation has named the interface: only its own routes count then."""

from __future__ import annotations

from bothways.diagnosis.legs import Drop
from bothways.diagnosis.routes import Exit, route_index
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.state.rows import Route


def route_by(visit: Visit, interface: str) -> Drop | None:
    """Look up the destination among the routes of one interface; "" for all of them.

    A translated destination is sent out of the interface its rule or its connection names, by the longest
    route there; a longer one by another interface is none for it.
    """
    table = visit.sight.table(visit.device, Route, deadly=True) if interface else None
    if table is None:
        return visit.route()
    address = visit.packet.destination
    ways = [way for way in route_index(table).exits(address) if way.interface == interface]
    ways = ways or [
        Exit(interface, row.next_hop, (row,))
        for row in _longest([row for row in table.where(interface=interface) if _holds(row, visit)])
    ]
    if not ways:
        reason = (
            f"{visit.name} has {address} behind {interface} by its NAT rule, and no route to it leads out of "
            f"{interface}"
        )
        return Drop(Fate.NO_ROUTE, reason, "no-route", "no route there")
    question = f"which of its equal next hops on {interface} {visit.name} takes towards {address}"
    chosen = visit.sight.choose(question, [f"{address} by {way.next_hop or interface}" for way in ways])
    visit.cite(*ways[chosen].routes)
    visit.send_to(interface, ways[chosen].next_hop)
    return None


def _holds(row: Route, visit: Visit) -> bool:
    inside = row.prefix is not None and visit.packet.destination in row.prefix
    return inside and not row.vrf and not row.tunneled


def _longest(rows: list[Route]) -> list[Route]:
    best = max((_rank(row) for row in rows), default=None)
    return [row for row in rows if _rank(row) == best]


def _rank(row: Route) -> tuple[int, int]:
    return (row.prefix.prefixlen if row.prefix else 0, -(row.distance or 0))
