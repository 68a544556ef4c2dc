"""The configuration of a random ASA."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .access_text import access_entry, netmask
from .group_text import group_entry, group_lists, groups
from .manual_text import manual_rules, port_rules
from .nat_text import asa_nat, ways_to_shown
from .policy_text import special_actions, special_class

if TYPE_CHECKING:
    from .networks import Box, Plan, Segment

_LEVELS = (0, 50, 100)


def asa_startup(plan: Plan, box: Box) -> str:
    """All lines."""
    names = nameifs(box)
    lines = [f"hostname {box.name.upper()}", "names"]
    for index in range(len(box.segments)):
        lines += [f"interface Ethernet0/{index}", f" switchport access vlan {index + 1}"]
        if plan.chance(0.03):
            lines += [" shutdown"]
    level = plan.dice.choice((50, 100)) if plan.chance(0.25) else None
    for index, segment in enumerate(box.segments):
        lines.append(f"interface Vlan{index + 1}")
        if index == 2:  # the Base licence asks for it; that VLAN carries nothing, so nothing is forbidden
            lines.append(" no forward interface Vlan99")
        lines += [
            f" nameif {names[segment.name]}",
            f" security-level {_LEVELS[-1 - index] if level is None else level}",
            f" ip address {box.address(segment)} 255.255.255.0",
        ]
        if plan.chance(0.03):
            lines += [" shutdown"]
    for kind, probability in (("inter", 0.5), ("intra", 0.65)):
        if plan.chance(probability):
            lines.append(f"same-security-traffic permit {kind}-interface")
    lines += [*groups(plan), *asa_nat(plan, box, names)]
    lines += [*port_rules(plan, box, names), *manual_rules(plan, box, names)]
    lines += [*_rules(plan, names), "logging enable", "logging timestamp", "logging buffered informational"]
    if plan.chance(0.15):
        lines.append(f"ip verify reverse-path interface {plan.dice.choice(list(names.values()))}")
    lines += [*_routing(plan, box, names), *_policies(plan, names)]
    return "\n".join(lines) + "\n"


def nameifs(box: Box) -> dict[str, str]:
    """Nameif by segment."""
    return {one.name: ("inside", "outside", "dmz")[i] for i, one in enumerate(box.segments)}


def _rules(plan: Plan, names: dict[str, str]) -> Iterator[str]:
    groups = []
    for nameif in names.values():
        if plan.chance(0.6 if nameif == "outside" else 0.35):
            yield from _list(plan, f"{nameif}_in", 0.75)
            groups.append(f"access-group {nameif}_in in interface {nameif}")
        if plan.chance(0.12):
            yield from _list(plan, f"{nameif}_out", 0.8)
            groups.append(f"access-group {nameif}_out out interface {nameif}")
    if plan.chance(0.1):
        yield from _list(plan, "everywhere", 0.8)
        groups.append("access-group everywhere global")
    yield from groups
    bound = {line.split()[-1] for line in groups if " in " in line}
    yield from group_lists(plan, [nameif for nameif in names.values() if nameif not in bound])


def _list(plan: Plan, name: str, open_end: float) -> Iterator[str]:
    if plan.chance(0.2):
        yield f"access-list {name} remark what comes by {name}"
    for _ in range(plan.dice.choice((1, 1, 2, 3))):
        yield f"access-list {name} extended {access_entry(plan, wildcards=False)}"
    if "object-groups" in plan.features:
        for line in plan.features["object-groups"].some((1, 2), 2):
            yield f"access-list {name} line {line} extended {group_entry(plan)}"
    if plan.chance(open_end):
        yield f"access-list {name} extended permit ip any any"


def _routing(plan: Plan, box: Box, names: dict[str, str]) -> Iterator[str]:
    yield from _to_shown(plan, box, names)
    if plan.routing == "eigrp":
        yield from ["router eigrp 100", " no auto-summary"]
        for segment in box.segments:
            if not plan.chance(0.06):
                yield f" network {segment.network.network_address} 255.255.255.0"
            if plan.chance(0.04):
                yield f" passive-interface {names[segment.name]}"
        return
    for target in plan.segments:
        if target not in box.segments:
            yield from _static(plan, box, names, target)


def _to_shown(plan: Plan, box: Box, names: dict[str, str]) -> Iterator[str]:
    for segment, hop, address in ways_to_shown(plan, box):
        yield f"route {names[segment.name]} {address} 255.255.255.255 {hop} 1"


def _static(plan: Plan, box: Box, names: dict[str, str], target: Segment) -> Iterator[str]:
    hops = plan.next_hops(box, target)
    if not hops or plan.chance(0.08):
        return
    via, hop = plan.dice.choice(hops)
    if plan.chance(0.04):
        hop = via.address(77)
    where = "0.0.0.0 0.0.0.0" if plan.chance(0.12) else netmask(target.network)
    yield f"route {names[via.name]} {where} {hop} 1"


def _policies(plan: Plan, names: dict[str, str]) -> Iterator[str]:
    """Classes with a feature each, in a global map, on an interface, or both."""
    maps: dict[str, list[str]] = {}
    for number in range(plan.dice.choice((0, 0, 1, 1, 2))):
        klass = f"SPECIAL{number + 1}"
        yield from _class(plan, klass)
        place = "global" if plan.chance(0.5) else plan.dice.choice(list(names.values()))
        maps.setdefault(place, []).append(f" class {klass}")
        maps[place] += _feature(plan)
    dice = plan.features["policies"]
    for number in range(dice.choice((1, 2, 3)) if "policies" in plan.features else 0):
        place = "global" if dice.chance(0.4) else dice.choice(list(names.values()))
        yield from special_class(plan, f"MORE{number + 1}")
        maps.setdefault(place, []).extend([f" class MORE{number + 1}", *special_actions(plan)])
    if plan.chance(0.3):
        yield from ["class-map inspection_default", " match default-inspection-traffic"]
        maps.setdefault("global", []).extend([" class inspection_default", "  inspect icmp", "  inspect ftp"])
    for place, lines in maps.items():
        yield from [f"policy-map {place}_map", *lines]
    for place in maps:
        yield f"service-policy {place}_map " + ("global" if place == "global" else f"interface {place}")


def _class(plan: Plan, klass: str) -> Iterator[str]:
    if plan.chance(0.1):
        yield from [f"class-map {klass}", " match any"]
        return
    one, other = plan.dice.sample(plan.segments, 2)
    pairs = [(one, other), (other, one)] if plan.chance(0.5) else [(one, other)]
    for source, target in pairs:
        ends = f"{netmask(source.network)} {netmask(target.network)}"
        yield f"access-list {klass} extended permit tcp {ends}"
    yield from [f"class-map {klass}", f" match access-list {klass}"]


def _feature(plan: Plan) -> list[str]:
    bypass = ["  set connection advanced-options tcp-state-bypass"]
    keep = ["  set connection random-sequence-number disable"]
    idle = ["  set connection timeout idle 0:15:00"]
    return plan.dice.choice((bypass, idle + bypass, keep, keep, idle))
