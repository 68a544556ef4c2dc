"""Routes of the 3560, as it prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network

from bothways.lab.cli.ios_show.view import Neighbor, Route
from bothways.lab.cli.timing import route_age

_CODES = """\
Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route

"""  # noqa: W291 - the device prints this blank
_HOLD_S = 15
_DEFAULT = IPv4Network("0.0.0.0/0")


def render_routes(routes: Sequence[Route]) -> str:
    """`show ip route`: grouped by classful network, the mask in the heading where all share it."""
    default = next((route for route in routes if route.network == _DEFAULT), None)
    last_resort = "Gateway of last resort is not set"
    if default is not None and default.next_hop is not None:
        last_resort = f"Gateway of last resort is {default.next_hop} to network 0.0.0.0"
    groups: dict[IPv4Network, list[Route]] = {}
    for route in sorted(routes, key=lambda route: (route.network.network_address, route.network.prefixlen)):
        groups.setdefault(_classful(route.network), []).append(route)
    defaults = groups.pop(_DEFAULT, [])
    body = "".join(_group(major, members) for major, members in groups.items())
    return f"{_CODES}{last_resort}\n\n{body}{''.join(_row(route, under_heading=False) for route in defaults)}"


def _classful(network: IPv4Network) -> IPv4Network:
    first = int(network.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24
    return network if network.prefixlen < length else network.supernet(new_prefix=length)


def _group(major: IPv4Network, routes: Sequence[Route]) -> str:
    lengths = {route.network.prefixlen for route in routes}
    if lengths == {major.prefixlen}:
        return "".join(_row(route, under_heading=False) for route in routes)
    count = len({route.network for route in routes})
    if len(lengths) == 1:
        heading = f"     {major.network_address}/{lengths.pop()} is subnetted, {count} subnets\n"
        return heading + "".join(_row(route, under_heading=True, with_mask=False) for route in routes)
    heading = f"     {major} is variably subnetted, {count} subnets, {len(lengths)} masks\n"
    return heading + "".join(_row(route, under_heading=True) for route in routes)


def _row(route: Route, *, under_heading: bool, with_mask: bool = True) -> str:
    network = str(route.network if with_mask else route.network.network_address)
    head = f"{route.code:<{8 if under_heading else 5}}{network}"
    if route.next_hop is None:
        return f"{head} is directly connected, {route.interface}\n"
    row = f"{head} [{route.distance}/{route.metric}] via {route.next_hop}"
    if route.code.startswith("D"):
        row += f", {route_age(route.age_s)}, {route.interface}"
    return row + "\n"


def find_route(routes: Iterable[Route], address: IPv4Address) -> list[Route]:
    """Routes of the longest prefix; the default counts only when it is asked for itself."""
    covering = [
        route
        for route in routes
        if address in route.network and (route.network != _DEFAULT or int(address) == 0)
    ]
    longest = max((route.network.prefixlen for route in covering), default=0)
    return [route for route in covering if route.network.prefixlen == longest]


def render_entry(routes: Sequence[Route], process: str) -> str:
    """`show ip route ADDRESS`.

    Args:
        routes: of one prefix; none is an answer of its own.
        process: number of the EIGRP process.
    """
    if not routes:
        return "% Network not in table\n"
    first = routes[0]
    kind = ", supernet" if first.network == _DEFAULT else ""
    lines = [f"Routing entry for {first.network}{kind}", _known_via(first, process)]
    if first.code.startswith("D"):
        lines.append(f"  Redistributing via eigrp {process}")
        lines.append(
            f"  Last update from {first.next_hop} on {first.interface}, {route_age(first.age_s)} ago"
        )
    lines.append("  Routing Descriptor Blocks:")
    for route in routes:
        lines += [f"  * {_hop(route)}", f"      Route metric is {route.metric}, traffic share count is 1"]
    return "\n".join(lines) + "\n\n"


def _known_via(route: Route, process: str) -> str:
    names = {"C": "connected", "S": "static", "D": f"eigrp {process}"}
    head = f'  Known via "{names[route.code[0]]}", distance {route.distance}, metric {route.metric}'
    if "*" in route.code:
        head += ", candidate default path"
    if route.code == "C":
        return head + " (connected, via interface)"
    if route.code.startswith("D"):
        return head + f", type {'external' if 'EX' in route.code else 'internal'}"
    return head


def _hop(route: Route) -> str:
    if route.next_hop is None:
        return f"directly connected, via {route.interface}"
    if not route.code.startswith("D"):
        return str(route.next_hop)
    return f"{route.next_hop}, from {route.next_hop}, {route_age(route.age_s)} ago, via {route.interface}"


def render_neighbors(process: str, rows: Iterable[Neighbor]) -> str:
    """`show ip eigrp neighbors`."""
    lines = [
        f"IP-EIGRP neighbors for process {process}",
        "H   Address                 Interface       Hold Uptime   SRTT   RTO  Q  Seq",
        "                                            (sec)         (ms)       Cnt Num",
    ]
    for at, row in enumerate(rows):
        times = f"{int(_HOLD_S + row.heard_s):>4} {route_age(row.age_s):<8}"
        lines.append(f"{at:<3} {row.address!s:<23} {row.interface:<15} {times} {1:>4} {200:>5}  0  3")
    return "\n".join(lines) + "\n"
