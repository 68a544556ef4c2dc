"""Longest prefix match over one device's routing table; the index is built once per table."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any
from weakref import WeakKeyDictionary

from bothways.state.rows import Route
from bothways.state.tables import Table

_DEEPEST_RECURSION = 8


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a routing table sends an address.

    Attributes:
        interface: "" when the next hop could not be resolved to one.
        next_hop: None when the destination is connected.
        routes: the lines that said so, the destination's first.
    """

    interface: str
    next_hop: IPv4Address | None
    routes: tuple[Route, ...]

    @property
    def discards(self) -> bool:
        """A route to nowhere."""
        return self.interface.lower().startswith("null")


class RouteIndex:
    """One dictionary per prefix length, the longest first. Only the global table; no tunnel defaults."""

    def __init__(self, table: Table[Route]) -> None:
        self._table = table
        self._by_length: dict[int, dict[int, list[int]]] = {}
        prefixes = table.vocabulary("prefix")
        vrfs, tunneled = table.vocabulary("vrf"), table.vocabulary("tunneled")
        columns = (table.column(name).tolist() for name in ("prefix", "vrf", "tunneled"))
        for row, (prefix_code, vrf_code, tunnel_code) in enumerate(zip(*columns, strict=True)):
            prefix = prefixes[prefix_code]
            if prefix is None or vrfs[vrf_code] or tunneled[tunnel_code]:
                continue
            of_length = self._by_length.setdefault(prefix.prefixlen, {})
            of_length.setdefault(int(prefix.network_address), []).append(row)
        self._masks = [
            (length, ((1 << length) - 1) << (32 - length)) for length in sorted(self._by_length, reverse=True)
        ]

    def best(self, address: IPv4Address) -> list[Route]:
        """The rows of the longest matching prefix with the lowest distance, as printed."""
        number = int(address)
        for length, mask in self._masks:
            rows = self._by_length[length].get(number & mask)
            if rows:
                routes = [self._table.row(row) for row in rows]
                lowest = min(route.distance or 0 for route in routes)
                return [route for route in routes if (route.distance or 0) == lowest]
        return []

    def exit(self, address: IPv4Address) -> Exit | None:
        """Where `address` is sent, the first of equals; None when no route matches."""
        return next(iter(self.exits(address)), None)

    def exits(self, address: IPv4Address) -> tuple[Exit, ...]:
        """Every equal exit for `address`, as printed, each pair of interface and next hop once."""
        return self._exits(address, 0)

    def _exits(self, address: IPv4Address, depth: int) -> tuple[Exit, ...]:
        found: dict[tuple[str, IPv4Address | None], Exit] = {}
        for route in self.best(address):
            for way in self._of_route(route, depth):
                found.setdefault((way.interface, way.next_hop), way)
        return tuple(found.values())

    def _of_route(self, route: Route, depth: int) -> tuple[Exit, ...]:
        if route.interface or route.next_hop is None:
            return (Exit(route.interface, route.next_hop, (route,)),)
        # A next hop without an interface (BGP, static through an address) is looked up in its turn.
        further = self._exits(route.next_hop, depth + 1) if depth < _DEEPEST_RECURSION else ()
        if not further:
            return (Exit("", route.next_hop, (route,)),)
        return tuple(
            Exit(way.interface, way.next_hop or route.next_hop, (route, *way.routes)) for way in further
        )


_indexes: WeakKeyDictionary[Table[Any], RouteIndex] = WeakKeyDictionary()


def route_index(table: Table[Route]) -> RouteIndex:
    """The index of a table, built at the first call."""
    index = _indexes.get(table)
    if index is None:
        index = _indexes[table] = RouteIndex(table)
    return index
