"""Classes of a random service policy beyond the plain ones: ports, denied parts, groups, several actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .access_text import netmask
from .group_text import group_entry

if TYPE_CHECKING:
    from .networks import Plan

NAME = "policies"
_BYPASS = "set connection advanced-options tcp-state-bypass"
_KEEP = "set connection random-sequence-number disable"
_ACTIONS = (
    (_BYPASS,),
    (_BYPASS,),
    (_KEEP,),
    (_KEEP,),
    ("set connection random-sequence-number enable",),
    (_KEEP, "set connection timeout idle 0:15:00"),
    ("set connection timeout idle 0:20:00 reset",),
    ("set connection timeout half-closed 0:05:00", _BYPASS),
    ("inspect icmp",),
    ("inspect http",),
    ("inspect icmp", _BYPASS),
)
_PORTS = ("tcp eq 443", "tcp eq 80", "tcp range 80 443", "tcp range 443 9000", "udp eq 443")


def special_class(plan: Plan, name: str) -> Iterator[str]:
    """A class map, behind its access list if it has one."""
    dice = plan.features[NAME]
    if dice.chance(0.3):
        yield from [f"class-map {name}", f" match port {dice.choice(_PORTS)}"]
        return
    for source, target in _pairs(plan):
        action = "deny" if dice.chance(0.2) else "permit"
        protocol = dice.choice(("tcp", "tcp", "ip", "udp"))
        yield f"access-list {name} extended {action} {protocol} {source} {target}"
    if "object-groups" in plan.features:
        yield f"access-list {name} extended {group_entry(plan)}"
    yield f"access-list {name} extended permit tcp any {netmask(dice.choice(plan.segments).network)} eq 8080"
    yield from [f"class-map {name}", f" match access-list {name}"]


def _pairs(plan: Plan) -> Iterator[tuple[str, str]]:
    """Two networks or hosts, in one direction or in both."""
    dice = plan.features[NAME]
    one, other = dice.sample(plan.segments, 2)
    ends = (netmask(one.network), netmask(other.network))
    if dice.chance(0.3):
        ends = (f"host {dice.choice(plan.addresses)}", "any")
    yield ends
    if dice.chance(0.5):
        yield ends[1], ends[0]


def special_actions(plan: Plan) -> list[str]:
    """What a class does."""
    return [f"  {action}" for action in plan.features[NAME].choice(_ACTIONS)]
