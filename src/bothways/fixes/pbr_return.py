from __future__ import annotations

from ipaddress import IPv4Network
from typing import Literal

from bothways.diagnosis.packets import Packet, inbound, outbound
from bothways.errors import DocumentError
from bothways.fixes.asa_hairpin import route_out
from bothways.fixes.config_lines import not_standing, stands
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Options, Overlay, Ready, Situation, Values
from bothways.fixes.map_place import find_place
from bothways.fixes.pbr_joining import joining
from bothways.fixes.pbr_lints import remarks
from bothways.fixes.pbr_objects import PbrInputs, predicted, refusal, standing_map, standing_policy, undo
from bothways.fixes.prefixes import covering
from bothways.fixes.sdm import image_refusal, room_for
from bothways.fixes.steps import Command, ConfigStep, Lint, Predicate, Step
from bothways.fixes.tokens import AclName, HostAddress, InterfaceName, RouteMapName
from bothways.fixes.turnaround import ReturnRouter, Turn, find_return_router, find_turn, own_addresses
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.rows import Arp

_NOT_IN_HARDWARE = (
    "PLATFORM_PBR-2-NO_RMAP",
    "PLATFORM_PBR-3-INSTALL_FAIL",
    "PLATFORM_PBR-3-NO_LABEL",
    "PLATFORM_PBR-3-UNSUPPORTED_RMAP",
)
"""What a switch logs of a route-map that it does not take as it now is."""


class PbrOptions(Options):
    """What a playbook may choose of pbr-return.

    Attributes:
        match: all users of the network but the switch's own addresses, the flow's user alone, or (with
            an override) everything.
        acl: `RETURN-` and the interface when not given.
        interface: where the replies come in, when the tables are not to decide.
        next_hop: the firewall, when the tables are not to decide.
    """

    match: Literal["subnet", "hosts", "any"] = "subnet"
    acl: AclName | None = None
    route_map: RouteMapName = "FIX_ROUTING"
    interface: InterfaceName | None = None
    next_hop: HostAddress | None = None


class PbrReturn(Fix[PbrOptions, PbrInputs]):
    """Sends the replies back through the firewall that saw the request, by a policy route on a 3560."""

    name = "pbr-return"
    platform = "cisco_ios"
    seat = "router"
    cures = frozenset({"asymmetric-return", "pbr-ineffective"})
    price = (
        "Every reply takes one hop more and the firewall carries both directions; the next hop does not fail "
        "over by itself."
    )
    options = PbrOptions
    inputs = PbrInputs

    def propose(
        self, situation: Situation, options: PbrOptions
    ) -> Ready[PbrInputs] | InPlace | NotApplicable:
        """Ready on the router behind the firewall, unless its replies go the right way or it cannot."""
        found = self.apart_from_room(situation, options)
        if isinstance(found, NotApplicable):
            return found
        rules = len(found.inputs.destinations) if isinstance(found, Ready) else 0
        return room_for(situation.snapshot.device(found.device), rules) or found

    def apart_from_room(
        self, situation: Situation, options: PbrOptions
    ) -> Ready[PbrInputs] | InPlace | NotApplicable:
        """The same for a switch whose template is yet to be changed."""
        seats = _seats(situation)
        if isinstance(seats, NotApplicable):
            return seats
        turn, back = seats
        state = back.router
        unfit = image_refusal(state)
        if unfit is not None:
            return unfit
        inputs = _inputs(turn, back, options)
        if inputs.next_hop in own_addresses(state):
            return NotApplicable(state.name, f"next hop {inputs.next_hop} is its own address")
        replies = replies_of(situation.flow, turn)
        standing = standing_policy(state, inputs, replies)
        if standing is not None:
            return InPlace(state.name, (state.evidence(standing),))
        joined = _joined(state, inputs, replies, options)
        if isinstance(joined, NotApplicable):
            return joined
        return refusal(state, joined) or Ready(state.name, joined)

    def values(self, inputs: PbrInputs) -> Values:
        """The rules as a list."""
        return {
            "acl": inputs.acl,
            "route_map": inputs.route_map,
            "sequence": str(inputs.sequence),
            "next_hop": str(inputs.next_hop),
            "interface": inputs.interface,
            "rules": [{"source": source, "destination": to} for source, to in inputs.rules],
        }

    def line_count(self, inputs: PbrInputs) -> int:
        """The rules, and the six lines around them."""
        return len(inputs.destinations) + 6

    def lints(self, situation: Situation, ready: Ready[PbrInputs]) -> tuple[Lint, ...]:
        """Too wide, bound in the wrong place, a next hop that cannot work, and whom it moves or breaks."""
        turn, back = _found(situation)
        replies = replies_of(situation.flow, turn)
        return (*remarks(situation, turn, back, ready.inputs), *joining(back, ready.inputs, replies))

    def preconditions(self, situation: Situation, ready: Ready[PbrInputs]) -> tuple[Predicate, ...]:
        """The firewall is in ARP on the users' wire, and the route-map to join is the interface's."""
        turn, back = _found(situation)
        hop, wire = ready.inputs.next_hop, back.user_side.name
        known = [
            row for row in back.router.table(Arp).where(address=hop) if row.interface == wire and row.mac
        ]
        arp = [
            Predicate(
                device=ready.device,
                table="Arp",
                key={"address": str(hop), "interface": wire},
                column="mac",
                expected=row.mac,
                because=f"{hop} is in ARP on {wire} of {ready.device} as {row.mac}",
            )
            for row in known[:1]
        ]
        return (route_out(turn), *arp, *([_bound(ready)] if ready.inputs.joins else []))

    def steps(
        self, situation: Situation, ready: Ready[PbrInputs], lines: tuple[str, ...]
    ) -> tuple[Step, ...]:
        """Access list, route-map, binding; taken back the other way round."""
        state, inputs = situation.snapshot.device(ready.device), ready.inputs
        begins = _line(lines, inputs.map_header)
        ends = _line(lines, f"interface {inputs.interface}") if inputs.joins else len(lines)
        missing = lines[begins if stands(state, inputs.acl_header) else 0 : ends]
        return (
            ConfigStep(
                device=ready.device,
                fix=self.name,
                commands=tuple(Command(text=line) for line in missing),
                undo=not_standing(state, undo(inputs, lines)),
                proofs=(_bound(ready), *([_entered(ready)] if inputs.joins else [])),
                # The binding stays, whatever becomes of the map: only the log tells.
                quiet=_NOT_IN_HARDWARE if inputs.joins else (),
                price=self.price,
            ),
        )

    def predict(self, state: DeviceState, inputs: PbrInputs) -> Overlay:
        """Rules, route-map and binding."""
        return predicted(state, inputs)


