"""Lists, pools and single ports of random routers."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from .nat_text import Shown

if TYPE_CHECKING:
    from .networks import Box, Plan

PORTS, HIDING = "ios-ports", "ios-hiding"
_SHOWN_PORTS = (80, 443, 2222, 8081)
_REAL_PORTS = (80, 443, 8080)


def plan_routers(plan: Plan) -> None:
    """Settle which router translates between which of its segments."""
    for box in plan.boxes:
        if box.firewall:
            continue
        if PORTS in plan.features:
            _plan_port(plan, box)
        if HIDING in plan.features:
            _sides(plan, box, HIDING)


def _sides(plan: Plan, box: Box, name: str) -> None:
    inside, outside = plan.features[name].sample(box.segments, 2)
    box.router = True
    box.nat.setdefault(outside.name, "outside")
    box.nat.setdefault(inside.name, "inside")


def _plan_port(plan: Plan, box: Box) -> None:
    dice = plan.features[PORTS]
    _sides(plan, box, PORTS)
    side = next((one for one in box.segments if box.nat.get(one.name) == "outside"), box.segments[0])
    there = [one for one in plan.addresses if one not in side.network]
    near = [one for one in there if plan.segment_of(one) in box.segments] or there
    real = dice.choice(near)
    box.nat.setdefault(plan.segment_of(real).name, "inside")
    by = box.address(side) if dice.chance(0.5) else side.address(140 + box.number)
    protocol = "udp" if dice.chance(0.2) else "tcp"
    plan.shown.append(
        Shown(box, real, by, side, False, dice.choice(_SHOWN_PORTS), PORTS,
              dice.choice(_REAL_PORTS), protocol)
    )  # fmt: skip


def across(plan: Plan) -> tuple[IPv4Address, IPv4Address] | None:
    """A host on the inside of a router that hides some, and one on its outside."""
    dice = plan.features[HIDING]
    pairs = [
        (client, server)
        for box in plan.boxes
        for client in plan.addresses
        for server in plan.addresses
        if box.nat.get(plan.segment_of(client).name) == "inside"
        and box.nat.get(plan.segment_of(server).name) == "outside"
    ]
    return dice.choice(pairs) if pairs else None


def ios_ports(plan: Plan, box: Box) -> Iterator[str]:
    """Ports of an address, or of an interface, that lead to a port of a host."""
    for one in plan.shown:
        if one.box is box and one.kind == PORTS:
            shown = f"interface FastEthernet0/{box.segments.index(one.side)}"
            if one.by != box.address(one.side):
                shown = str(one.by)
            line = f"ip nat inside source static {one.protocol} {one.real} {one.real_port} {shown} {one.port}"
            yield line if shown.startswith("interface") else f"{line} extendable"


def hiding(plan: Plan, box: Box) -> Iterator[str]:
    """Hosts of the inside that hide behind an interface or a pool; some of them do not."""
    if HIDING not in plan.features or not box.router:
        return
    dice = plan.features[HIDING]
    inside = [one for one in box.segments if box.nat.get(one.name) == "inside"]
    outside = [one for one in box.segments if box.nat.get(one.name) == "outside"]
    if not inside or not outside:
        return
    if dice.chance(0.6):
        behind = f"interface FastEthernet0/{box.segments.index(dice.choice(outside))} overload"
    else:
        side, last = dice.choice(outside), 112 + 8 * box.number
        yield f"ip nat pool POOL {side.address(last)} {side.address(last + 7)} netmask 255.255.255.0"
        behind = "pool POOL overload" if dice.chance(0.5) else "pool POOL"
    yield f"ip nat inside source list 7 {behind}"
    hosts = [one for one in plan.addresses if any(one in segment.network for segment in inside)]
    wide = not behind.endswith("POOL") and dice.chance(0.6)
    if hosts and dice.chance(0.2):
        yield f"access-list 7 deny {dice.choice(hosts)}"
    if wide:
        yield f"access-list 7 permit {dice.choice(inside).network.network_address} 0.0.0.255"
    else:
        yield from (f"access-list 7 permit {one}" for one in dice.some(hosts or plan.addresses, 2))
