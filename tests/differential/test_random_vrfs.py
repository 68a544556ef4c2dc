"""Random VRFs on two routers of the NAT story: the walk beside the hosts."""

from __future__ import annotations

import random

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.lab.world import World

from .harness import read

CUSTOMER, RESOURCE = "192.4.4.4", "10.1.1.1"
MASK = "255.255.255"
PORTS = {
    "EdgeR2": {"FastEthernet0/0": "10.12.0.2", "FastEthernet0/1": "192.23.0.2"},
    "CustomerR3": {"FastEthernet0/0": "192.23.0.3", "FastEthernet0/1": "192.34.0.3"},
}
ROUTES = {
    "EdgeR2": ("10.1.1.1 255.255.255.255 10.12.0.1", "192.0.0.0 255.0.0.0 192.23.0.3"),
    "CustomerR3": ("10.1.1.1 255.255.255.255 192.23.0.2", "192.4.4.4 255.255.255.255 192.34.0.4"),
}
NO_NAT = (
    "no ip nat outside source static 10.1.1.1 192.1.1.1",
    "interface FastEthernet0/0",
    " no ip nat outside",
    "interface FastEthernet0/1",
    " no ip nat inside",
)
TABLES = ("RED", "BLUE")
SEEDS = 40


def network(seed: int) -> tuple[World, Flow]:
    """The story without its NAT, with the seed's tables, and what the seed asks about."""
    dice = random.Random(f"tables {seed}")
    world = World.from_story("one-way-nat")
    world.edit("CustomerR3", list(NO_NAT))
    for device in PORTS:
        if dice.random() < 0.75:
            world.edit(device, _tables(device, dice))
    world.run_for(5.0)
    ends = (CUSTOMER, RESOURCE) if dice.random() < 0.5 else (RESOURCE, CUSTOMER)
    return world, Flow.parse(f"{ends[0]} {ends[1]} tcp/23")


def _tables(device: str, dice: random.Random) -> list[str]:
    """Both interfaces in one table, as a rule, and the routes in that one."""
    lines = [line for number, vrf in enumerate(TABLES) for line in (f"ip vrf {vrf}", f" rd 65000:{number}")]
    common = dice.choice(TABLES)
    for name, address in PORTS[device].items():
        vrf = common if dice.random() < 0.8 else dice.choice(("", *TABLES))
        if vrf:
            lines += [f"interface {name}", f" ip vrf forwarding {vrf}", f" ip address {address} {MASK}.0"]
    for route in ROUTES[device]:
        lines += [f"ip route vrf {common} {route}"] if dice.random() < 0.85 else []
        lines += [f"no ip route {route}"] if dice.random() < 0.3 else []
    return lines


def unseen(predicted: Trace) -> bool:
    """What the prediction does not claim."""
    return bool(predicted.could_not_see) or "in a circle" in predicted.mechanism


@pytest.mark.parametrize("seed", range(SEEDS))
def test_flows_through_vrfs_end_as_predicted(seed: int) -> None:
    """X-07: whose routes, whose ARP and whose own addresses a packet meets."""
    world, flow = network(seed)
    predicted = trace(read(world), flow)
    observed = world.connect(str(flow.client), str(flow.server), flow.port).testimony
    if unseen(predicted) or observed.device == "ResourcesFW1":
        return
    assert (predicted.fate is Fate.COMPLETE) == (observed.result == "delivered"), predicted.mechanism
    told = (str(predicted.fate), predicted.at.device, predicted.at.packet)
    assert told == (str(observed.fate), observed.device, observed.packet), predicted.mechanism


def test_most_are_compared_and_end_differently() -> None:
    """The seeds would show nothing if most were unseen, or if nobody passed a VRF and lived."""
    told: list[Trace] = []
    for seed in range(SEEDS):
        world, flow = network(seed)
        told.append(trace(read(world), flow))
    seen = [one for one in told if not unseen(one)]
    assert len(seen) > 0.6 * len(told)
    assert {Fate.COMPLETE, Fate.NO_ROUTE} <= {one.fate for one in seen}
    assert sum(one.fate is Fate.COMPLETE and any(hop.vrf for hop in one.hops) for one in seen) > 5
