"""Random ports, pools and lists on the router of the NAT story: the walk beside the hosts."""

from __future__ import annotations

import random

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.lab.world import World

from .harness import read

CUSTOMER, RESOURCE, ROUTER = "192.4.4.4", "10.1.1.1", "192.23.0.3"
NONE = "no ip nat outside source static 10.1.1.1 192.1.1.1"
REST = ("access-list 102 permit ip any any", "interface FastEthernet0/0", " ip access-group 102 in")
# Chance, then what is typed on CustomerR3: its outside is Fa0/0 (192.23.0.3), its inside Fa0/1.
CHANGES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.8, (NONE,)),
    (0.6, ("ip nat inside source list 7 interface FastEthernet0/0 overload",)),
    (0.7, ("access-list 7 permit 192.4.4.0 0.0.0.255",)),
    (0.2, ("access-list 7 deny any",)),
    (0.3, (
        "ip nat pool SOME 192.23.0.40 192.23.0.43 netmask 255.255.255.0",
        "ip nat inside source list NATTED pool SOME overload",
    )),
    (0.15, (
        "ip nat pool FEW 192.23.0.50 192.23.0.51 prefix-length 24",
        "access-list 9 permit 192.4.4.4 0.0.0.1",
        "ip nat inside source list 9 pool FEW",
    )),
    (0.5, ("ip access-list extended NATTED", " deny ip any host 10.1.1.1")),
    (0.6, ("ip access-list extended NATTED", " permit ip host 192.4.4.4 any")),
    (0.4, ("ip nat inside source static tcp 192.4.4.4 23 192.23.0.60 2323",)),
    (0.4, ("ip nat inside source static tcp 192.4.4.4 23 interface FastEthernet0/0 2323",)),
    (0.2, ("ip nat inside source static tcp 192.4.4.4 80 192.23.0.60 2324",)),
    (0.15, ("ip nat inside source static 192.4.4.4 192.23.0.61",)),
    (0.15, ("interface FastEthernet0/0", " no ip nat outside")),
    (0.1, ("interface FastEthernet0/1", " no ip nat inside")),
    (0.1, ("access-list 102 deny tcp any host 192.23.0.60", *REST)),
    (0.1, ("access-list 102 deny tcp any host 192.4.4.4", *REST)),
)  # fmt: skip
AT_THE_EDGE: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.15, ("access-list 103 permit ip host 192.23.0.3 any",)),
    (0.15, ("access-list 103 permit ip host 192.4.4.4 any",)),
    (0.15, ("access-list 103 permit ip 192.23.0.40 0.0.0.7 any",)),
    (0.2, ("no ip route 192.0.0.0 255.0.0.0 192.23.0.3",)),
)  # fmt: skip
# Client, server, port, and the words without which nobody has that name.
CALLS = (
    (CUSTOMER, RESOURCE, 23, ""),
    (CUSTOMER, "192.1.1.1", 23, "outside source static"),
    (RESOURCE, CUSTOMER, 23, ""),
    (RESOURCE, "192.23.0.60", 2323, "192.23.0.60 2323"),
    (RESOURCE, ROUTER, 2323, "interface FastEthernet0/0 2323"),
    (RESOURCE, "192.23.0.61", 23, "192.23.0.61"),
)
SEEDS = 60
_GRANTED = ("of CustomerR3 itself, which serves",)


def network(seed: int) -> tuple[World, Flow]:
    """The story with the seed's lines, and what the seed asks about."""
    dice = random.Random(f"lists {seed}")
    world = World.from_story("one-way-nat")
    for device, changes in (("CustomerR3", CHANGES), ("EdgeR2", AT_THE_EDGE)):
        for chance, lines in changes:
            if dice.random() < chance:
                world.edit(device, list(lines))
    if dice.random() < 0.3:
        world.edit("EdgeR2", ["interface FastEthernet0/1", " ip access-group 103 in"])
    world.run_for(5.0)
    typed = world.switch("CustomerR3").running_text()
    client, server, port, _ = dice.choice([call for call in CALLS if call[3] in typed])
    return world, Flow.parse(f"{client} {server} tcp/{port}")


def unseen(predicted: Trace) -> bool:
    """What the prediction does not claim, or takes for granted of who is there and what he serves."""
    granted = any(words in text for text in predicted.inferences for words in _GRANTED)
    return bool(predicted.could_not_see) or granted or "in a circle" in predicted.mechanism


@pytest.mark.parametrize("seed", range(SEEDS))
def test_flows_through_ports_and_lists_end_as_predicted(seed: int) -> None:
    """S1-03, S1-06: who is shown as whom, by what answers find back, and where a flow dies otherwise."""
    world, flow = network(seed)
    predicted = trace(read(world), flow)
    observed = world.connect(str(flow.client), str(flow.server), flow.port).testimony
    if unseen(predicted) or observed.device == "ResourcesFW1":
        return
    assert (predicted.fate is Fate.COMPLETE) == (observed.result == "delivered"), predicted.mechanism
    if observed.fate is not Fate.UNKNOWN:
        told = (str(predicted.fate), predicted.at.device, predicted.at.packet)
        assert told == (str(observed.fate), observed.device, observed.packet), predicted.mechanism


def test_most_are_compared_and_end_differently() -> None:
    """The seeds would show nothing if most were unseen or all ended alike."""
    told: list[Trace] = []
    for seed in range(SEEDS):
        world, flow = network(seed)
        told.append(trace(read(world), flow))
    seen = [one for one in told if not unseen(one)]
    assert len(seen) > 0.4 * len(told)
    assert {Fate.COMPLETE, Fate.NO_ROUTE, Fate.ACL_DENIED} <= {one.fate for one in seen}
    shown = [hop for one in seen if one.fate is Fate.COMPLETE for hop in one.hops if hop.rewrites]
    assert len(shown) > 10
