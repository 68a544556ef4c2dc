"""A switch loses all that is behind it: its hosts send into it on and on, unless their ports go down too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import Seat, SwitchPorts, macs_of, seat
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.handshake import Outcome, died, exchange, weighed
from bothways.diagnosis.legs import Drop, Hop, Leg, Place
from bothways.diagnosis.link_groups import LinkGroup, link_groups
from bothways.diagnosis.location import Location, locate
from bothways.diagnosis.packets import Number, Packet, inbound, outbound
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.diagnosis.walk import Walker
from bothways.flow import Fate, Flow, Protocol
from bothways.state.device import DeviceState, Evidence
from bothways.state.link_rows import EtherChannel
from bothways.state.rows import ConfigLine, Mac

_ORPHANED = "orphaned switch"
_DESCRIPTION = "description "
_VLAN = "switchport access vlan "
_KINDS = {
    Protocol.TCP: ("SYN", "SYN/ACK"),
    Protocol.ICMP: ("echo", "echo reply"),
    Protocol.UDP: ("request", "answer"),
}


@dataclass(frozen=True)
class _Card:
    """Another card of a host, on a switch that keeps its uplink."""

    switch: DeviceState
    port: str
    uplink: str
    evidence: tuple[Evidence, ...]


def lose_uplink(walker: Walker, flow: Flow) -> Outcome:
    """Walk the flow after every uplink of the switch that its client is plugged into has failed."""
    return weighed(_lost(walker, flow))


def as_it_is(walker: Walker, flow: Flow) -> Outcome:
    """Walk the flow with its switches' uplinks as they are now: one that is down is lost already."""
    # A sight of its own: what is looked up here is no part of a flow whose uplinks are well.
    sight = Sight(walker.sight.snapshot)
    topology = Topology(sight)
    for address, peer in ((flow.client, flow.server), (flow.server, flow.client)):
        down = _down_now(sight, topology, address, peer)
        if down and address == flow.client:
            walker.sight.infer(f"{down} is down now", Confidence.CERTAIN)
            return lose_uplink(walker, flow)
        if down:
            walker.miss(f"{address}: whether another switch than that of {down}, which is down, leads to it")
    return exchange(walker, flow)


def _down_now(sight: Sight, topology: Topology, address: IPv4Address, peer: IPv4Address) -> str:
    """The uplink of the switch that a host is plugged into, when it has no other and that one is down."""
    sitting = seat(sight, topology, locate(sight, topology, address, peer, ()))
    if sitting is None or sitting.rivals or not sitting.switch.sees(EtherChannel):
        return ""
    rows = sitting.switch.table(EtherChannel).where(name=sitting.uplink)
    down = bool(rows) and not any("U" in row.flags for row in rows)
    return f"{sitting.uplink} of {sitting.switch.name}" if down else ""


def _lost(walker: Walker, flow: Flow) -> Outcome:
    client = walker.origin(flow.client, flow.server)
    sitting = seat(walker.sight, walker.topology, client)
    if sitting is None:
        return _unknown(
            walker,
            f"{flow.client}: which switch it is plugged into, and what is behind that switch; "
            f"show mac address-table of its switch",
        )
    neighbour = _beside(walker, flow, client, sitting)
    group = effective_group(sitting)
    question = _open_question(walker, flow, client, sitting, neighbour)
    if question:
        return _unknown(walker, question)
    if neighbour:
        walker.sight.infer(f"{flow.server} hangs on {neighbour} of the same switch", Confidence.CERTAIN)
        return exchange(walker, flow)
    if group is None:
        return _orphaned(walker, flow, sitting)
    return _moved(walker, flow, sitting, group)


def _open_question(walker: Walker, flow: Flow, client: Location, sitting: Seat, neighbour: str) -> str:
    """What would have to be known of the switch and of a neighbour on it; "" when all is."""
    name = sitting.switch.name
    if sitting.rivals:
        others = ", ".join(sitting.rivals)
        return f"{name}: whether {others} takes over from {sitting.uplink}; show spanning-tree"
    if client.beside(flow.server) and not macs_of(walker.sight, walker.topology, flow.server):
        return f"{flow.server}: whether it hangs on {name} too; show ip arp"
    if neighbour and (effective_group(sitting) is not None or _taken_down(sitting, neighbour)):
        return f"{flow.server}: whether it leaves {name} too; show link state group detail"
    return ""


def _beside(walker: Walker, flow: Flow, client: Location, sitting: Seat) -> str:
    """The port of the same switch that the other end is plugged into, "" when it is elsewhere."""
    if not client.beside(flow.server):
        return ""
    ports = SwitchPorts.of(sitting.switch)
    for mac in macs_of(walker.sight, walker.topology, flow.server):
        for row in sitting.switch.table(Mac).where(mac=mac, vlan=sitting.vlan):
            if ports.full_name(row.port) != sitting.uplink:
                walker.sight.evidence.append(sitting.switch.evidence(row))
                return ports.full_name(row.port)
    return ""


