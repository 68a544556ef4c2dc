"""The objects of a policy route on a Catalyst 3560: which lines they are, which stand, what they change."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from bothways.fixes.config_lines import beginning, evidence, stands, under
from bothways.fixes.contract import Inputs, NotApplicable, Overlay
from bothways.fixes.grammar import is_remark
from bothways.fixes.steps import Undo
from bothways.fixes.tokens import AclName, HostAddress, InterfaceName, Prefix, RouteMapName
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, Interface, PolicyBinding, RouteMapEntry


class PbrInputs(Inputs):
    """What pbr-return is rendered from.

    Attributes:
        source: where the replies come from.
        destinations: whom they go to; every one a permit, never a deny.
        next_hop: the firewall's address on the users' network.
        interface: where the replies come in.
    """

    acl: AclName
    route_map: RouteMapName
    source: Prefix
    destinations: tuple[Prefix, ...]
    next_hop: HostAddress
    interface: InterfaceName

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """Both sides of each rule as IOS writes them."""
        return tuple((side(self.source), side(destination)) for destination in self.destinations)

    @property
    def acl_lines(self) -> tuple[str, ...]:
        """The lines under the access list."""
        return tuple(f"permit ip {source} {destination}" for source, destination in self.rules)

    @property
    def map_lines(self) -> tuple[str, ...]:
        """The lines under the route-map."""
        return (f"match ip address {self.acl}", f"set ip next-hop {self.next_hop}")

    @property
    def acl_header(self) -> str:
        """The line the access list stands under."""
        return f"ip access-list extended {self.acl}"

    @property
    def map_header(self) -> str:
        """The line the route-map stands under."""
        return f"route-map {self.route_map} permit 10"

    @property
    def binding(self) -> str:
        """The line on the interface."""
        return f"ip policy route-map {self.route_map}"


def side(network: IPv4Network) -> str:
    """One side of an IOS rule."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    return f"{network.network_address} {network.hostmask}"


def standing_policy(
    state: DeviceState, inputs: PbrInputs, ends: tuple[IPv4Address, IPv4Address]
) -> PolicyBinding | None:
    """The interface's policy, when it sends this flow's replies to the firewall already."""
    for binding in state.table(PolicyBinding).where(interface=inputs.interface):
        for entry in state.table(RouteMapEntry).where(route_map=binding.route_map):
            ours = entry.action == "permit" and inputs.next_hop in entry.next_hops[:1] and not entry.other
            if ours and any(_permits(state, acl, ends) for acl in entry.acls):
                return binding
    return None


def refusal(state: DeviceState, inputs: PbrInputs) -> NotApplicable | None:
    """Why the interface or the names are not free: merging with somebody's policy is a person's decision."""
    section = f"interface {inputs.interface}"
    for start, what in _UNFIT.items():
        rows = beginning(state, start, section)
        if rows:
            return NotApplicable(state.name, f"{inputs.interface} {what}", evidence(state, rows))
    bound = tuple(row for row in beginning(state, "ip policy ", section) if row.text != inputs.binding)
    if bound:
        reason = (
            f"{inputs.interface} has `{bound[0].text}` already, and takes one route-map: what else that one "
            f"must do is not ours to judge; replies from {inputs.source} need a sequence before those "
            f"that match them, with `set ip next-hop {inputs.next_hop}`"
        )
        return NotApplicable(state.name, reason, evidence(state, bound))
    return _names_taken(state, inputs)


_UNFIT = {
    "ip vrf forwarding": "is in a VRF, where a 3560 has no policy routing",
    "vrf forwarding": "is in a VRF, where a 3560 has no policy routing",
    "ip wccp": "redirects by WCCP, which excludes policy routing on a 3560",
}


def _names_taken(state: DeviceState, inputs: PbrInputs) -> NotApplicable | None:
    header = stands(state, inputs.acl_header)
    lines = {line for line in under(state, inputs.acl_header) if not is_remark(line)}
    if header and lines != set(inputs.acl_lines):
        reason = f"access list {inputs.acl} stands with other rules; choose another `acl`"
        return NotApplicable(state.name, reason, evidence(state, (header,)))
    others = tuple(
        row
        for row in beginning(state, f"route-map {inputs.route_map} ")
        if row.text != inputs.map_header or under(state, row.text) != inputs.map_lines
    )
    if others:
        reason = f"route-map {inputs.route_map} stands with other content; choose another `route_map`"
        return NotApplicable(state.name, reason, evidence(state, others))
    return None


def undo(inputs: PbrInputs, lines: tuple[str, ...]) -> tuple[Undo, ...]:
    """Unbind before the route-map goes, and the route-map before its access list."""
    section = f"interface {inputs.interface}"
    start = lines.index(inputs.acl_header) + 1
    rules = lines[start : lines.index(inputs.map_header)]
    return (
        Undo(section=section, ours=inputs.binding, enter=(section,), text=f"no {inputs.binding}"),
        Undo(section="", ours=inputs.map_header, text=f"no {inputs.map_header}", contents=inputs.map_lines),
        Undo(section="", ours=inputs.acl_header, text=f"no {inputs.acl_header}", contents=rules),
    )


def predicted(state: DeviceState, inputs: PbrInputs) -> Overlay:
    """The rules, the route-map and the binding, as the tables will show them."""
    acls = [row for row in state.table(AclEntry) if row.acl != inputs.acl]
    acls += [_entry(inputs, 10 * index, to) for index, to in enumerate(inputs.destinations, start=1)]
    maps = [row for row in state.table(RouteMapEntry) if row.route_map != inputs.route_map]
    maps.append(
        RouteMapEntry(
            line=0,
            route_map=inputs.route_map,
            action="permit",
            sequence=10,
            acls=(inputs.acl,),
            next_hops=(inputs.next_hop,),
            down=(),
            other=(),
        )
    )
    bindings = [row for row in state.table(PolicyBinding) if row.interface != inputs.interface]
    bindings.append(PolicyBinding(line=0, interface=inputs.interface, route_map=inputs.route_map))
    interfaces = (
        replace(row, policy=inputs.route_map) if row.name == inputs.interface else row
        for row in state.table(Interface)
    )
    return {
        AclEntry: tuple(acls),
        RouteMapEntry: tuple(maps),
        PolicyBinding: tuple(bindings),
        Interface: tuple(interfaces),
    }


def _entry(inputs: PbrInputs, sequence: int, destination: IPv4Network) -> AclEntry:
    return AclEntry(
        line=0,
        acl=inputs.acl,
        sequence=sequence,
        action="permit",
        protocol="ip",
        source=inputs.source,
        source_ports=None,
        destination=destination,
        destination_ports=None,
        established=False,
        hits=None,
        active=True,
        understood=True,
    )


def _permits(state: DeviceState, acl: str, ends: tuple[IPv4Address, IPv4Address]) -> bool:
    for row in state.table(AclEntry).where(acl=acl):
        if row.source is None or row.destination is None or not row.understood:
            return False
        if row.active and ends[0] in row.source and ends[1] in row.destination:
            return row.action == "permit" and row.protocol == "ip"
    return False
