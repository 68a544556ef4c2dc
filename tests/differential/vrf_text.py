"""Routing tables of their own on random switches and routers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .networks import Box, Plan, Segment

NAME, TABLE = "vrf", "RED"


def plan_tables(plan: Plan) -> None:
    """Put some segments of a box that does not translate into a table of their own, often all of them."""
    for box in plan.boxes:
        if NAME in plan.features and not box.firewall and not box.nat:
            dice = plan.features[NAME]
            chosen = box.segments if dice.chance(0.6) else dice.some(box.segments, 2)
            box.vrf = {one.name: TABLE for one in chosen}


def tables(plan: Plan, box: Box) -> list[str]:
    """The tables of a box."""
    if not box.vrf:
        return []
    return [f"ip vrf {TABLE}", *([" rd 65000:1"] if plan.features[NAME].chance(0.7) else [])]


def joins(box: Box, segment: Segment) -> Iterator[str]:
    """The line of an interface that is in one."""
    if segment.name in box.vrf:
        yield f" ip vrf forwarding {box.vrf[segment.name]}"


def in_table(plan: Plan, box: Box, segment: Segment) -> str:
    """The words of a static route by way of a segment; sometimes those of the wrong table."""
    if not box.vrf:
        return ""
    inside = (segment.name in box.vrf) != plan.features[NAME].chance(0.06)
    return f"vrf {TABLE} " if inside else ""