def effective_group(sitting: Seat) -> LinkGroup | None:
    """The group that takes all ports of the host on this switch down with the uplink; None when none does."""
    ports = SwitchPorts.of(sitting.switch)
    host = _host(ports, sitting.port)
    own = {name for name in ports.lines if host and _host(ports, name) == host} | {sitting.port}
    for group in link_groups(sitting.switch).values():
        if group.track and own <= set(group.downstream) and tuple(group.upstream) == (sitting.uplink,):
            return group
    return None


def _taken_down(sitting: Seat, port: str) -> bool:
    """Whether a port of the switch goes down with its uplink, whatever the client's own port does."""
    groups = link_groups(sitting.switch).values()
    return any(one.track and port in one.downstream and sitting.uplink in one.upstream for one in groups)


def dead_end(hops: Iterable[Hop]) -> Hop | None:
    """The orphaned switch that a packet died at; None when it died of something else, or not at all."""
    return next((hop for hop in hops if hop.drop is not None and hop.drop.label == _ORPHANED), None)


def no_group(sitting: Seat) -> Evidence:
    """Evidence that the configuration holds no such group."""
    what = f"a link state group takes {sitting.port} down with {sitting.uplink}"
    return sitting.switch.absence(ConfigLine, what)


def _host(ports: SwitchPorts, port: str) -> str:
    """Whose port it is, by the first word of its description."""
    return ports.says(port, _DESCRIPTION).partition(" ")[0]


def _unknown(walker: Walker, question: str) -> Outcome:
    walker.miss(question)
    return Outcome(Fate.UNKNOWN, Place("", 0), question, ())


def _orphaned(walker: Walker, flow: Flow, sitting: Seat) -> Outcome:
    """Nothing tells the host: its link to the switch is up."""
    name = sitting.switch.name
    reason = (
        f"{name} has nothing behind it once {sitting.uplink} is down, and {flow.client} on {sitting.port} "
        f"keeps its link and goes on sending"
    )
    walker.sight.infer(
        f"{sitting.uplink} is the only way out of {name}: no other interface shows its router",
        Confidence.LIKELY,
    )
    own, other = (Number("C"), Number("S")) if flow.protocol is Protocol.TCP else (None, None)
    first, second = _KINDS[flow.protocol]
    sent = outbound(flow, 1, first, own)
    leg = Leg(sent=sent, hops=(_dead_end(sitting, sent, reason),), arrived=None)
    return died(leg, walker.suppose(inbound(flow, 2, second, other)))


def _dead_end(sitting: Seat, packet: Packet, reason: str) -> Hop:
    return Hop(
        device=sitting.switch.name,
        ingress=sitting.port,
        egress=sitting.uplink,
        next_hop=None,
        arrived=packet,
        left=None,
        drop=Drop(Fate.LINK_DOWN, reason, label=_ORPHANED),
        evidence=(*sitting.evidence, no_group(sitting)),
    )


def _moved(walker: Walker, flow: Flow, sitting: Seat, group: LinkGroup) -> Outcome:
    """The group takes the port down; the host goes on by another card, if it has one."""
    switch = sitting.switch
    lines = (group.track, group.upstream[sitting.uplink], group.downstream[sitting.port])
    evidence = tuple(switch.evidence(line) for line in lines if line is not None)
    walker.sight.infer(
        f"link state group {group.number} of {switch.name} takes {sitting.port} down with {sitting.uplink}",
        Confidence.CERTAIN,
        *sitting.evidence,
        *evidence,
    )
    card = _other_card(walker, sitting)
    if card is None:
        return _unknown(
            walker,
            f"{flow.client}: whether it has another card, on another switch than {switch.name}; ask the host "
            f"(esxcli network vswitch standard list, ip link)",
        )
    walker.sight.infer(
        f"{flow.client} goes on by {card.port} of {card.switch.name}, which has the same description and "
        f"VLAN, and {card.uplink} behind it",
        Confidence.LIKELY,
        *card.evidence,
    )
    return exchange(walker, flow)


def _other_card(walker: Walker, sitting: Seat) -> _Card | None:
    """A port of another switch with the name of the host in its description, in the same VLAN."""
    own = SwitchPorts.of(sitting.switch)
    name = _host(own, sitting.port)
    vlan = own.says(sitting.port, _VLAN)
    for switch in walker.sight.snapshot:
        if name and switch.name != sitting.switch.name and switch.platform == "cisco_ios":
            card = _card(switch, name, vlan, sitting.gateway)
            if card is not None:
                return card
    return None


def _card(switch: DeviceState, host: str, vlan: str, gateway: tuple[str, ...]) -> _Card | None:
    ports = SwitchPorts.of(switch)
    for port in ports.lines:
        named = _host(ports, port) == host
        if not (named and ports.says(port, _VLAN) == vlan and ports.is_up(port)) or not switch.sees(Mac):
            continue
        for row in (row for mac in gateway for row in switch.table(Mac).where(mac=mac)):
            uplink = ports.full_name(row.port)
            if uplink != port and ports.is_up(uplink):
                lines = switch.table(ConfigLine).where(section=f"interface {port}")
                shown = tuple(switch.evidence(line) for line in (*lines[:2], row))
                return _Card(switch, port, uplink, shown)
    return None
