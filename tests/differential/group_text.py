"""Objects and object groups of a random ASA, and entries of access lists that name them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .access_text import netmask

if TYPE_CHECKING:
    from .networks import Plan

NAME = "object-groups"
_SIDES = ("object-group GROUP1", "object-group GROUP2", "object-group GROUP3", "object NET1", "object HOST1")
_PORT_CONDITIONS = ("eq www", "eq https", "range 80 443", "eq 8080", "eq 22", "range 8000 9000")
_SERVICES = ("tcp destination eq www", "tcp destination range 443 8080", "tcp", "udp", "icmp",
             "udp destination eq 443", "tcp source gt 1023 destination eq https")  # fmt: skip


def groups(plan: Plan) -> Iterator[str]:
    """Their definitions; none where the network has no such feature."""
    if NAME not in plan.features:
        return
    dice = plan.features[NAME]
    yield from ["object network NET1", f" subnet {netmask(dice.choice(plan.segments).network)}"]
    yield from ["object network HOST1", f" host {dice.choice(plan.addresses)}"]
    for number in (1, 2):
        yield f"object-group network GROUP{number}"
        yield from (f" network-object host {one}" for one in dice.some(plan.addresses, 2))
        if dice.chance(0.5):
            yield f" network-object {netmask(dice.choice(plan.segments).network)}"
        if dice.chance(0.4):
            yield f" network-object object {dice.choice(('NET1', 'HOST1'))}"
    yield from ["object-group network GROUP3", f" group-object {dice.choice(('GROUP1', 'GROUP2'))}"]
    yield f" network-object host {dice.choice(plan.addresses)}"
    for name in ("PORTS-tcp", "PORTS-udp"):
        yield f"object-group service {name} {name[-3:]}"
        chosen = dice.some(_PORT_CONDITIONS, 3)
        yield from (f" port-object {one}" for one in chosen if name == "PORTS-tcp" or "w" not in one)
        yield " port-object eq 4443"
    yield "object-group service MIXED"
    yield from (f" service-object {one}" for one in dice.some(_SERVICES, 3))


def group_entry(plan: Plan) -> str:
    """One entry behind the list's name."""
    dice = plan.features[NAME]
    action = "deny" if dice.chance(0.4) else "permit"
    ends = [_end(plan), _end(plan)]
    protocol = dice.choice(("ip", "tcp", "tcp", "udp", "object-group MIXED"))
    if protocol == "object-group MIXED" and not any("object" in one for one in ends):
        ends[0] = "object-group GROUP1"
    ports = f" object-group PORTS-{protocol}" if protocol in ("tcp", "udp") and dice.chance(0.6) else ""
    return f"{action} {protocol} {ends[0]} {ends[1]}{ports}"


def _end(plan: Plan) -> str:
    dice = plan.features[NAME]
    return "any" if dice.chance(0.3) else dice.choice(_SIDES)


def group_lists(plan: Plan, free: Sequence[str]) -> Iterator[str]:
    """Lists of such entries on interfaces that have none."""
    if NAME not in plan.features:
        return
    dice = plan.features[NAME]
    for nameif in free:
        if dice.chance(0.7):
            for _ in range(dice.randint(1, 3)):
                yield f"access-list {nameif}_in extended {group_entry(plan)}"
            if dice.chance(0.75):
                yield f"access-list {nameif}_in extended permit ip any any"
            yield f"access-group {nameif}_in in interface {nameif}"
