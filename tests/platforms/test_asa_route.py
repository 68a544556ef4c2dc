"""`show route` of an ASA, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.platforms.asa.route import parse_route

HAIRPIN = """\

Codes: C - connected, S - static, I - IGRP, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       * - candidate default, U - per-user static route, o - ODR

Gateway of last resort is 203.0.113.1 to network 0.0.0.0

C    203.0.113.0 255.255.255.0 is directly connected, outside
C    10.12.0.0 255.255.255.0 is directly connected, inside
D    172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 0:19:52, inside
S*   0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside
"""


def test_s0_01_the_lab_subnet_is_learnt_over_the_interface_it_is_asked_on() -> None:
    """S0-01: a single-path internal EIGRP route keeps next hop and interface."""
    table = parse_route(HAIRPIN, "show route")
    (route,) = table.where(prefix=IPv4Network("172.16.1.0/24"))
    assert (route.code, route.distance, route.metric) == ("D", 90, 28416)
    assert (route.next_hop, route.interface) == (IPv4Address("10.12.0.254"), "inside")
    assert route.line == 10
    assert table.unknown == ()


def test_a_candidate_default_loses_its_star() -> None:
    default = parse_route(HAIRPIN, "show route").row(3)
    assert (default.code, default.prefix) == ("S", IPv4Network("0.0.0.0/0"))
    assert default.next_hop == IPv4Address("203.0.113.1")


CASES = {
    "wrapped, two ways": (
        (
            "O E1     172.23.42.0 255.255.254.0 \n"
            "           [110/11] via 172.17.13.52, 2w2d, routing\n"
            "           [110/11] via 172.17.13.51, 7w0d, routing\n"
        ),
        [
            ("O E1", "172.23.42.0/23", 110, 11, "172.17.13.52", "routing", 2),
            ("O E1", "172.23.42.0/23", 110, 11, "172.17.13.51", "routing", 3),
        ],
    ),
    "wrapped connected": (
        "C    192.168.2.0 255.255.255.0\n               is directly connected, inside\n",
        [("C", "192.168.2.0/24", None, None, None, "inside", 2)],
    ),
    "distance without metric, second via bare": (
        "S* 0.0.0.0 0.0.0.0 [10] via 10.16.251.1, outside\n                    via 10.16.251.2, pod1000\n",
        [
            ("S", "0.0.0.0/0", 10, None, "10.16.251.1", "outside", 1),
            ("S", "0.0.0.0/0", 10, None, "10.16.251.2", "pod1000", 2),
        ],
    ),
    "bgp names no interface": (
        "B    10.122.3.0 255.255.255.0 [20/0] via 172.25.141.2, 2d19h\n",
        [("B", "10.122.3.0/24", 20, 0, "172.25.141.2", "", 1)],
    ),
    "connected by vpn": (
        "V    10.2.2.132 255.255.255.255 \n           connected by VPN (advertised), external\n",
        [("V", "10.2.2.132/32", None, None, None, "external", 2)],
    ),
    "mask with a hole": (
        "S    192.168.10.0 255.255.255.64 [1/0] via 172.52.64.1, inside\n",
        [("S", None, 1, 0, "172.52.64.1", "inside", 1)],
    ),
    "interface named like nothing else": (
        "C    127.0.0.0 255.255.0.0 is directly connected, _internal_loopback\n",
        [("C", "127.0.0.0/16", None, None, None, "_internal_loopback", 1)],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_route_lines_as_devices_wrap_them(text: str, expected: list[tuple[object, ...]]) -> None:
    table = parse_route(text, "show route")
    assert table.unknown == ()
    seen = [
        (
            row.code,
            str(row.prefix) if row.prefix else None,
            row.distance,
            row.metric,
            str(row.next_hop) if row.next_hop else None,
            row.interface,
            row.line,
        )
        for row in table
    ]
    assert seen == expected


def test_the_tunneled_default_stands_beside_the_other_one() -> None:
    text = (
        "S*   0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n"
        "S    0.0.0.0 0.0.0.0 [255/0] via 10.98.126.1, Inside-Port-Channel tunneled\n"
    )
    plain, tunneled = parse_route(text, "show route")
    assert (plain.tunneled, plain.interface) == (False, "outside")
    assert (tunneled.tunneled, tunneled.interface) == (True, "Inside-Port-Channel")


def test_a_name_is_resolved_where_the_device_told_it_and_kept_where_not() -> None:
    text = (
        "S        server 255.255.255.255 [1/0] via gate, inside\n"
        "S        SERVER 255.255.255.255 [1/0] via 10.0.5.12, outside\n"
    )
    names = {"server": IPv4Address("10.1.1.1"), "gate": IPv4Address("10.0.0.9")}
    known, unknown = parse_route(text, "show route", names)
    assert (known.prefix, known.next_hop) == (IPv4Network("10.1.1.1/32"), IPv4Address("10.0.0.9"))
    assert known.label == "server 255.255.255.255"
    assert (unknown.prefix, unknown.label) == (None, "SERVER 255.255.255.255")


LOST = {
    "wrapped destination at the end": ("O    10.1.1.0 255.255.255.0\n", (1,)),
    "wrapped destination, then another": (
        "O    10.1.1.0 255.255.255.0\nC    10.2.0.0 255.255.0.0 is directly connected, inside\n",
        (1,),
    ),
    "next hop without destination": ("      [110/11] via 10.1.1.1, 1d02h, inside\n", (1,)),
    "connected to nothing": ("C    10.2.0.0 255.255.0.0 is directly connected\n", (1,)),
    "a prompt": ("fw01# show route\n", (1,)),
}


@pytest.mark.parametrize(("text", "unknown"), LOST.values(), ids=LOST.keys())
def test_lines_that_make_no_row_are_counted(text: str, unknown: tuple[int, ...]) -> None:
    assert parse_route(text, "show route").unknown == unknown