def _seats(situation: Situation) -> tuple[Turn, ReturnRouter] | NotApplicable:
    turn = find_turn(situation.snapshot, situation.flow)
    if isinstance(turn, NotApplicable):
        return turn
    back = find_return_router(situation.snapshot, turn)
    return back if isinstance(back, NotApplicable) else (turn, back)


def _found(situation: Situation) -> tuple[Turn, ReturnRouter]:
    seats = _seats(situation)
    assert not isinstance(seats, NotApplicable)
    return seats


def _inputs(turn: Turn, back: ReturnRouter, options: PbrOptions) -> PbrInputs:
    everything = IPv4Network("0.0.0.0/0")
    source = everything if options.match == "any" else back.lab
    destinations = {
        "subnet": covering(back.user_network, own_addresses(back.router)),
        "hosts": (IPv4Network(turn.user),),
        "any": (everything,),
    }[options.match]
    interface = options.interface or back.lab_side.name
    return PbrInputs(
        acl=options.acl or f"RETURN-{interface.upper().replace('/', '-').replace(':', '-')}",
        route_map=options.route_map,
        source=source,
        destinations=destinations,
        next_hop=options.next_hop or turn.address.ip,
        interface=interface,
    )


def replies_of(flow: Flow, turn: Turn) -> Packet:
    """A packet of the flow from the other end to the user, whoever opened the connection."""
    return outbound(flow, 1, "SYN") if flow.client == turn.lab_host else inbound(flow, 2, "SYN/ACK")


def _joined(
    state: DeviceState, inputs: PbrInputs, replies: Packet, options: PbrOptions
) -> PbrInputs | NotApplicable:
    """As one more sequence of the route-map that the interface has, where it has one."""
    name = standing_map(state, inputs)
    place = find_place(state, name, replies) if name else None
    if place is None or isinstance(place, NotApplicable):
        return place or inputs
    acl = inputs.acl
    if options.acl is None and stands(state, inputs.acl_header):  # of an earlier sequence of ours
        acl = f"{acl}-{place.sequence}"
    # Copied, not validated: whether the name is one we type is said in its own words.
    return inputs.model_copy(
        update={"route_map": name, "sequence": place.sequence, "joins": True, "acl": acl}
    )


def _line(lines: tuple[str, ...], text: str) -> int:
    """Where a line stands that the order hangs on.

    Raises:
        DocumentError: the template is another, and says it otherwise.
    """
    if text not in lines:
        raise DocumentError(PbrReturn().template, f"does not render `{text}`")
    return lines.index(text)


def _entered(ready: Ready[PbrInputs]) -> Predicate:
    inputs = ready.inputs
    return Predicate(
        device=ready.device,
        table="RouteMapEntry",
        key={"route_map": inputs.route_map, "sequence": str(inputs.sequence), "acls": inputs.acl},
        column="next_hops",
        expected=str(inputs.next_hop),
        because=f"sequence {inputs.sequence} of route-map {inputs.route_map} on {ready.device} sends "
        f"what {inputs.acl} takes to {inputs.next_hop}",
    )


def _bound(ready: Ready[PbrInputs]) -> Predicate:
    """Without room in its SDM template the switch takes the line in silence and drops it."""
    return Predicate(
        device=ready.device,
        table="PolicyBinding",
        key={"interface": ready.inputs.interface},
        column="route_map",
        expected=ready.inputs.route_map,
        because=f"{ready.inputs.interface} of {ready.device} is policy routed by {ready.inputs.route_map}",
    )
