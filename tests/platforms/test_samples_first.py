"""Real routing, ARP and interface tables: counts, first and last rows and sums read off the texts."""

from __future__ import annotations

import pytest

from bothways.platforms.asa.arp import parse_arp as parse_asa_arp
from bothways.platforms.asa.interface import parse_interface as parse_asa_interface
from bothways.platforms.asa.nameif import parse_nameif
from bothways.platforms.asa.names import names_in
from bothways.platforms.asa.route import parse_route as parse_asa_route
from bothways.platforms.ios.arp import parse_arp as parse_ios_arp
from bothways.platforms.ios.route import parse_route as parse_ios_route
from bothways.state.rows import Route

from .conftest import Sample


def brief(row: Route) -> tuple[int, str, str, str, str]:
    return row.line, row.code, row.label, str(row.next_hop), row.interface


ASA_ROUTES = [
    # path, rows, unknown lines, sum of metrics, first row, last row
    (
        "1",
        31,
        (),
        # 8 OSPF inter-area lines of 11 and 6 external ones of 3840
        8 * 11 + 6 * 3840,
        (10, "S", "Server1 255.255.255.255", "10.0.5.12", "outside"),
        (41, "C", "192.168.2.0 255.255.255.0", "None", "inside"),
    ),
    (
        "2",
        31,
        (1,),
        # three ways of metric 5; O E2 11+1+11+11; O 20; D 30720; O 4 of 20; D EX 8 of 345856
        3 * 5 + 34 + 20 + 30720 + 4 * 20 + 8 * 345856,
        (14, "S", "0.0.0.0 0.0.0.0", "10.16.251.1", "outside"),
        (48, "D EX", "10.121.71.0 255.255.255.0", "10.9.193.98", "esavpn"),
    ),
    (
        "3",
        12,
        (),
        4 * 20 + 8 * 345856,
        (3, "O", "10.121.65.0 255.255.255.0", "10.121.64.35", "inside"),
        (14, "D EX", "10.121.71.0 255.255.255.0", "10.9.193.98", "esavpn"),
    ),
]


@pytest.mark.parametrize("case", ASA_ROUTES, ids=[case[0] for case in ASA_ROUTES])
def test_real_asa_routes(
    sample: Sample, case: tuple[str, int, tuple[int, ...], int, tuple[object, ...], tuple[object, ...]]
) -> None:
    name, rows, unknown, metrics, first, last = case
    table = parse_asa_route(sample(f"cisco_asa/show_route/{name}.txt"), "show route")
    assert (len(table), table.unknown) == (rows, unknown)
    assert sum(row.metric or 0 for row in table) == metrics
    assert brief(table.row(0)) == first
    assert brief(table.row(rows - 1)) == last


def test_real_asa_names_are_told_apart_by_case_and_digit(sample: Sample) -> None:
    names = names_in(sample("cisco_asa/show_name/1.txt"))
    assert len(names) == 12
    assert str(names["1-server"]) == "10.1.100.100"
    route = parse_asa_route(sample("cisco_asa/show_route/1.txt"), "show route", names)
    resolved = {row.label.split()[0]: str(row.prefix) for row in route if not row.label[0].isdigit()}
    assert resolved == {
        "Server1": "None",
        "Sever-2": "None",
        "Server_3": "None",
        "SERVER": "None",
        "server": "10.1.1.1/32",
    }


IOS_ROUTES = [
    (
        "1",
        36
        - 1,  # 36 lines speak of a next hop, an interface or Null0; one of them is the gateway of last resort
        (),
        (12, "S", "1.1.1.1", "212.0.0.1", ""),
        (57, "C", "194.0.0.0/16", "None", "FastEthernet0/0.100"),
    ),
    (
        "2",
        2,
        (),
        (16, "C", "192.168.1.0/24", "None", "vasileft1"),
        (17, "L", "192.168.1.1/32", "None", "vasileft1"),
    ),
    (
        "3",
        3,
        (2,),
        (17, "S", "0.0.0.0/0", "10.50.15.1", ""),
        (20, "L", "10.50.15.12/32", "None", "FastEthernet0/0"),
    ),
    (
        "4",
        14,
        (2,),
        (16, "C", "10.4.1.1", "None", "Loopback0"),
        (34, "B", "10.16.32.32", "10.66.12.12", ""),
    ),
    (
        "5",
        3,
        (2,),
        (17, "S", "0.0.0.0/0", "10.50.15.1", ""),
        (20, "L", "10.50.15.12/32", "None", "FastEthernet0/0"),
    ),
]


