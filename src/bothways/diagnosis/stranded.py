"""Hosts that nothing reaches any more: on a switch without its uplink, or with all their ports down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import SwitchPorts, macs_of, routers_of
from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.location import Location
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.flow import Fate
from bothways.network import DeclaredHost
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Interface, Mac

ALREADY_ORPHANED = "orphaned switch already"
_VLAN = "switchport access vlan "


@dataclass(frozen=True)
class Stranded:
    """A host behind a switch that has lost its routers, or behind ports that are down.

    Attributes:
        switch: it still sends into; None where its own ports are down.
        port: of that switch.
        uplink: which is down there.
        macs: that the switch knows: who is on it too.
    """

    address: IPv4Address
    why: str
    evidence: tuple[Evidence, ...]
    switch: DeviceState | None = None
    port: str = ""
    uplink: str = ""
    macs: frozenset[str] = frozenset()

    @property
    def drop(self) -> Drop:
        """What a packet to or from it dies of."""
        return Drop(Fate.LINK_DOWN, self.why, label="no way to the host")

    def dead_end(self, packet: Packet) -> Hop | None:
        """The last switch that a packet of it gets into; None when it gets into none."""
        if self.switch is None:
            return None
        return Hop(
            device=self.switch.box,
            ingress=self.port,
            egress=self.uplink,
            next_hop=None,
            arrived=packet,
            left=None,
            drop=Drop(Fate.LINK_DOWN, self.why, label=ALREADY_ORPHANED),
            evidence=self.evidence,
        )


def stranded(
    sight: Sight, topology: Topology, host: Location, hosts: Sequence[DeclaredHost]
) -> Stranded | None:
    """Why nothing reaches a host; None when nothing says so."""
    macs, routers = macs_of(sight, topology, host.address), set(routers_of(sight, topology, host))
    attached = {one.box for one in host.segment}
    if not attached or not routers:
        return None
    switches = (one for one in sight.snapshot if one.platform == "cisco_ios" and not one.vrf)
    layer2 = [switch for switch in switches if switch.sees(Mac) and switch.box not in attached]
    rows = [(switch, row) for switch in layer2 for mac in macs for row in switch.table(Mac).where(mac=mac)]
    found = [(switch, row, _away(switch, row, routers)) for switch, row in rows]
    if any(away for _, _, away in found):
        return None
    for switch, row, _ in found:
        orphan = _orphan(switch, row, host.address, routers)
        if orphan is not None:
            return orphan
    return _ports_down(layer2, host.address, hosts)


def _away(switch: DeviceState, row: Mac, routers: set[str]) -> bool:
    """Whether a switch shows the host on one port and a router on another: it leads from one to the other."""
    return any(one.mac in routers and one.port != row.port for one in switch.table(Mac).where(vlan=row.vlan))


def _orphan(switch: DeviceState, row: Mac, address: IPv4Address, routers: set[str]) -> Stranded | None:
    """A switch that knows the host and none of its routers, and has a port of that VLAN down."""
    known = switch.table(Mac).where(vlan=row.vlan)
    if any(one.mac in routers for one in known) or not switch.sees(Interface):
        return None
    ports = SwitchPorts.of(switch)
    down = [
        name
        for name in ports.lines
        if ports.says(name, _VLAN) == row.vlan and not ports.is_up(name) and name != ports.full_name(row.port)
    ]
    if not down or not ports.is_up(ports.full_name(row.port)):
        return None
    lines = [line for name in down for line in switch.table(Interface).where(name=name)]
    why = f"{switch.name} knows {address} on {row.port} and none of its routers: {', '.join(down)} is down"
    evidence = tuple(switch.evidence(one) for one in (row, *lines))
    # An entry of a port that is down is older than that: its host is elsewhere by now.
    macs = frozenset(one.mac for one in known if ports.is_up(ports.full_name(one.port)))
    return Stranded(address, why, evidence, switch, ports.full_name(row.port), down[0], macs)


def _ports_down(
    layer2: Sequence[DeviceState], address: IPv4Address, hosts: Sequence[DeclaredHost]
) -> Stranded | None:
    """All ports that are described by the name of the host are down."""
    name = next((one.name for one in hosts if one.address == address), "")
    evidence: list[Evidence] = []
    for switch in layer2 if name else ():
        ports = SwitchPorts.of(switch)
        for port in ports.lines:
            if ports.says(port, "description ").partition(" ")[0] != name:
                continue
            if ports.is_up(port) or not switch.sees(Interface):
                return None
            evidence += [switch.evidence(line) for line in switch.table(Interface).where(name=port)]
    if not evidence:
        return None
    return Stranded(address, f"every port that is described as {name}'s is down", tuple(evidence))
