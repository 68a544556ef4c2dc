"""Routes and the longest match."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True)
class Route:
    """One route.

    Attributes:
        network: where it leads.
        next_hop: None for a connected one.
        interface: nameif on the ASA, interface name on IOS, "" when a static next hop decides.
        source: connected, static, eigrp or eigrp-external.
        distance, metric: as `[90/28416]` shows them.
        since_s: when it came.
    """

    network: IPv4Network
    next_hop: IPv4Address | None
    interface: str
    source: str
    distance: int = 0
    metric: int = 0
    since_s: float = 0.0


@dataclass
class Rib:
    """The best route to every network.

    Attributes:
        best: by network, in the order of address and mask.
    """

    best: dict[IPv4Network, Route] = field(default_factory=dict)
    _search: list[tuple[int, int, Route]] = field(default_factory=list)

    def install(self, routes: list[Route]) -> None:
        """Take the best of each network: lowest distance, then metric, then what came first in the list."""
        best: dict[IPv4Network, Route] = {}
        for route in routes:
            known = best.get(route.network)
            if known is None or (route.distance, route.metric) < (known.distance, known.metric):
                best[route.network] = route
        self.best = {network: best[network] for network in sorted(best)}
        longest_first = sorted(best.values(), key=lambda route: -route.network.prefixlen)
        self._search = [
            (int(route.network.netmask), int(route.network.network_address), route) for route in longest_first
        ]

    def lookup(self, destination: IPv4Address, out: str = "") -> Route | None:
        """The route with the longest matching prefix, of all or of those out of one interface."""
        number = int(destination)
        for mask, network, route in self._search:
            if number & mask == network and out in ("", route.interface):
                return route
        return None

    def routes(self) -> list[Route]:
        """All routes in use, in order."""
        return list(self.best.values())
