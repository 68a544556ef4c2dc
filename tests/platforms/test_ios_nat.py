"""Address translation in a running configuration of IOS."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from bothways.platforms.ios.nat import parse_nat_rules, parse_nat_sides, parse_static_nat

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


@pytest.mark.parametrize("number", [11, 12])
def test_other_lines_are_kept_as_written(number: int) -> None:
    """Pools and ports are not walked, so a trace must be able to say which line it does not understand."""
    rows = {row.line: row.text for row in parse_nat_rules(CONFIG, "c")}
    assert set(rows) == {11, 12}
    assert rows[number] == CONFIG.split("\n")[number - 1]


def test_no_nat_no_rows() -> None:
    """A configuration without it yields three empty tables."""
    text = "interface Vlan1\n ip address 10.0.0.1 255.255.255.0\n"
    assert [len(parse(text, "c")) for parse in (parse_nat_sides, parse_static_nat, parse_nat_rules)] == [
        0
    ] * 3


def test_addresses_are_addresses() -> None:
    """Values, not text."""
    assert next(iter(parse_static_nat(CONFIG, "c"))).world == IPv4Address("10.1.1.1")
