"""Interfaces, ARP and routes of the ASA, as it prints them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bothways.lab.cli.asa_show.view import Arp, Port, Route
from bothways.lab.cli.timing import asa_age

_CODES = """\

Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, + - replicated route

"""


def render_brief(ports: Iterable[Port]) -> str:
    """`show interface ip brief`."""
    lines = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for port in ports:
        address = str(port.address.ip) if port.address else "unassigned"
        method = "CONFIG" if port.address else "unset"
        lines.append(f"{port.name:<26} {address:<15} YES {method:<6} {port.status:<21} {port.protocol:<4}")
    return _text(lines)


def render_nameif(ports: Iterable[Port]) -> str:
    """`show nameif`."""
    lines = ["Interface                Name                     Security"]
    lines += [f"{port.name:<25}{port.nameif:<25}{port.level:>3}" for port in ports if port.nameif]
    return _text(lines)


def render_interfaces(ports: Iterable[Port]) -> str:
    """`show interface`."""
    return "".join(_interface(port) for port in ports)


def _interface(port: Port) -> str:
    hardware = "EtherSVI, BW 100 Mbps, DLY 100 usec" if port.name.startswith("Vlan") else (
        "88E6095, BW 100 Mbps, DLY 100 usec"
    )  # fmt: skip
    lines = [
        f'Interface {port.name} "{port.nameif}", is {port.status}, line protocol is {port.protocol}',
        f"  Hardware is {hardware}",
    ]
    if port.nameif:
        address = f"IP address {port.address.ip}, subnet mask {port.address.netmask}" if port.address else ""
        lines += [f"\tMAC address {port.mac}, MTU 1500", f"\t{address or 'IP address unassigned'}"]
        lines += [
            f'  Traffic Statistics for "{port.nameif}":',
            "\t0 packets input, 0 bytes",
            "\t0 packets output, 0 bytes",
            "\t0 packets dropped",
            "      1 minute input rate 0 pkts/sec,  0 bytes/sec",
            "      1 minute output rate 0 pkts/sec,  0 bytes/sec",
            "      1 minute drop rate, 0 pkts/sec",
            "      5 minute input rate 0 pkts/sec,  0 bytes/sec",
            "      5 minute output rate 0 pkts/sec,  0 bytes/sec",
            "      5 minute drop rate, 0 pkts/sec",
        ]
    else:
        lines += [
            "\tAuto-Duplex(Full-duplex), Auto-Speed(100 Mbps)",
            "\tInput flow control is unsupported, output flow control is unsupported",
            "\tAvailable but not configured via nameif",
            f"\tMAC address {port.mac}, MTU not set",
            "\tIP address unassigned",
        ]
    return _text(lines)


def render_arp(rows: Iterable[Arp]) -> str:
    """`show arp`: ages in seconds."""
    return _text(f"        {row.nameif} {row.address} {row.mac} {int(row.age_s)}" for row in rows)


def render_routes(routes: Sequence[Route]) -> str:
    """`show route`."""
    last_resort = "Gateway of last resort is not set"
    for route in routes:
        if route.network.prefixlen == 0 and route.next_hop is not None:
            last_resort = f"Gateway of last resort is {route.next_hop} to network 0.0.0.0"
    ordered = sorted(routes, key=lambda route: (route.network.network_address, route.network.prefixlen))
    return _CODES + last_resort + "\n\n" + "".join(_route(route) for route in ordered)


def _route(route: Route) -> str:
    width = 6 if route.network.prefixlen == 0 else 9
    head = f"{route.code:<{width}}{route.network.network_address} {route.network.netmask}"
    if route.next_hop is None:
        return f"{head} is directly connected, {route.nameif}\n"
    age = "" if route.age_s is None else f"{asa_age(route.age_s)}, "
    return f"{head} [{route.distance}/{route.metric}] via {route.next_hop}, {age}{route.nameif}\n"


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
