"""`permit ip any any` in a policy route: what it takes besides the replies it was written for."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network

import pytest

from bothways.flow import Fate
from bothways.lab.topology import HostSpec, Topology, load_story
from bothways.lab.world import World

NAIVE = """\
access-list 101 permit ip any any
route-map FIX_ROUTING permit 10
 match ip address 101
 set ip next-hop 10.12.0.1
interface Vlan172
 ip policy route-map FIX_ROUTING
""".splitlines()
PRINTERS = """\
interface FastEthernet0/3
 switchport access vlan 30
 switchport mode access
interface Vlan30
 ip address 10.30.0.1 255.255.255.0
router eigrp 100
 network 10.30.0.0 0.0.0.255
"""
LOCAL = {"the switch itself": ("172.16.1.1", 22), "another VLAN of the switch": ("10.30.0.9", 80)}


@pytest.fixture
def world() -> World:
    """The hairpin story with a third VLAN on the switch, and room for a policy route."""
    story = load_story("hairpin")
    switch = story.devices["lab-switch"]
    more: dict[str, object] = {
        "wires": {**story.wires, "printers": IPv4Network("10.30.0.0/24")},
        "hosts": {
            **story.hosts,
            "printer": HostSpec(
                address=IPv4Interface("10.30.0.9/24"),
                wire="printers",
                mac="0050.5630.0009",
                gateway=IPv4Interface("10.30.0.1/24").ip,
                listens=(80,),
            ),
        },
        "devices": {
            **story.devices,
            "lab-switch": switch.model_copy(
                update={
                    "ports": {**switch.ports, "FastEthernet0/3": "printers"},
                    "startup": switch.startup + PRINTERS,
                }
            ),
        },
    }
    made = World(Topology.model_validate(story.model_copy(update=more)), ["routing-sdm"])
    made.advance_to(made.topology.settle_s)
    return made


@pytest.mark.parametrize(("address", "port"), LOCAL.values(), ids=LOCAL)
def test_local_traffic_takes_the_detour_and_tcp_dies_of_it(world: World, address: str, port: int) -> None:
    """S0-15: behind the naive line a lab host's way to its own switch leads through the firewall and back."""
    assert world.connect("cimc", address, port).testimony.fate is Fate.COMPLETE
    assert world.edit("lab-switch", NAIVE) == [""] * len(NAIVE)
    pings = world.ping("cimc", address, 5)
    assert (pings.sent, pings.received) == (5, 5)
    attempt = world.connect("cimc", address, port)
    seen = attempt.testimony
    assert (seen.fate, seen.device, seen.packet) == (Fate.ISN_MISMATCH, "172.16.1.18", 2)
    assert attempt.result == "timeout"
    assert any(conn.responder.port == port for conn in world.asa().conns)  # it has no business there


def test_the_flow_it_was_written_for_lives(world: World) -> None:
    """S0-14: and so nobody notices at first."""
    world.edit("lab-switch", NAIVE)
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.COMPLETE


def test_routing_on_the_users_network_stays_up(world: World) -> None:
    """S0-15: a policy route is for what comes in on its interface; EIGRP with the firewall is on another."""
    world.edit("lab-switch", NAIVE)
    world.run_for(120)
    learnt = {str(route.network) for route in world.asa().routes() if route.source == "eigrp"}
    assert {"172.16.1.0/24", "10.30.0.0/24"} <= learnt
    assert any(route.network.prefixlen == 0 for route in world.switch().routes())
