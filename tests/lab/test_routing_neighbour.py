"""A router behind the interface with the policy route: what it tells the switch itself is taken too."""

from __future__ import annotations

import pytest

from bothways.flow import Fate
from bothways.lab.eigrp_neighbour import DEAF
from bothways.lab.world import World

ROUTER, BEHIND = "172.16.1.2", "172.20.0.0/24"
NAIVE = """\
access-list 101 permit ip any any
route-map FIX_ROUTING permit 10
 match ip address 101
 set ip next-hop 10.12.0.1
interface Vlan172
 ip policy route-map FIX_ROUTING
""".splitlines()
NEWS = """\
vlan 30
interface FastEthernet0/3
 switchport access vlan 30
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
router eigrp 100
 network 10.255.0.1 0.0.0.0
""".splitlines()
"""Somebody gives the switch another network: it has something to tell its neighbours."""
GIVEN_UP_S = 90.0
"""Sixteen times five seconds, and the next one."""


@pytest.fixture
def world() -> World:
    """The hairpin story on the template with room, and with another router in the lab."""
    return World.from_story("hairpin", ["routing-sdm", "neighbour"])


def neighbours(world: World) -> set[str]:
    """Of the switch, behind the interface."""
    return {
        str(one.address) for one in world.switch().eigrp.neighbours.values() if one.interface == "Vlan172"
    }


def knows(world: World) -> tuple[bool, bool]:
    """Whether switch and firewall have the route to the network behind the neighbour."""
    switch, firewall = ({str(one.network) for one in box.routes()} for box in (world.switch(), world.asa()))
    return BEHIND in switch, BEHIND in firewall


def detoured(world: World) -> int:
    """Packets of the router to the switch's own address that came back to the switch from the firewall."""
    return sum(
        1
        for drop in world.ledger.drops
        if drop.where == "lab-switch"
        and str(drop.packet.source) == ROUTER
        and str(drop.packet.destination) == "172.16.1.1"
        and drop.packet.protocol_name == "eigrp"
        and drop.interface == "Vlan10"
    )


def changes(world: World) -> list[str]:
    """What the switch logged of that neighbour."""
    return [one.text for one in world.switch().log_buffer if f"Neighbor {ROUTER}" in one.text]


def test_the_neighbour_is_one_of_the_story(world: World) -> None:
    """S0-15: before anything is changed, it is heard, and its network is reached."""
    assert neighbours(world) == {ROUTER}
    assert knows(world) == (True, True)
    assert world.connect("cimc", "printer", 443).testimony.fate is Fate.COMPLETE


def test_a_naive_policy_route_takes_what_the_neighbour_acknowledges(world: World) -> None:
    """S0-15 (believed): hellos go on, its answers leave towards the firewall, it is given up on and on."""
    world.edit("lab-switch", NAIVE)
    world.run_for(GIVEN_UP_S)
    assert neighbours(world) == {ROUTER}, "nothing was told, so nothing had to be acknowledged"

    world.edit("lab-switch", NEWS)
    world.run_for(GIVEN_UP_S)

    assert any(DEAF in line for line in changes(world))
    assert detoured(world) >= 16
    assert knows(world) == (False, False)
    world.run_for(2 * GIVEN_UP_S)
    assert sum(DEAF in line for line in changes(world)) >= 2, "up again by its hello, and down again"
    assert knows(world) == (False, False)
    assert world.connect("workstation", "172.20.0.10", 443).testimony.fate is not Fate.COMPLETE


def test_a_narrow_one_leaves_the_neighbour_alone(world: World, policy_route: list[str]) -> None:
    """S0-15: replies to the users, and nothing that is for the switch itself."""
    world.edit("lab-switch", policy_route)
    world.edit("lab-switch", NEWS)
    world.run_for(3 * GIVEN_UP_S)

    assert neighbours(world) == {ROUTER}
    assert not any("down" in line for line in changes(world))
    assert detoured(world) == 0
    assert knows(world) == (True, True)
    assert world.connect("workstation", "cimc", 443).testimony.fate is Fate.COMPLETE


def test_taking_the_policy_away_brings_the_neighbour_back(world: World) -> None:
    """S0-15: what it lost, it learns again."""
    world.edit("lab-switch", [*NAIVE, *NEWS])
    world.run_for(GIVEN_UP_S)
    assert knows(world) == (False, False)

    world.edit("lab-switch", ["interface Vlan172", " no ip policy route-map FIX_ROUTING"])
    world.run_for(2 * GIVEN_UP_S)

    assert neighbours(world) == {ROUTER}
    assert knows(world) == (True, True)
