"""Random manual and object translations of one firewall between three networks: the walk beside the hosts."""

from __future__ import annotations

import json
import random
from functools import cache
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Trace, trace
from bothways.flow import Fate, Flow
from bothways.lab.topology import read_topology
from bothways.lab.world import World

from .harness import observe, read

if TYPE_CHECKING:
    from bothways.lab.witness import Testimony

SIDES = {"inside": ("10.1.1", 100), "dmz": ("10.2.2", 50), "outside": ("203.0.113", 0)}
HOSTS = {"inside": (10, 77), "dmz": (20, 21), "outside": (80, 50)}
OBJECTS = """\
object network LAN
 subnet 10.1.1.0 255.255.255.0
object network PC
 host 10.1.1.10
object network PC-PUB
 host 203.0.113.200
object network PC-DMZ
 host 10.2.2.200
object network WEB
 host 10.2.2.20
object network WEB-PUB
 host 203.0.113.20
object network WEB-IN
 host 10.1.1.120
object network DMZ
 range 10.2.2.20 10.2.2.29
object network DMZ-PUB
 range 203.0.113.220 203.0.113.229
object network PEER
 host 203.0.113.80
object network PEER-IN
 host 10.1.1.180
object network PAT
 host 203.0.113.129
object service WWW
 service tcp destination eq www
object service ALT
 service tcp destination eq 8080
object service WWW-FROM
 service tcp source eq www
object service ALT-FROM
 service tcp source eq 8080
"""
# What a firewall keeps in the order of its lines; then rules of objects; then what is asked last.
FIRST = (
    "nat (inside,outside) source dynamic LAN interface",
    "nat (inside,outside) source dynamic LAN PAT destination static PEER PEER",
    "nat (inside,outside) source static PC PC-PUB destination static PEER-IN PEER",
    "nat (inside,outside) source static PC PC-PUB",
    "nat (inside,outside) source static LAN LAN destination static PEER PEER no-proxy-arp route-lookup",
    "nat (inside,dmz) source static LAN LAN destination static DMZ DMZ",
    "nat (any,any) source static PC PC destination static PEER PEER",
    "nat (dmz,outside) source static WEB WEB-PUB service WWW-FROM ALT-FROM",
    "nat (dmz,outside) source static DMZ DMZ-PUB",
    "nat (dmz,outside) source dynamic DMZ PAT",
    "nat (dmz,outside) source dynamic any interface inactive",
    "nat (inside,dmz) source dynamic any interface destination static WEB-IN WEB",
    "nat (inside,dmz) source dynamic LAN interface destination static WEB-IN WEB service WWW ALT",
    "nat (inside,inside) source dynamic LAN interface destination static WEB-IN PC",
    "nat (inside,outside) source static PC PC-PUB destination static PEER PEER unidirectional",
    "nat (outside,dmz) source dynamic any interface destination static WEB-PUB WEB",
    "nat (outside,dmz) source dynamic any interface",
)
MIDDLE = (
    ("WEB", "nat (dmz,outside) static WEB-PUB"),
    ("WEB", "nat (dmz,any) static WEB-PUB"),
    ("WEB", "nat (dmz,outside) static WEB-PUB service tcp www 8080"),
    ("WEB", "nat (dmz,outside) static interface service tcp 8080 www"),
    ("LAN", "nat (inside,outside) dynamic interface"),
    ("PC", "nat (inside,outside) static PC-PUB"),
    ("PC", "nat (inside,dmz) static PC-DMZ"),
)
LAST = (
    "nat (any,outside) after-auto source dynamic any interface",
    "nat (inside,outside) after-auto source dynamic LAN PAT",
    "nat (inside,dmz) after-auto source dynamic any interface",
    "nat (dmz,outside) after-auto source static WEB WEB-PUB",
)
CALLED = {
    "PC-PUB": "203.0.113.200",
    "PC-DMZ": "10.2.2.200",
    "WEB-PUB": "203.0.113.20",
    "DMZ-PUB": "203.0.113.220",
    "WEB-IN": "10.1.1.120",
    "PEER-IN": "10.1.1.180",
    "interface service": "203.0.113.2",
}
"""Where a line says the first, hosts are called by the second."""
PORTS = (80, 8080, 23)
SEEDS = 40


def lines_of(seed: int) -> str:
    """The rules of a seed."""
    dice = random.Random(f"rules {seed}")
    first = dice.sample(FIRST, dice.choice((0, 1, 1, 2, 3)))
    middle = dict(dice.sample(MIDDLE, dice.choice((0, 1, 2))))
    last = dice.sample(LAST, dice.choice((0, 0, 1, 2)))
    objects = [f"object network {name}\n {rule}" for name, rule in middle.items()]
    return "\n".join([*first, *objects, *last])


