"""Translations of random ASAs and routers, and the addresses under which hosts can be called by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from .access_text import netmask

if TYPE_CHECKING:
    from .networks import Box, Plan, Segment

ELSEWHERE = IPv4Network("198.51.100.0/24")
"""Nobody's network: its addresses stand for hosts, and need a route."""


@dataclass(frozen=True)
class Shown:
    """An address that stands for a host.

    Attributes:
        box: who translates.
        real: the host.
        by: the address.
        side: the segment from which it is called.
        outside: whether a router calls the host an outside one.
        port: at which it is called, where a rule is for one port; 0 for all.
        kind: of the rule that shows it, "" for one that names the host.
        real_port: of the host, where a rule is for one port.
        protocol: of the ports.
    """

    box: Box
    real: IPv4Address
    by: IPv4Address
    side: Segment
    outside: bool
    port: int = 0
    kind: str = ""
    real_port: int = 0
    protocol: str = "tcp"


def plan_translations(plan: Plan) -> None:
    """Settle which box shows which host by which address, before any configuration is written."""
    for box in plan.boxes:
        if _name(box) not in plan.features:
            continue
        for number in range(plan.features[_name(box)].choice((1, 1, 2))):
            _plan_one(plan, box, number)


def _name(box: Box) -> str:
    return "asa-nat" if box.firewall else "ios-nat"


def _plan_one(plan: Plan, box: Box, number: int) -> None:
    """A host on one of its segments, as a rule, and who calls it comes from another one."""
    dice = plan.features[_name(box)]
    side = dice.choice(box.segments)
    near = [one for one in plan.addresses if any(one in seg.network for seg in box.segments if seg != side)]
    real = dice.choice(plan.addresses if not near or dice.chance(0.1) else near)
    index = 10 * plan.boxes.index(box) + number
    here = box.firewall and dice.chance(0.6)
    by = side.address(200 + index) if here else ELSEWHERE.network_address + 100 + index
    one = Shown(box, real, by, side, dice.chance(0.5))
    plan.shown.append(one)
    if not box.firewall:
        box.router = True
        box.nat.setdefault(side.name, "inside" if one.outside else "outside")
        box.nat.setdefault(plan.segment_of(real).name, "outside" if one.outside else "inside")


def asa_nat(plan: Plan, box: Box, names: dict[str, str]) -> Iterator[str]:
    """Its objects: hosts under other addresses, and subnets that hide behind one."""
    if "asa-nat" not in plan.features:
        return
    for number, one in enumerate(plan.shown):
        if one.box is box and not one.kind:
            real_if = _interface(plan, box, names, one.real)
            mapped_if = "any" if plan.features["asa-nat"].chance(0.1) else names[one.side.name]
            yield from [f"object network SHOWN{number}", f" host {one.real}"]
            yield f" nat ({real_if},{mapped_if}) static {one.by}"
    if plan.features["asa-nat"].chance(0.6):
        real, side = plan.features["asa-nat"].sample(box.segments, 2)
        mapped = "interface" if plan.features["asa-nat"].chance(0.6) else side.address(190 + box.number)
        yield from ["object network HIDDEN", f" subnet {netmask(real.network)}"]
        yield f" nat ({names[real.name]},{names[side.name]}) dynamic {mapped}"


def _interface(plan: Plan, box: Box, names: dict[str, str], address: IPv4Address) -> str:
    """Behind which interface a host is; sometimes the rule says another one."""
    if plan.features["asa-nat"].chance(0.1):
        return plan.features["asa-nat"].choice(["any", *names.values()])
    segment = plan.segment_of(address)
    if segment in box.segments:
        return names[segment.name]
    hops = plan.next_hops(box, segment)
    return names[hops[0][0].name] if hops else "any"


def ios_nat(plan: Plan, box: Box) -> Iterator[str]:
    """Static translations of a router."""
    for one in plan.shown:
        if one.box is not box or not box.router or one.kind:
            continue
        if one.outside:
            add_route = " add-route" if plan.features["ios-nat"].chance(0.3) else ""
            yield f"ip nat outside source static {one.real} {one.by}{add_route}"
        else:
            yield f"ip nat inside source static {one.real} {one.by}"


def ways_to_shown(plan: Plan, box: Box) -> Iterator[tuple[Segment, IPv4Address, IPv4Address]]:
    """Where a box must send what is called by an address of nobody's network: segment, next hop, address."""
    for one in plan.shown:
        if one.by not in ELSEWHERE or plan.features["ios-nat"].chance(0.1):
            continue
        hops = []
        if one.box is not box:
            near = [(seg, one.box.address(seg)) for seg in box.segments if seg in one.box.segments]
            hops = near or plan.next_hops(box, one.side)
        elif box.router and one.outside:
            target = plan.segment_of(one.real)
            hops = [(target, one.real)] if target in box.segments else plan.next_hops(box, target)
        if hops:
            yield (*plan.features["ios-nat"].choice(hops), one.by)
