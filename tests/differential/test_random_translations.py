"""Random translations, routes and lists on the routers of the NAT story: the walk beside the hosts."""

from __future__ import annotations

import random

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.lab.world import World
from bothways.state.snapshot import Snapshot

from .harness import read

Lines = dict[str, list[str]]

CUSTOMER, RESOURCE = "192.4.4.4", "10.1.1.1"
CALLED = {CUSTOMER: (RESOURCE, "192.1.1.1", "10.9.9.9"), RESOURCE: (CUSTOMER, "192.9.9.9", "10.4.4.4")}
CHANGES: tuple[tuple[float, str, tuple[str, ...]], ...] = (
    (0.3, "CustomerR3", ("no ip nat outside source static 10.1.1.1 192.1.1.1",)),
    (0.3, "CustomerR3", ("ip nat inside source static 192.4.4.4 192.9.9.9",)),
    (0.2, "CustomerR3", ("ip nat outside source static 10.9.9.9 192.1.1.9 add-route",)),
    (0.2, "CustomerR3", ("interface FastEthernet0/0", " no ip nat outside", " ip nat inside")),
    (0.1, "CustomerR3", ("interface FastEthernet0/1", " no ip nat inside", " ip nat outside")),
    (0.1, "CustomerR3", ("interface FastEthernet0/1", " no ip nat inside")),
    (0.2, "CustomerR3", ("no ip route 192.1.1.1 255.255.255.255 192.23.0.2",)),
    (0.7, "CustomerR3", ("ip route 10.9.9.9 255.255.255.255 192.23.0.2",)),
    (0.3, "CustomerR3", ("access-list 101 deny tcp host 192.1.1.1 any", "access-list 101 permit ip any any")),
    (0.3, "CustomerR3", ("interface FastEthernet0/1", " ip access-group 101 out")),
    (0.3, "CustomerR3", ("access-list 102 deny tcp any host 10.1.1.1", "access-list 102 permit ip any any")),
    (0.3, "CustomerR3", ("interface FastEthernet0/0", " ip access-group 102 out")),
    (0.2, "CustomerR3", ("interface FastEthernet0/1", " ip access-group 102 in")),
    (0.6, "EdgeR2", ("interface FastEthernet0/0", " ip nat inside")),
    (0.6, "EdgeR2", ("interface FastEthernet0/1", " ip nat outside")),
    (0.3, "EdgeR2", ("ip nat inside source static 10.1.1.1 10.9.9.9",)),
    (0.3, "EdgeR2", ("ip nat outside source static 192.4.4.4 10.4.4.4",)),
    (0.7, "EdgeR2", ("ip route 10.4.4.4 255.255.255.255 192.23.0.3",)),
    (0.2, "EdgeR2", ("interface FastEthernet0/0", " shutdown")),
    (0.2, "CustIntR4", ("no ip route 10.1.1.1 255.255.255.255 192.34.0.3",)),
    (0.7, "CustIntR4", ("ip route 10.9.9.9 255.255.255.255 192.34.0.3",)),
    (0.1, "CustIntR4", ("ip route 10.0.0.0 255.0.0.0 192.34.0.3",)),
    (0.4, "CustomerR3", (
        "no ip nat outside source static 10.1.1.1 192.1.1.1",
        "ip nat outside source static 10.1.1.1 192.1.1.1 extendable",
        "ip nat outside source static 10.1.1.1 10.1.1.1 extendable",
    )),
)  # fmt: skip
SEEDS = 60


def lines_of(seed: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the seed types where."""
    dice = random.Random(f"nat {seed}")
    return tuple((device, lines) for chance, device, lines in CHANGES if dice.random() < chance)


def flow_of(seed: int) -> Flow:
    """What the seed asks about."""
    dice = random.Random(f"flow {seed}")
    client = dice.choice((CUSTOMER, CUSTOMER, RESOURCE))
    return Flow.parse(f"{client} {dice.choice(CALLED[client])} tcp/23")


def network(seed: int) -> World:
    """The story with the seed's lines."""
    world = World.from_story("one-way-nat")
    for device, lines in lines_of(seed):
        assert world.edit(device, list(lines)) == [""] * len(lines)
    world.run_for(5.0)
    return world


def unseen(predicted: Trace) -> bool:
    """What the prediction does not claim; where a circling packet dies depends on its TTL."""
    return bool(predicted.could_not_see) or "in a circle" in predicted.mechanism


@pytest.mark.parametrize("seed", range(SEEDS))
def test_translated_flows_end_as_predicted(seed: int) -> None:
    """S1-03, S1-06: which side, which direction, routed before or after, and what lists see of it."""
    world, flow = network(seed), flow_of(seed)
    held: Snapshot = read(world)
    predicted = trace(held, flow)
    observed = world.connect(str(flow.client), str(flow.server), flow.port).testimony
    # The firewall between two routers is no device anybody reads. Of packets that are translated at both
    # ends the witness does not know whose they were.
    if unseen(predicted) or observed.device == "ResourcesFW1":
        return
    assert (predicted.fate is Fate.COMPLETE) == (observed.result == "delivered")
    if observed.fate is not Fate.UNKNOWN:
        told = (str(predicted.fate), predicted.at.device, predicted.at.packet)
        assert told == (str(observed.fate), observed.device, observed.packet), (flow, lines_of(seed))


def test_most_are_compared_and_end_differently() -> None:
    """The seeds would show nothing if most were unseen or all ended alike."""
    fates = [trace(read(network(seed)), flow_of(seed)) for seed in range(40)]
    told = [one.fate for one in fates if not unseen(one)]
    assert len(told) > 0.6 * len(fates)
    assert {Fate.COMPLETE, Fate.WRONG_SOURCE, Fate.NO_ROUTE} <= set(told)