@pytest.mark.parametrize("case", IOS_ROUTES, ids=[case[0] for case in IOS_ROUTES])
def test_real_ios_routes(
    sample: Sample, case: tuple[str, int, tuple[int, ...], tuple[object, ...], tuple[object, ...]]
) -> None:
    name, rows, unknown, first, last = case
    table = parse_ios_route(sample(f"cisco_ios/show_ip_route/{name}.txt"), "show ip route")
    assert (len(table), table.unknown) == (rows, unknown)
    assert brief(table.row(0)) == first
    assert brief(table.row(rows - 1)) == last
    assert all(row.prefix is not None for row in table)


def test_real_ios_route_tables_of_a_vrf_say_so(sample: Sample) -> None:
    table = parse_ios_route(sample("cisco_ios/show_ip_route/3.txt"), "show ip route vrf OOB_Mgmt")
    assert {row.vrf for row in table} == {"OOB_Mgmt"}


def test_real_asa_arp(sample: Sample) -> None:
    table = parse_asa_arp(sample("cisco_asa/show_arp/1.txt"), "show arp")
    assert (len(table), table.unknown) == (5, ())
    assert sum(row.age or 0 for row in table) == 15 + 5054 + 711 + 8744 + 12074
    assert [row.interface for row in table] == ["outside", "DMZ", "DMZ1", "DMZ2", "INSIDE"]


IOS_ARP = [
    ("show_ip_arp/1", 7, (), 9, 0),
    ("show_ip_arp/2", 4, (1,), 79, 0),
    ("show_arp/1", 5, (), 0, 1),
]


@pytest.mark.parametrize("case", IOS_ARP, ids=[case[0] for case in IOS_ARP])
def test_real_ios_arp(sample: Sample, case: tuple[str, int, tuple[int, ...], int, int]) -> None:
    path, rows, unknown, ages, incomplete = case
    table = parse_ios_arp(sample(f"cisco_ios/{path}.txt"), "show ip arp")
    assert (len(table), table.unknown) == (rows, unknown)
    assert sum(row.age or 0 for row in table) == ages
    assert sum(row.mac == "" for row in table) == incomplete


def test_real_nameif(sample: Sample) -> None:
    table = parse_nameif(sample("cisco_asa/show_nameif/1.txt"), "show nameif")
    assert table.unknown == ()
    assert [(row.port, row.name, row.level) for row in table] == [
        ("GigabitEthernet0/0", "outside", 0),
        ("GigabitEthernet0/1", "inside", 100),
    ]


ASA_INTERFACES = [
    # path, rows, unknown, names, addresses
    (
        "show_interface/1",
        (),
        ["outside", "outside-1", "mgmt", "DMZ", "outside-3", "inside"],
        ["10.0.0.5/30", "10.0.0.13/30", "172.16.1.222/24", "10.6.2.1/24", "10.12.16.237/29", "10.6.10.1/24"],
    ),
    (
        "show_interface/2",
        (),
        ["outside", "inside", "", "", "", "management"],
        ["10.99.99.2/24", "10.90.90.1/24", "None", "None", "None", "10.100.100.2/24"],
    ),
    ("show_interface/3", (), ["management"], ["172.16.178.58/24"]),
    ("show_interface/4", (), ["DMZ_Trunk"], ["None"]),
    ("show_interface_detail/2", (2,), ["pod555"], ["10.10.1.1/24"]),
]


@pytest.mark.parametrize(("path", "unknown", "names", "addresses"), ASA_INTERFACES)
def test_real_asa_interfaces(
    sample: Sample, path: str, unknown: tuple[int, ...], names: list[str], addresses: list[str]
) -> None:
    table = parse_asa_interface(sample(f"cisco_asa/{path}.txt"), "show interface")
    assert table.unknown == unknown
    assert [row.name for row in table] == names
    assert [str(row.address) for row in table] == addresses


def test_real_asa_interface_detail(sample: Sample) -> None:
    """24 blocks; 5 are administratively down; two have a name and an address."""
    table = parse_asa_interface(sample("cisco_asa/show_interface_detail/1.txt"), "show interface detail")
    assert (len(table), table.unknown) == (24, ())
    assert sum(not row.admin_up for row in table) == 5
    assert [(row.name, str(row.address)) for row in table if row.name] == [
        ("folink", "11.1.1.1/30"),
        ("statelink", "12.1.1.1/30"),
    ]
    assert (table.row(23).port, table.row(23).mac) == ("Port-channel2.283", "")
