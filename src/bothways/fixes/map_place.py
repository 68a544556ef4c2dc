"""A route-map that an interface has already: where one more sequence goes, and when none may."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.diagnosis.acl import Match, judge
from bothways.diagnosis.packets import Packet
from bothways.fixes.config_lines import evidence
from bothways.fixes.contract import NotApplicable
from bothways.fixes.sdm import has_templates
from bothways.rules.policy_faults import named_elsewhere
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, PolicyBinding, RouteMapEntry

_LAST = 65_535
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,62}", re.ASCII)
_HARDWARE = re.compile(r"ip (?:precedence|dscp) ")
"""What a switch marks without its CPU."""


@dataclass(frozen=True, slots=True)
class MapPlace:
    """Where a sequence goes.

    Attributes:
        before: the sequence that takes the replies today, or may: it must be asked later.
    """

    sequence: int
    before: RouteMapEntry | None


def entries_of(state: DeviceState, route_map: str) -> list[RouteMapEntry]:
    """The sequences of a route-map, in the order they are asked in."""
    rows = state.table(RouteMapEntry).where(route_map=route_map)
    return sorted(rows, key=lambda row: row.sequence)


def takes(state: DeviceState, entry: RouteMapEntry, packet: Packet) -> Match:
    """Whether a sequence takes a packet; `maybe` where a clause or a rule of it is not understood."""
    found: set[Match] = set() if entry.acls else {"yes"}
    for acl in entry.acls:
        judgement = judge(state.table(AclEntry), acl, packet)
        open_end = judgement.contested is not None or not judgement.defined
        found.add("maybe" if open_end else "yes" if judgement.permits else "no")
    if "yes" in found:
        return "maybe" if _unsupported(entry) else "yes"
    return "maybe" if "maybe" in found else "no"


def first_taking(state: DeviceState, route_map: str, packet: Packet) -> tuple[RouteMapEntry | None, Match]:
    """The first sequence that takes a packet, or may."""
    for entry in entries_of(state, route_map):
        match = takes(state, entry, packet)
        if match != "no":
            return entry, match
    return None, "no"


def find_place(state: DeviceState, route_map: str, replies: Packet) -> MapPlace | NotApplicable:
    """The last place in which a sequence is asked about the replies: whoever is asked before it keeps his."""
    entries = entries_of(state, route_map)
    before, _ = first_taking(state, route_map, replies)
    earlier = [row.sequence for row in entries if before is None or row.sequence < before.sequence]
    low = max(earlier, default=0)
    number = low // 10 * 10 + 10 if before is None else _free(low, before.sequence)
    if before is not None and not number:
        behind = f" behind sequence {low}" if low else ""
        reason = (
            f"sequence {before.sequence} of route-map {route_map} takes these replies, and no number is free "
            f"before it{behind}: one must be moved by hand"
        )
        return NotApplicable(state.name, reason, (state.evidence(before),))
    if number > _LAST:
        reason = f"route-map {route_map} has no number left behind its sequence {low}"
        return NotApplicable(state.name, reason, (state.evidence(entries[-1]),))
    return MapPlace(number, before)


def join_refusal(state: DeviceState, route_map: str) -> NotApplicable | None:
    """Why a route-map must be left as it is: others use it, or the switch cannot do what it holds."""
    if not _NAME.fullmatch(route_map):
        return NotApplicable(state.name, f"the name of route-map {route_map!r} is not one we type")
    elsewhere = named_elsewhere(state, route_map)
    if elsewhere is not None:
        reason = (
            f"route-map {route_map} is named by `{elsewhere.text.strip()}` too, for which one more sequence "
            "would be meant as well"
        )
        return NotApplicable(state.name, reason, evidence(state, (elsewhere,)))
    for entry in entries_of(state, route_map) if has_templates(state) else ():
        what = "is a deny" if entry.action == "deny" else _unsupported(entry)
        if what:
            reason = (
                f"sequence {entry.sequence} of route-map {route_map} {what}, which this hardware does not "
                "do: what it makes of the map with one sequence more nobody documents"
            )
            return NotApplicable(state.name, reason, (state.evidence(entry),))
    return None


def other_interfaces(state: DeviceState, route_map: str, interface: str) -> tuple[str, ...]:
    """Where else it is bound."""
    rows = state.table(PolicyBinding).where(route_map=route_map)
    return tuple(row.interface for row in rows if row.interface != interface)


def _unsupported(entry: RouteMapEntry) -> str:
    """What it has besides lists, next hops and marks, "" for nothing."""
    clauses = (clause for clause in entry.other if not _HARDWARE.match(clause))
    return next((f"has `{clause}`" for clause in clauses), "")


def _free(low: int, high: int) -> int:
    """The roundest number between two, nearest to the higher; 0 for none."""
    for step in (10, 5, 1):
        number = (high - 1) // step * step
        if number > low:
            return number
    return 0
