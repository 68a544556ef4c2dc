"""Address translation in a running configuration of IOS."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from bothways.platforms.ios.nat import parse_nat_rules, parse_nat_sides, parse_port_nat, parse_static_nat
from bothways.platforms.ios.nat_pools import parse_dynamic_nat, parse_nat_pools

CONFIG = """\
interface FastEthernet0/0
 ip address 192.23.0.3 255.255.255.0
 ip nat outside
!
interface FastEthernet0/1
 ip address 192.34.0.3 255.255.255.0
 ip nat inside
!
ip nat outside source static 10.1.1.1 192.1.1.1
ip nat inside source static 192.4.4.4 10.9.9.9 extendable
ip nat inside source list 10 interface FastEthernet0/0 overload
ip nat inside source static tcp 192.4.4.5 80 10.9.9.9 8080
ip nat outside source static 10.1.1.2 192.1.1.2 add-route
ip nat outside source static 10.1.1.3 192.1.1.300
"""


def test_sides() -> None:
    """S1-03: Fa0/0 is outside, Fa0/1 inside, each traceable to its line."""
    rows = [(row.line, row.interface, row.side) for row in parse_nat_sides(CONFIG, "c")]
    assert rows == [(3, "FastEthernet0/0", "outside"), (7, "FastEthernet0/1", "inside")]


def test_static_entries() -> None:
    """S1-03: an outside line names the global address first, an inside line the local one."""
    table = parse_static_nat(CONFIG, "c")
    rows = [
        (row.line, row.side, str(row.local), str(row.world), row.add_route, row.extendable) for row in table
    ]
    assert rows == [
        (9, "outside", "192.1.1.1", "10.1.1.1", False, False),
        (10, "inside", "192.4.4.4", "10.9.9.9", False, True),
        (13, "outside", "192.1.1.2", "10.1.1.2", True, False),
    ]
    assert table.unknown == (14,)


NOT_WALKED = (
    "ip nat inside source static network 10.1.1.0 198.51.100.0 /24",
    "ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 443 route-map M extendable",
    "ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 443 vrf RED",
    "ip nat inside source static 10.1.1.10 198.51.100.10 no-alias",
    "ip nat inside source static esp 10.1.1.10 interface FastEthernet0/0",
    "ip nat inside source list 10 interface FastEthernet0/0",
    "ip nat inside source list 10 pool P vrf RED overload",
    "ip nat inside source list 10 pool P reversible",
    "ip nat inside source route-map M interface FastEthernet0/0 overload",
    "ip nat inside destination list 10 pool P",
    "ip nat outside source list 10 pool P",
    "ip nat outside source static tcp 10.1.1.1 80 192.1.1.1 80",
)


@pytest.mark.parametrize("line", NOT_WALKED)
def test_other_lines_are_kept_as_written(line: str) -> None:
    """A trace must be able to say which line it does not understand, and only that one."""
    (row,) = parse_nat_rules(f"{CONFIG}{line}\n", "c")
    assert (row.line, row.text) == (15, line)
    assert not any(
        row.line == 15
        for parse in (parse_static_nat, parse_port_nat, parse_dynamic_nat)
        for row in parse(f"{CONFIG}{line}\n", "c")
    )


def test_ports_of_hosts() -> None:
    """S1-03: one port of a global address, or of an interface's, is one port of a host."""
    text = """\
ip nat inside source static tcp 10.1.1.10 443 198.51.100.10 8443 extendable
ip nat inside source static udp 10.1.1.11 53 interface GigabitEthernet0/0 53
ip nat inside source static tcp 10.1.1.12 99999 198.51.100.10 80
"""
    table = parse_port_nat(text, "c")
    rows = [(r.protocol, str(r.local), r.local_port, str(r.world), r.interface, r.world_port) for r in table]
    assert rows == [
        ("tcp", "10.1.1.10", 443, "198.51.100.10", "", 8443),
        ("udp", "10.1.1.11", 53, "None", "GigabitEthernet0/0", 53),
    ]
    assert table.unknown == (3,)


def test_pools() -> None:
    """S1-03: a range each; those of another kind are unknown lines, and no pools."""
    text = """\
ip nat pool ONE 198.51.100.40 198.51.100.40 prefix-length 24
ip nat pool SOME 198.51.100.10 198.51.100.20 netmask 255.255.255.0
ip nat pool SERVERS 10.1.1.10 10.1.1.20 prefix-length 24 type rotary
ip nat pool SAME 198.51.100.0 198.51.100.255 prefix-length 24 type match-host
ip nat pool MANY prefix-length 24
ip nat pool BACK 198.51.100.20 198.51.100.10 prefix-length 24
"""
    table = parse_nat_pools(text, "c")
    rows = [(row.name, str(row.first), str(row.last)) for row in table]
    assert rows == [
        ("ONE", "198.51.100.40", "198.51.100.40"),
        ("SOME", "198.51.100.10", "198.51.100.20"),
    ]
    assert table.unknown == (3, 4, 5, 6)


def test_lists_in_their_order() -> None:
    """S1-03: into a pool, into a pool that is shared, into an interface's address."""
    text = """\
ip nat inside source list NATTED pool SOME
ip nat inside source list 10 interface FastEthernet0/0 overload
ip nat inside source list 11 pool ONE overload
"""
    rows = [
        (row.line, row.acl, row.pool, row.interface, row.overload) for row in parse_dynamic_nat(text, "c")
    ]
    assert rows == [
        (1, "NATTED", "SOME", "", False),
        (2, "10", "", "FastEthernet0/0", True),
        (3, "11", "ONE", "", True),
    ]


def test_no_nat_no_rows() -> None:
    """A configuration without it yields three empty tables."""
    text = "interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n"
    assert [len(parse(text, "c")) for parse in (parse_nat_sides, parse_static_nat, parse_nat_rules)] == [
        0
    ] * 3


def test_addresses_are_addresses() -> None:
    """Values, not text."""
    assert next(iter(parse_static_nat(CONFIG, "c"))).world == IPv4Address("10.1.1.1")
