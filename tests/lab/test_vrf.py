"""Routing tables of their own: what an interface loses, what packets stay among, what is shown."""

from __future__ import annotations

import json

from bothways.flow import Fate
from bothways.lab.ledger import Why
from bothways.lab.topology import read_topology
from bothways.lab.world import World

_SWITCH = """\
version 12.2
hostname MIDDLE
ip routing
ip vrf RED
 rd 65000:1
ip vrf BLUE
interface FastEthernet0/1
 switchport access vlan 10
interface FastEthernet0/2
 switchport access vlan 20
interface FastEthernet0/3
 switchport access vlan 30
interface FastEthernet0/4
 switchport access vlan 40
interface Vlan10
 ip vrf forwarding RED
 ip address 10.1.0.1 255.255.255.0
interface Vlan20
 ip vrf forwarding RED
 ip address 10.2.0.1 255.255.255.0
interface Vlan30
 ip vrf forwarding BLUE
 ip address 10.3.0.1 255.255.255.0
interface Vlan40
 ip address 10.4.0.1 255.255.255.0
line vty 0 4
 login local
"""


def middle(*lines: str) -> World:
    """A switch between four wires: two of RED, one of BLUE with an address of RED's, one of no VRF."""
    wires = {"r1": "10.1.0.0/24", "r2": "10.2.0.0/24", "b": None, "g": "10.4.0.0/24"}
    hosts = {
        name: {"address": f"{address}/24", "wire": wire, "mac": f"0050.56c0.00{at:02x}", "gateway": gateway,
               "listens": [80]}
        for at, (name, address, wire, gateway) in enumerate(
            (("red1", "10.1.0.10", "r1", "10.1.0.1"), ("red2", "10.2.0.10", "r2", "10.2.0.1"),
             ("blue", "10.1.0.20", "b", "10.1.0.1"), ("free", "10.4.0.10", "g", "10.4.0.1"))
        )
    }  # fmt: skip
    device = {
        "platform": "cisco_ios", "model": "WS-C3560-24PS", "version": "12.2(55)SE", "serial": "CAT1023N0Q8",
        "mac": "0019.2fbc.0880", "sdm": "routing", "startup": _SWITCH,
        "ports": {f"FastEthernet0/{at + 1}": name for at, name in enumerate(wires)},
    }  # fmt: skip
    content = {"name": "middle", "seed": 1, "wires": wires, "hosts": hosts, "devices": {"sw": device}}
    world = World(read_topology(json.dumps(content), "here"))
    world.advance_to(1.0)
    world.edit("sw", ["interface Vlan30", " ip address 10.1.0.1 255.255.255.0"])
    assert world.edit("sw", list(lines)) == [""] * len(lines)
    return world


def test_packets_stay_in_their_table() -> None:
    """Within RED they pass; to BLUE, to the global table and back there is no route."""
    world = middle()
    assert world.connect("red1", "red2", 80).testimony.fate is Fate.COMPLETE
    for client, server in (("red1", "free"), ("free", "red1"), ("blue", "red2"), ("red2", "free")):
        attempt = world.connect(client, server, 80)
        assert (attempt.testimony.fate, attempt.testimony.device) == (Fate.NO_ROUTE, "sw"), (client, server)
    assert {row.why for row in world.ledger.drops} == {Why.NO_ROUTE}


def test_own_addresses_are_those_of_the_table() -> None:
    """RED's and BLUE's addresses may be one; the switch answers in the table it was asked in."""
    world = middle()
    assert (world.ping("red1", "10.2.0.1", 1).received, world.ping("blue", "10.1.0.1", 1).received) == (1, 1)
    assert world.ping("free", "10.2.0.1", 1).received == 0
    assert world.ping("free", "10.4.0.1", 1).received == 1


def test_static_route_is_for_its_table_only() -> None:
    """`ip route vrf`: BLUE learns a way, RED and the global table do not."""
    world = middle(
        "ip route vrf BLUE 10.2.0.0 255.255.255.0 10.1.0.20", "ip route 10.2.0.0 255.255.255.0 10.4.0.10"
    )
    blue, rest = (world.switch("sw").routes(name) for name in ("BLUE", ""))
    assert [str(route.next_hop) for route in blue if route.source == "static"] == ["10.1.0.20"]
    assert [str(route.next_hop) for route in rest if route.source == "static"] == ["10.4.0.10"]
    assert not [route for route in world.switch("sw").routes("RED") if route.source == "static"]
    lines = world.switch("sw").config_lines()
    assert lines.index("ip route 10.2.0.0 255.255.255.0 10.4.0.10") + 1 == (
        lines.index("ip route vrf BLUE 10.2.0.0 255.255.255.0 10.1.0.20")
    )


def test_interface_loses_its_address_as_it_changes_tables() -> None:
    """Documented, in and out; a table that goes takes the addresses of all its interfaces."""
    world = middle()
    removed = "% Interface Vlan40 IP address 10.4.0.1 removed due to {}abling VRF RED"
    assert world.edit("sw", ["interface Vlan40", " ip vrf forwarding RED"])[1] == removed.format("en")
    assert world.switch("sw").svis["Vlan40"].address is None
    world.edit("sw", ["interface Vlan40", " ip address 10.4.0.1 255.255.255.0"])
    assert world.connect("red1", "free", 80).result == "delivered"
    assert world.edit("sw", ["interface Vlan40", " no ip vrf forwarding RED"])[1] == removed.format("dis")
    assert world.edit("sw", ["interface Vlan40", " ip vrf forwarding GREEN"])[1].startswith("% VRF GREEN")
    assert world.edit("sw", ["ip route vrf GREEN 10.0.0.0 255.0.0.0 10.1.0.9"])[0].startswith("% VRF GREEN")
    assert world.edit("sw", ["no ip vrf RED"]) == [
        "% IP addresses from all interfaces in VRF RED have been removed"
    ]
    assert [svi.vrf for svi in world.switch("sw").svis.values()] == ["", "", "BLUE", ""]
    assert world.switch("sw").svis["Vlan10"].address is None


def test_configuration_survives_a_reload() -> None:
    """Tables stand before the interfaces, and their word before the address."""
    world = middle("ip route vrf RED 0.0.0.0 0.0.0.0 10.2.0.10")
    switch = world.switch("sw")
    lines = switch.config_lines()
    assert lines.index("ip vrf RED") < lines.index("interface Vlan10")
    assert lines[lines.index("interface Vlan10") + 1] == " ip vrf forwarding RED"
    switch.save()
    switch.reload()
    world.run_for(600)
    assert switch.config_lines() == lines
    assert world.connect("red1", "red2", 80).result == "delivered"