def flows_of(seed: int) -> list[Flow]:
    """What the seed asks about: hosts by their own addresses and by others."""
    dice = random.Random(f"flows {seed}")
    real = [f"{SIDES[side][0]}.{last}" for side, hosts in HOSTS.items() for last in hosts]
    shown = [address for word, address in CALLED.items() if word in lines_of(seed)]
    found = []
    for _ in range(4):
        client = dice.choice(real)
        server = dice.choice([one for one in (*real, *4 * shown) if one != client])
        service = "icmp" if dice.random() < 0.1 else f"tcp/{dice.choice(PORTS)}"
        found.append(Flow.parse(f"{client} {server} {service}"))
    return found


def network(seed: int) -> World:
    """One firewall with the seed's rules; every list permits."""
    names = list(SIDES)
    lines = ["hostname EDGE", "names"]
    for number, (name, (net, level)) in enumerate(SIDES.items()):
        lines += [f"interface Ethernet0/{number}", f" switchport access vlan {number + 1}"]
        lines += [f"interface Vlan{number + 1}"]
        lines += [" no forward interface Vlan99"] if number == 2 else []
        last = 2 if name == "outside" else 1
        lines += [f" nameif {name}", f" security-level {level}", f" ip address {net}.{last} 255.255.255.0"]
    lines += ["same-security-traffic permit inter-interface", "same-security-traffic permit intra-interface"]
    lines += [OBJECTS, "access-list ALL extended permit ip any any", lines_of(seed)]
    lines += [f"access-group ALL in interface {name}" for name in names]
    lines += ["class-map inspection_default", " match default-inspection-traffic", "policy-map global_policy"]
    lines += [" class inspection_default", "  inspect icmp", "service-policy global_policy global"]
    device = {
        "platform": "cisco_asa", "mac": "0019.2fbc.0080", "model": "ASA5505", "version": "9.2(4)",
        "serial": "JMX1404Z0B0", "ports": {f"Ethernet0/{i}": name for i, name in enumerate(names)},
        "startup": "\n".join(lines) + "\n", "delta": "",
    }  # fmt: skip
    hosts = {
        f"{side}{last}": {
            "address": f"{SIDES[side][0]}.{last}/24", "wire": side, "mac": f"0050.56a0.{last:04x}",
            "gateway": f"{SIDES[side][0]}.{2 if side == 'outside' else 1}",
            "listens": list(PORTS), "answers": list(PORTS),
        }
        for side, numbers in HOSTS.items() for last in numbers
    }  # fmt: skip
    text = {
        "name": f"rules-{seed}",
        "wires": {name: f"{net}.0/24" for name, (net, _) in SIDES.items()},
        "devices": {"edge": device},
        "hosts": hosts,
    }
    world = World(read_topology(json.dumps(text), f"rules {seed}"))
    world.run_for(5.0)
    return world


@cache
def compared(seed: int) -> list[tuple[Flow, Trace, Testimony]]:
    """Each flow of a seed from both sides."""
    return [
        (flow, trace(read(world), flow), observe(world, flow))
        for flow in flows_of(seed)
        for world in [network(seed)]
    ]


def told(predicted: Trace) -> bool:
    """Whether the prediction claims something; that somebody has a strange address it only supposes."""
    real = {f"{SIDES[side][0]}.{last}" for side, hosts in HOSTS.items() for last in hosts}
    reached = {str(leg.arrived.destination) for leg in predicted.legs if leg.arrived is not None}
    return predicted.fate is not Fate.UNKNOWN and not predicted.could_not_see and reached <= real


@pytest.mark.parametrize("seed", range(SEEDS))
def test_flows_of_a_firewall_end_as_predicted(seed: int) -> None:
    """S3-05: sections, ports, both ends at once, exemptions, and what is refused as one way."""
    for flow, predicted, observed in compared(seed):
        if told(predicted) and observed.fate is not Fate.UNKNOWN:
            place = (str(predicted.fate), predicted.at.device, predicted.at.packet)
            seen = (str(observed.fate), observed.device, observed.packet)
            assert place == seen, f"{flow}: {predicted.mechanism}; {observed}\n{lines_of(seed)}"


def test_most_are_told_and_end_differently() -> None:
    """The seeds would show nothing if most were unseen or all ended alike."""
    found = [predicted for seed in range(SEEDS) for _, predicted, _ in compared(seed)]
    claimed = [one for one in found if told(one)]
    assert len(claimed) > 0.8 * len(found)
    assert {Fate.COMPLETE, Fate.ACL_DENIED, Fate.NO_ADJACENCY} <= {one.fate for one in claimed}
