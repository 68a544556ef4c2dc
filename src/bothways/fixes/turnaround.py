"""Where a flow turns around on a firewall, and which router carries its replies: found in the tables."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from bothways.diagnosis.routes import Exit, route_index
from bothways.errors import CouldNotSee
from bothways.fixes.config_lines import beginning, evidence
from bothways.fixes.contract import NotApplicable
from bothways.flow import Flow
from bothways.state.device import DeviceState
from bothways.state.rows import Interface, OwnAddress, Route
from bothways.state.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Turn:
    """A firewall that must send packets out of the interface they came in by.

    Attributes:
        firewall: the device.
        inside: that interface.
        address: its address there.
        users: the network connected there.
        user: the end of the flow on that network.
        lab: the prefix of the route that leads back out.
        lab_host: the other end.
        hop: the next hop there, on the same wire.
        route: the route's line.
    """

    firewall: DeviceState
    inside: Interface
    address: IPv4Interface
    users: IPv4Network
    user: IPv4Address
    lab: IPv4Network
    lab_host: IPv4Address
    hop: IPv4Address
    route: Route


@dataclass(frozen=True, slots=True)
class ReturnRouter:
    """The router on the users' wire that has the other end behind it.

    Attributes:
        router: the device.
        user_side: its interface on the users' wire.
        user_network: the network connected there.
        lab_side: its interface towards the other end: where replies come in.
        lab: the prefix it reaches the other end by.
    """

    router: DeviceState
    user_side: Interface
    user_network: IPv4Network
    lab_side: Interface
    lab: IPv4Network


def find_turn(snapshot: Snapshot, flow: Flow) -> Turn | NotApplicable:
    """The firewall both directions of the flow would turn around on."""
    unseen: list[str] = []
    for state in snapshot:
        if state.platform != "cisco_asa":
            continue
        try:
            turn = _turn_on(state, flow.client, flow.server) or _turn_on(state, flow.server, flow.client)
        except CouldNotSee as error:
            unseen.append(str(error))
            continue
        if turn is not None:
            return turn
    if unseen:
        raise CouldNotSee("firewall", "; ".join(unseen))
    return NotApplicable(
        "", f"no firewall sends {flow.client} to {flow.server} out of the interface it came in by"
    )


def find_return_router(snapshot: Snapshot, turn: Turn) -> ReturnRouter | NotApplicable:
    """The router that owns the next hop of the firewall's route back out."""
    for state in snapshot:
        if state.platform == "cisco_ios" and turn.hop in own_addresses(state):
            return _seat(state, turn)
    return NotApplicable("", f"the router {turn.hop} behind {turn.firewall.name} is not among those read")


def own_addresses(state: DeviceState) -> frozenset[IPv4Address]:
    """Every address the device answers to: interfaces, loopbacks, secondaries, standby groups.

    Raises:
        CouldNotSee: a switch whose configuration was not read may own addresses nobody knows of.
    """
    owned = {row.address.ip for row in state.table(Interface) if row.address is not None}
    if state.platform == "cisco_ios":
        owned |= {row.address for row in state.table(OwnAddress)}
    return frozenset(owned)


def _turn_on(state: DeviceState, user: IPv4Address, lab_host: IPv4Address) -> Turn | None:
    way = _way(state, lab_host)
    if way is None or way.next_hop is None:
        return None
    lab = way.routes[0].prefix
    assert lab is not None
    for inside in state.table(Interface):
        address = inside.address
        if address is not None and inside.name == way.interface and user in address.network:
            users = address.network
            return Turn(state, inside, address, users, user, lab, lab_host, way.next_hop, way.routes[0])
    return None


def _way(state: DeviceState, address: IPv4Address) -> Exit | None:
    """A route to this address in particular: a default route says nothing about where it lives."""
    way = route_index(state.table(Route)).exit(address)
    if way is None or way.discards or way.routes[0].prefix is None or not way.routes[0].prefix.prefixlen:
        return None
    return way


def _seat(state: DeviceState, turn: Turn) -> ReturnRouter | NotApplicable:
    user_side = _interface_on(state, turn.hop)
    way = _way(state, turn.lab_host)
    if user_side is None or user_side.address is None:
        return NotApplicable(state.name, f"none of its interfaces is on the network of {turn.hop}")
    if way is None or way.routes[0].prefix is None:
        return _in_vrf(state, user_side) or NotApplicable(
            state.name, f"it has no route of its own to {turn.lab_host}"
        )
    lab_side = next((row for row in state.table(Interface) if row.name == way.interface), None)
    if lab_side is None:
        return NotApplicable(state.name, f"its route to {turn.lab_host} names no interface that it has")
    return ReturnRouter(state, user_side, user_side.address.network, lab_side, way.routes[0].prefix)


def _in_vrf(state: DeviceState, side: Interface) -> NotApplicable | None:
    """Why the common table has no route: the users are in another one."""
    section = f"interface {side.name}"
    rows = (*beginning(state, "ip vrf forwarding ", section), *beginning(state, "vrf forwarding ", section))
    if not rows:
        return None
    reason = f"{side.name} is in a VRF, where a 3560 has no policy routing"
    return NotApplicable(state.name, reason, evidence(state, rows))


def _interface_on(state: DeviceState, address: IPv4Address) -> Interface | None:
    rows = (row for row in state.table(Interface) if row.address is not None)
    return next((row for row in rows if row.address and address in row.address.network), None)


def counted_hosts(count: int) -> str:
    """A number of hosts, said."""
    return "1 host" if count == 1 else f"{count} hosts"
