"""`show ip route`, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.platforms.ios.route import parse_route

LAB_SWITCH = """\
Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       o - ODR, P - periodic downloaded static route

Gateway of last resort is 10.12.0.1 to network 0.0.0.0

     172.16.0.0/24 is subnetted, 1 subnets
C       172.16.1.0 is directly connected, Vlan172
     10.0.0.0/24 is subnetted, 1 subnets
C       10.12.0.0 is directly connected, Vlan10
D*EX 0.0.0.0/0 [170/28416] via 10.12.0.1, 00:19:52, Vlan10
"""


def test_s0_01_the_switch_sees_both_nets_and_the_default_towards_the_firewall() -> None:
    """S0-01: headings carry the mask, the default's star and kind are told apart."""
    table = parse_route(LAB_SWITCH, "show ip route")
    assert table.unknown == ()
    assert [(row.line, row.code, str(row.prefix), row.label, row.interface) for row in table] == [
        (8, "C", "172.16.1.0/24", "172.16.1.0", "Vlan172"),
        (10, "C", "10.12.0.0/24", "10.12.0.0", "Vlan10"),
        (11, "D EX", "0.0.0.0/0", "0.0.0.0/0", "Vlan10"),
    ]
    assert table.row(2).next_hop == IPv4Address("10.12.0.1")


def test_a_host_route_takes_the_mask_of_its_heading() -> None:
    text = "     192.4.4.0/32 is subnetted, 1 subnets\nS       192.4.4.4 [1/0] via 192.34.0.4\n"
    (row,) = parse_route(text, "show ip route")
    assert row.prefix == IPv4Network("192.4.4.4/32")
    assert row.interface == ""


def test_after_a_variably_subnetted_heading_each_line_has_its_own_mask() -> None:
    text = (
        "     10.0.0.0/30 is subnetted, 1 subnets\n"
        "C       10.9.9.0 is directly connected, Vlan9\n"
        "     10.0.0.0/8 is variably subnetted, 2 subnets, 2 masks\n"
        "C       10.12.0.0/24 is directly connected, Vlan10\n"
        "S       10.13.0.0 is directly connected, Null0\n"
    )
    table = parse_route(text, "show ip route")
    assert [str(row.prefix) for row in table] == ["10.9.9.0/30", "10.12.0.0/24", "None"]


CASES = {
    "wrapped, two ways": (
        (
            "O E2    10.63.184.0/23 \n"
            "           [110/20] via 10.62.4.29, 12:55:19, TenGigabitEthernet1/15\n"
            "           [110/20] via 10.62.3.29, 12:55:19, TenGigabitEthernet1/16\n"
        ),
        [("O E2", "10.62.4.29", "TenGigabitEthernet1/15"), ("O E2", "10.62.3.29", "TenGigabitEthernet1/16")],
    ),
    "two connected ways": (
        (
            "S    10.36.3.3/32 is directly connected, GigabitEthernet0/3\n"
            "                  is directly connected, GigabitEthernet0/2\n"
        ),
        [("S", None, "GigabitEthernet0/3"), ("S", None, "GigabitEthernet0/2")],
    ),
    "summary": ("D    5.0.0.0/8 is a summary, 00:12:01, Null0\n", [("D", None, "Null0")]),
    "bgp to nowhere": ("B    11.1.0.0/17 [200/0], 2w0d, Null0\n", [("B", None, "Null0")]),
    "bgp out of a vrf": ("B    10.20.0.0/16 [200/0] via 10.254.1.1 (AMB), 3w4d\n", [("B", "10.254.1.1", "")]),
    "leaked connected": ("B    10.10.5.0/24 is directly connected, 3w4d, Vlan5\n", [("B", None, "Vlan5")]),
    "isis without time": (
        "i L2 172.16.1.0/26 [115/10] via 10.0.1.2, Serial0/0\n",
        [("i L2", "10.0.1.2", "Serial0/0")],
    ),
    "channelised serial": (
        "C    10.64.4.88/30 is directly connected, Serial0/0/0:0\n",
        [("C", None, "Serial0/0/0:0")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_route_lines_as_devices_wrap_them(text: str, expected: list[tuple[str, str | None, str]]) -> None:
    table = parse_route(text, "show ip route")
    assert table.unknown == ()
    assert [
        (row.code, str(row.next_hop) if row.next_hop else None, row.interface) for row in table
    ] == expected


def test_each_routing_table_of_one_output_is_told_apart() -> None:
    text = (
        "Routing Table: OOB_Mgmt\nS*    0.0.0.0/0 [1/0] via 10.50.15.1\n"
        "Routing Table: LAB\nS*    0.0.0.0/0 [1/0] via 10.60.15.1\n"
    )
    assert [(row.vrf, str(row.next_hop)) for row in parse_route(text, "show ip route")] == [
        ("OOB_Mgmt", "10.50.15.1"),
        ("LAB", "10.60.15.1"),
    ]


def test_lines_a_session_may_print_above_are_recognised() -> None:
    text = (
        "Load for five secs: 14%/0%; one minute: 13%; five minutes: 19%\n"
        "Time source is NTP, 11:58:48.301 EST Fri Oct 14 2016\n"
        "Tue May 22 22:32:30.765 UTC\n"
        "C    10.12.0.0/24 is directly connected, Vlan10\n"
    )
    table = parse_route(text, "show ip route")
    assert (len(table), table.unknown) == (1, ())


def test_impossible_numbers_are_counted_not_believed() -> None:
    text = (
        "C    10.12.0.999/24 is directly connected, Vlan10\nC    10.12.0.0/77 is directly connected, Vlan10\n"
    )
    table = parse_route(text, "show ip route")
    assert table.unknown == (1,)
    assert [row.prefix for row in table] == [None]
