"""The objects of a policy route on a Catalyst 3560: which lines they are, which stand, what they change."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network

from pydantic import Field

from bothways.diagnosis.packets import Packet
from bothways.fixes.config_lines import beginning, evidence, stands, under
from bothways.fixes.contract import Inputs, NotApplicable, Overlay
from bothways.fixes.grammar import is_remark
from bothways.fixes.map_place import first_taking, join_refusal
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
        sequence: of the entry in the route-map.
        joins: the interface has that route-map already, and others have entries in it.
    """

    acl: AclName
    route_map: RouteMapName
    source: Prefix
    destinations: tuple[Prefix, ...]
    next_hop: HostAddress
    interface: InterfaceName
    sequence: int = Field(default=10, ge=1, le=65535)
    joins: bool = False

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
        return f"route-map {self.route_map} permit {self.sequence}"

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


def standing_policy(state: DeviceState, inputs: PbrInputs, replies: Packet) -> PolicyBinding | None:
    """The interface's policy, when it sends this flow's replies to the firewall already."""
    for binding in state.table(PolicyBinding).where(interface=inputs.interface):
        entry, match = first_taking(state, binding.route_map, replies)
        # A list without rules takes everybody's packets: what is meant is yet to be typed.
        if entry is None or match != "yes" or entry.action != "permit" or not entry.acls:
            continue
        if inputs.next_hop in entry.next_hops[:1] and not entry.other:
            return binding
    return None


def standing_map(state: DeviceState, inputs: PbrInputs) -> str:
    """The route-map that the interface has and others have made; "" where it is ours to make."""
    bound = beginning(state, "ip policy route-map ", f"interface {inputs.interface}")
    name = bound[0].text.split()[-1] if bound else ""
    headers = [row.text for row in beginning(state, f"route-map {name} ")]
    ours = all(text == inputs.map_header and under(state, text) == inputs.map_lines for text in headers)
    return "" if name == inputs.route_map and ours else name


def refusal(state: DeviceState, inputs: PbrInputs) -> NotApplicable | None:
    """Why the interface or the names are not free."""
    section = f"interface {inputs.interface}"
    for start, what in _UNFIT.items():
        rows = beginning(state, start, section)
        if rows:
            return NotApplicable(state.name, f"{inputs.interface} {what}", evidence(state, rows))
    return (join_refusal(state, inputs.route_map) if inputs.joins else None) or _names_taken(state, inputs)


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
    if others and not inputs.joins:
        reason = f"route-map {inputs.route_map} stands with other content; choose another `route_map`"
        return NotApplicable(state.name, reason, evidence(state, others))
    return None


def undo(inputs: PbrInputs, lines: tuple[str, ...]) -> tuple[Undo, ...]:
    """Unbind before the route-map goes, and the route-map before its access list.

    Of a route-map that the interface had before, our sequence goes and nothing else.
    """
    section = f"interface {inputs.interface}"
    start = lines.index(inputs.acl_header) + 1
    rules = lines[start : lines.index(inputs.map_header)]
    unbind = Undo(section=section, ours=inputs.binding, enter=(section,), text=f"no {inputs.binding}")
    entry = Undo(
        section="",
        ours=inputs.map_header,
        text=f"no {inputs.map_header}",
        contents=inputs.map_lines,
        part=inputs.joins,
    )
    acl = Undo(section="", ours=inputs.acl_header, text=f"no {inputs.acl_header}", contents=rules)
    return (entry, acl) if inputs.joins else (unbind, entry, acl)


def predicted(state: DeviceState, inputs: PbrInputs) -> Overlay:
    """The rules, the route-map and the binding, as the tables will show them."""
    acls = [row for row in state.table(AclEntry) if row.acl != inputs.acl]
    acls += [_entry(inputs, 10 * index, to) for index, to in enumerate(inputs.destinations, start=1)]
    ours = RouteMapEntry(
        line=0,
        route_map=inputs.route_map,
        action="permit",
        sequence=inputs.sequence,
        acls=(inputs.acl,),
        next_hops=(inputs.next_hop,),
        down=(),
        other=(),
    )
    maps = (row for row in state.table(RouteMapEntry) if inputs.joins or row.route_map != inputs.route_map)
    entries: Overlay = {AclEntry: tuple(acls), RouteMapEntry: (*maps, ours)}
    return entries if inputs.joins else {**entries, **_bound(state, inputs)}


def _bound(state: DeviceState, inputs: PbrInputs) -> Overlay:
    bindings = [row for row in state.table(PolicyBinding) if row.interface != inputs.interface]
    bindings.append(PolicyBinding(line=0, interface=inputs.interface, route_map=inputs.route_map))
    interfaces = (
        replace(row, policy=inputs.route_map) if row.name == inputs.interface else row
        for row in state.table(Interface)
    )
    return {PolicyBinding: tuple(bindings), Interface: tuple(interfaces)}


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
