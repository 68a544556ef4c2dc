"""VRFs in what IOS prints."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bothways.platforms import device_state
from bothways.platforms.ios.vrf import parse_shown_members, parse_vrf_leaks, parse_vrf_members, vrf_commands
from bothways.state.device import Output
from bothways.state.parts import parts_of
from bothways.state.rows import Route

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = """\
ip vrf RED
 rd 65000:1
 route-target import 65000:2
 import map FROM-BLUE
!
vrf definition BLUE
 rd 65000:2
 !
 address-family ipv4
  export map TO-RED
  route-replicate from vrf RED unicast static
 exit-address-family
!
interface Vlan10
 ip vrf forwarding RED
 ip address 10.1.1.1 255.255.255.0
!
interface GigabitEthernet0/1.20
 encapsulation dot1Q 20
 vrf forwarding OOB_Mgmt
 ip address 10.2.2.1 255.255.255.0
!
interface Vlan30
 ip vrf forwarding RED downstream BLUE
!
interface Vlan40
 ip address 10.4.4.1 255.255.255.0
!
ip route vrf RED 0.0.0.0 0.0.0.0 10.4.4.9 global
ip route vrf RED 192.0.2.0 255.255.255.0 10.1.1.9
ip route vrf BLUE 0.0.0.0 0.0.0.0 Vlan40 10.4.4.9 global 250
"""
SHOWN = """\
Vlan10 is up, line protocol is up
  Internet address is 10.1.1.1/24
  VPN Routing/Forwarding "RED"
Vlan40 is up, line protocol is up
  Internet address is 10.4.4.1/24
GigabitEthernet0/1.20 is administratively down, line protocol is down
  Internet address is 10.2.2.1/24
  VPN Routing/Forwarding "OOB_Mgmt"
"""


def test_members_of_both_spellings() -> None:
    """X-07: each is traceable to its line; a second table for the way down makes no plain member."""
    rows = [(row.line, row.interface, row.vrf) for row in parse_vrf_members(CONFIG, "c")]
    assert rows == [(15, "Vlan10", "RED"), (20, "GigabitEthernet0/1.20", "OOB_Mgmt")]


def test_members_as_the_interfaces_show_them() -> None:
    """X-07: the line follows the interface it is about."""
    rows = [(row.line, row.interface, row.vrf) for row in parse_shown_members(SHOWN, "c")]
    assert rows == [(3, "Vlan10", "RED"), (8, "GigabitEthernet0/1.20", "OOB_Mgmt")]


def test_what_leads_from_one_table_to_another() -> None:
    """X-07: static routes by way of the global table, and maps; a route target alone moves nothing here."""
    rows = [(row.vrf, row.text.split()[0:2]) for row in parse_vrf_leaks(CONFIG, "c")]
    assert rows == [
        ("RED", ["import", "map"]),
        ("BLUE", ["export", "map"]),
        ("BLUE", ["route-replicate", "from"]),
        ("RED", ["ip", "route"]),
        ("BLUE", ["ip", "route"]),
    ]


@pytest.mark.parametrize(
    "outputs",
    [{"show running-config": CONFIG}, {"show ip interface": SHOWN}, {"show running-config": "", "cut": "1"}],
    ids=["configuration", "interfaces", "no-vrf"],
)
def test_each_vrf_with_an_interface_is_asked_for(outputs: dict[str, str]) -> None:
    """X-07: one by one, as every release takes it; a VRF without an interface forwards nothing."""
    asked = vrf_commands({name: Output(name, text, NOON) for name, text in outputs.items()})
    wanted = () if "cut" in outputs else (
        "show ip route vrf RED", "show ip arp vrf RED",
        "show ip route vrf OOB_Mgmt", "show ip arp vrf OOB_Mgmt",
    )  # fmt: skip
    assert asked == wanted


def test_a_name_that_could_be_more_than_a_name_is_not_asked_for() -> None:
    """X-04: what a configuration says never becomes more than an argument."""
    text = "interface Vlan10\n ip vrf forwarding RED?x\n"
    assert vrf_commands({"show running-config": Output("show running-config", text, NOON)}) == ()


def test_the_tables_are_routers_of_their_own() -> None:
    """X-07: names for reading, the box for evidence, rows with the lines of their own command."""
    routes = "Routing Table: RED\n\nC       10.1.1.0/24 is directly connected, Vlan10"
    texts = {"show running-config": CONFIG + "end", "show ip route vrf RED": routes, "show ip route": ""}
    outputs = {name: Output(name, text, NOON) for name, text in texts.items()}
    parts = parts_of(device_state("r1", "cisco_ios", outputs))
    assert [(part.name, part.box, part.vrf) for part in parts] == [
        ("r1", "r1", ""),
        ("r1 vrf RED", "r1", "RED"),
        ("r1 vrf OOB_Mgmt", "r1", "OOB_Mgmt"),
    ]
    (row,) = parts[1].table(Route)
    assert (row.vrf, str(row.prefix)) == ("", "10.1.1.0/24")
    assert str(parts[1].evidence(row)).startswith("r1: show ip route vrf RED:3: C ")
    assert not len(parts[0].table(Route))
    assert not parts[2].sees(Route)
