"""The configuration of a random Catalyst 3560."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .access_text import access_entry, netmask, wildcard
from .hiding_text import hiding, ios_ports
from .nat_text import ios_nat, ways_to_shown
from .vrf_text import in_table, joins, tables

if TYPE_CHECKING:
    from .networks import Box, Plan


def ios_startup(plan: Plan, box: Box) -> str:
    """All lines."""
    lines = ["version 12.2", f"hostname {box.name.upper()}", "ip routing"]
    lines += tables(plan, box)
    for index in range(0 if box.router else len(box.segments)):
        lines += [
            f"interface FastEthernet0/{index + 1}",
            f" switchport access vlan {10 * (index + 1)}",
            " switchport mode access",
        ]
        if plan.chance(0.03):
            lines += [" shutdown"]
    lists: list[str] = []
    for index, segment in enumerate(box.segments):
        lines += [f"interface {_routed(box, index)}", *joins(box, segment)]
        lines.append(f" ip address {box.address(segment)} 255.255.255.0")
        if segment.name in box.nat:
            lines.append(f" ip nat {box.nat[segment.name]}")
        for way in ("in", "out"):
            if plan.chance(0.1):
                name = f"VLAN{10 * (index + 1)}_{way.upper()}"
                lines.append(f" ip access-group {name} {way}")
                lists += _list(plan, name)
        if plan.chance(0.03):
            lines += [" shutdown"]
        if plan.chance(0.25):
            lines.append(f" ip policy route-map WAY{index}")
            lists += _route_map(plan, box, f"WAY{index}")
    lines += [*_eigrp(plan, box), "ip classless", *_statics(plan, box), *ios_nat(plan, box)]
    lines += [*ios_ports(plan, box), *hiding(plan, box), *lists]
    return "\n".join([*lines, "line vty 0 4", " login local"]) + "\n"


def _list(plan: Plan, name: str) -> Iterator[str]:
    if plan.chance(0.05):
        return  # bound, and not defined
    yield f"ip access-list extended {name}"
    for _ in range(plan.dice.choice((1, 2))):
        yield f" {access_entry(plan, wildcards=True)}"
    if plan.chance(0.8):
        yield " permit ip any any"


def _route_map(plan: Plan, box: Box, name: str) -> Iterator[str]:
    for number in range(plan.dice.choice((1, 1, 2))):
        acl = f"{name}_{number + 1}"
        yield f"ip access-list extended {acl}"
        if plan.chance(0.1):
            yield f" {access_entry(plan, wildcards=True)}"
        source, target = plan.dice.sample(plan.segments, 2)
        yield f" permit ip {wildcard(source.network)} {wildcard(target.network)}"
        action = "deny" if plan.chance(0.04) else "permit"
        yield f"route-map {name} {action} {10 * (number + 1)}"
        if not plan.chance(0.05):
            yield f" match ip address {acl}"
        others = [other.address(via) for other, via in plan.neighbours(box)]
        hops = [plan.dice.choice(others)] if others else []
        if not hops or plan.chance(0.08):
            hops.insert(0, plan.dice.choice(box.segments).address(77))
        if action == "permit":
            yield f" set ip next-hop {' '.join(str(hop) for hop in hops)}"


def _eigrp(plan: Plan, box: Box) -> Iterator[str]:
    if plan.routing != "eigrp":
        return
    yield from ["router eigrp 100", " no auto-summary"]
    for index, segment in enumerate(box.segments):
        if not plan.chance(0.06):
            yield f" network {wildcard(segment.network)}"
        if plan.chance(0.04):
            yield f" passive-interface {_routed(box, index)}"


def _routed(box: Box, index: int) -> str:
    """The routed interface on one of its segments."""
    return f"FastEthernet0/{index}" if box.router else f"Vlan{10 * (index + 1)}"


def _statics(plan: Plan, box: Box) -> Iterator[str]:
    for segment, hop, address in ways_to_shown(plan, box):
        yield f"ip route {in_table(plan, box, segment)}{address} 255.255.255.255 {hop}"
    if plan.routing == "eigrp":
        return
    for target in plan.segments:
        hops = plan.next_hops(box, target)
        if target in box.segments or not hops or plan.chance(0.08):
            continue
        via, hop = plan.dice.choice(hops)
        if plan.chance(0.04):
            hop = via.address(77)
        where = "0.0.0.0 0.0.0.0" if plan.chance(0.12) else netmask(target.network)
        yield f"ip route {in_table(plan, box, via)}{where} {hop}"
