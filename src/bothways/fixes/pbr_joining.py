"""What to say about a sequence that joins somebody's route-map."""

from __future__ import annotations

from bothways.diagnosis.packets import Packet
from bothways.fixes.map_place import entries_of, first_taking, other_interfaces
from bothways.fixes.pbr_objects import PbrInputs
from bothways.fixes.steps import Lint
from bothways.fixes.turnaround import ReturnRouter
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, RouteMapEntry


def joining(back: ReturnRouter, inputs: PbrInputs, replies: Packet) -> tuple[Lint, ...]:
    """Whose way changes, whose does not, and what happens meanwhile."""
    if not inputs.joins:
        return ()
    state = back.router
    before, match = first_taking(state, inputs.route_map, replies)
    later = [row for row in entries_of(state, inputs.route_map) if row.sequence > inputs.sequence]
    text = (
        f"{inputs.interface} has route-map {inputs.route_map} already: sequence {inputs.sequence} joins it, "
        f"and its other entries stay as they are{_taken_from(before, match)}{_meanwhile(later)}"
    )
    told = Lint(id="joins-route-map", severity="warning", device=state.name, text=text)
    return (told, *_keeping(state, inputs), *_elsewhere(state, inputs))


def _taken_from(before: RouteMapEntry | None, match: str) -> str:
    if before is None:
        return ""
    word = "takes" if match == "yes" else "may take"
    hops = " ".join(str(hop) for hop in before.next_hops)
    to = f", to {hops}" if hops else ""
    return f"; it is asked before sequence {before.sequence}, which {word} these replies today{to}"


def _meanwhile(later: list[RouteMapEntry]) -> str:
    """A sequence whose match is not typed yet takes everything."""
    if not later:
        return ""
    numbers = " and ".join(str(row.sequence) for row in later)
    return f"; while its lines are typed, packets for sequence {numbers} are routed by the table"


def _keeping(state: DeviceState, inputs: PbrInputs) -> tuple[Lint, ...]:
    """Earlier sequences whose lists share addresses with ours: those packets stay theirs."""
    earlier = [row for row in entries_of(state, inputs.route_map) if row.sequence < inputs.sequence]
    sharing = [row for row in earlier if any(_shares(state, acl, inputs) for acl in row.acls)]
    return tuple(
        Lint(
            id="asked-before",
            severity="note",
            device=state.name,
            text=f"sequence {row.sequence} of route-map {inputs.route_map} is asked before: what it takes of "
            f"the replies from {inputs.source} goes its way as before",
        )
        for row in sharing
    )


def _shares(state: DeviceState, acl: str, inputs: PbrInputs) -> bool:
    return any(
        rule.action == "permit"
        and (rule.source is None or rule.source.overlaps(inputs.source))
        and any(rule.destination is None or rule.destination.overlaps(to) for to in inputs.destinations)
        for rule in state.table(AclEntry).where(acl=acl)
    )


def _elsewhere(state: DeviceState, inputs: PbrInputs) -> tuple[Lint, ...]:
    others = other_interfaces(state, inputs.route_map, inputs.interface)
    if not others:
        return ()
    text = (
        f"route-map {inputs.route_map} is also bound to {' and '.join(others)}: what comes in there from "
        f"{inputs.source} takes the same way"
    )
    return (Lint(id="shared-route-map", severity="warning", device=state.name, text=text),)
