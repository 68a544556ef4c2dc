"""Random small networks: a seed makes a topology, what breaks in it, and flows to ask about."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from bothways.flow import Flow
from bothways.lab.topology import Topology, read_topology

from .access_layer import Access, access_layer, lost_uplink
from .asa_text import asa_startup
from .asked import SERVED, featured_flows, plain_flows
from .features import Features
from .hiding_text import plan_routers
from .ios_text import ios_startup
from .manual_text import plan_manual
from .nat_text import Shown, plan_translations
from .vrf_text import plan_tables

_NETWORKS = ("10.12.0.0/24", "172.16.1.0/24", "192.168.40.0/24", "10.99.7.0/24")
_NAMES = ("users", "servers", "lab", "transit")


@dataclass(frozen=True)
class Segment:
    """A wire with its subnet."""

    name: str
    network: IPv4Network

    def address(self, last: int) -> IPv4Address:
        """The address that ends so."""
        return self.network.network_address + last


@dataclass
class Box:
    """A device under construction.

    Attributes:
        number: among its kind, from 0.
        segments: what it is attached to, in the order of its interfaces.
        router: an IOS router, whose ports are routed, in place of a switch.
        nat: `inside` or `outside` by segment, on a router that translates.
        vrf: routing table by segment, where it is not the global one.
    """

    name: str
    platform: str
    number: int
    segments: list[Segment] = field(default_factory=list)
    router: bool = False
    nat: dict[str, str] = field(default_factory=dict)
    vrf: dict[str, str] = field(default_factory=dict)

    @property
    def firewall(self) -> bool:
        """Whether it is an ASA."""
        return self.platform == "cisco_asa"

    def address(self, segment: Segment) -> IPv4Address:
        """Its own address there."""
        return segment.address(1 + self.number if self.firewall else 254 - self.number)


@dataclass(frozen=True)
class Failure:
    """A cable that comes out, before or after the network has lived a while."""

    wire: str
    device: str
    late: bool


@dataclass(frozen=True)
class Case:
    """A network with its questions.

    Attributes:
        failures: cables that come out.
        flows: what is asked.
        features: names of what it has beyond the networks of low seeds.
        undeclared: hosts whose gateway nobody tells the product.
        access: switches before the hosts of a segment.
    """

    seed: int
    topology: Topology
    failures: tuple[Failure, ...]
    flows: tuple[Flow, ...]
    features: frozenset[str] = frozenset()
    undeclared: frozenset[str] = frozenset()
    access: tuple[Access, ...] = ()


@dataclass
class Plan:
    """What the text of a device is made from.

    Attributes:
        dice: all its chance.
        boxes: all devices.
        routing: `static` or `eigrp`.
        features: what it has beyond the networks of low seeds.
        addresses: of the hosts.
        shown: addresses that stand for hosts.
    """

    dice: random.Random
    segments: list[Segment]
    boxes: list[Box]
    routing: str
    features: Features
    addresses: list[IPv4Address] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)

    def segment_of(self, address: IPv4Address) -> Segment:
        """The wire of a host."""
        return next(one for one in self.segments if address in one.network)

    def chance(self, probability: float) -> bool:
        """Whether something happens."""
        return self.dice.random() < probability

    def neighbours(self, box: Box) -> Iterator[tuple[Box, Segment]]:
        """Devices on its segments."""
        for segment in box.segments:
            for other in self.boxes:
                if other is not box and segment in other.segments:
                    yield other, segment

    def next_hops(self, box: Box, target: Segment) -> list[tuple[Segment, IPv4Address]]:
        """Neighbours that are nearest to a segment which `box` is not on."""
        distance = {one.name: 0 for one in self.boxes if target in one.segments}
        for step in range(len(self.boxes)):
            for one in self.boxes:
                near = [distance.get(other.name) == step for other, _ in self.neighbours(one)]
                if any(near):
                    distance.setdefault(one.name, step + 1)
        found = [(distance.get(other.name, 99), via, other) for other, via in self.neighbours(box)]
        best = min((far for far, _, _ in found), default=99)
        return [(via, other.address(via)) for far, via, other in found if far == best < 99]


def make_case(seed: int) -> Case:
    """The network of a seed."""
    dice = random.Random(f"network {seed}")
    plan = _plan(dice, Features(seed))
    hosts = _hosts(plan)
    plan_translations(plan)
    for more in (plan_manual, plan_routers, plan_tables):
        more(plan)
    content = {
        "name": f"random-{seed}",
        "seed": seed,
        "settle_s": 15.0,
        "wires": {one.name: str(one.network) for one in plan.segments},
        "hosts": hosts,
        "devices": {one.name: _device(plan, one) for one in plan.boxes},
    }
    failures = tuple(_failures(plan))
    access = access_layer(plan, content)
    undeclared = _undeclared(plan, hosts)
    content["workloads"] = list(_work(plan, hosts, undeclared))
    lost = lost_uplink(plan, access)
    failures += (Failure(*lost),) if lost else ()
    topology = read_topology(json.dumps(content), f"seed {seed}")
    flows = featured_flows(plan) if plan.features.chosen else plain_flows(plan)
    return Case(seed, topology, failures, tuple(flows), plan.features.chosen, undeclared, access)


def _undeclared(plan: Plan, hosts: dict[str, dict[str, Any]]) -> frozenset[str]:
    if "undeclared" not in plan.features:
        return frozenset()
    return frozenset(name for name in hosts if plan.features["undeclared"].chance(0.5))


def _work(
    plan: Plan, hosts: dict[str, dict[str, Any]], undeclared: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """A connection that each undeclared host holds: what a firewall shows of it tells its gateway."""
    for name in sorted(undeclared):
        server = plan.features["undeclared"].choice(plan.addresses)
        if server != IPv4Address(hosts[name]["address"].split("/")[0]):
            yield {"kind": "hold", "client": name, "server": str(server), "port": 443, "first_s": 1.0}


def _plan(dice: random.Random, features: Features) -> Plan:
    count = dice.choice((2, 3, 3, 4))
    segments = [Segment(_NAMES[i], IPv4Network(_NETWORKS[i])) for i in range(count)]
    boxes = [Box(f"asa{i + 1}", "cisco_asa", i) for i in range(dice.choice((1, 1, 1, 2)))]
    boxes += [Box(f"sw{i + 1}", "cisco_ios", i) for i in range(dice.choice((1, 1, 1, 2)))]
    dice.shuffle(boxes)
    _attach(dice, segments, boxes)
    return Plan(dice, segments, boxes, dice.choice(("static", "static", "eigrp")), features)


def _attach(dice: random.Random, segments: Sequence[Segment], boxes: Sequence[Box]) -> None:
    """Every segment is reached from the first; every device joins two segments at least."""
    for index, segment in enumerate(segments[1:], 1):
        able = [one for one in boxes if not one.firewall or len(one.segments) < 3] or list(boxes)
        joined = [one for one in able if set(one.segments) & set(segments[:index])]
        box = dice.choice(joined or able)
        if not set(box.segments) & set(segments[:index]):
            box.segments.append(dice.choice(segments[:index]))
        box.segments.append(segment)
    for box in boxes:
        for _ in range(2 - len(box.segments) + dice.choice((0, 0, 1))):
            rest = [one for one in segments if one not in box.segments]
            if rest and (not box.firewall or len(box.segments) < 3):
                box.segments.append(dice.choice(rest))
        dice.shuffle(box.segments)


def _hosts(plan: Plan) -> dict[str, dict[str, Any]]:
    hosts: dict[str, dict[str, Any]] = {}
    for number, segment in enumerate(plan.segments):
        routers = [one for one in plan.boxes if segment in one.segments]
        for nth in range(plan.dice.choice((1, 2))):
            hosts[f"{segment.name}{nth + 1}"] = {
                "address": f"{segment.address(plan.dice.randrange(20 + 50 * nth, 60 + 50 * nth))}/24",
                "wire": segment.name,
                "mac": f"0050.56a0.{number:02x}{nth:02x}",
                "gateway": str(plan.dice.choice(routers).address(segment)),
                "listens": list(SERVED),
                "answers": list(SERVED),
            }
    plan.addresses = [IPv4Address(one["address"].split("/")[0]) for one in hosts.values()]
    return hosts


def _device(plan: Plan, box: Box) -> dict[str, Any]:
    number = box.number + (0 if box.firewall else 8)
    common = {"platform": box.platform, "mac": f"0019.2fbc.{number:02x}80"}
    if box.firewall:
        ports = {f"Ethernet0/{i}": one.name for i, one in enumerate(box.segments)}
        return common | {
            "model": "ASA5505",
            "version": "9.2(4)",
            "serial": f"JMX1404Z0B{number}",
            "ports": ports,
            "startup": asa_startup(plan, box),
            "delta": plan.dice.choice(("", "above", "below")),
        }
    if box.router:
        return common | {
            "model": "2811",
            "version": "12.4(15)T7",
            "serial": f"FTX1141A0R{number}",
            "ports": {f"FastEthernet0/{i}": one.name for i, one in enumerate(box.segments)},
            "startup": ios_startup(plan, box),
        }
    return common | {
        "model": "WS-C3560-24PS",
        "version": "12.2(55)SE",
        "serial": f"CAT1023N0Q{number}",
        "ports": {f"FastEthernet0/{i + 1}": one.name for i, one in enumerate(box.segments)},
        "startup": ios_startup(plan, box),
        "sdm": plan.dice.choice(("default", "routing", "routing", "dual-ipv4-and-ipv6 routing")),
    }


def _failures(plan: Plan) -> Iterator[Failure]:
    if plan.chance(0.15):
        box = plan.dice.choice(plan.boxes)
        yield Failure(plan.dice.choice(box.segments).name, box.name, plan.chance(0.5))
