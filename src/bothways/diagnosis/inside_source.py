"""Inside source translation of IOS by port or by list: under which address and port a host is shown.

A list decides about who calls from inside, and makes a translation that its answers go by; from outside
nobody can be called by an address of a pool. A port stands for an inside host both ways, at all times.
"""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address

from bothways.diagnosis.acl import entries, judge
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.packets import Packet, Ports
from bothways.diagnosis.policy_route import same_interface
from bothways.diagnosis.pools import lent_to_nobody, pool_of, pooled, representative
from bothways.diagnosis.translation_table import Full
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate, Protocol
from bothways.state.nat_rows import DynamicNat, PortNat
from bothways.state.rows import AclEntry, Interface

_GROUPS: tuple[Ports, ...] = ((1, 511), (512, 1023), (1024, 65535))
"""A port that is taken becomes another one of its group."""
_TFTP = (69, 69)


def called_port(visit: Visit, *, deadly: bool) -> Full | None:
    """The inside host that a packet from outside is for."""
    packet = visit.packet
    kept = visit.translations.coming(visit.name, packet)
    if kept is not None:
        return kept
    wanted = (packet.protocol.value, packet.destination_ports)
    for entry in _ports(visit, deadly=deadly):
        if wanted != (entry.protocol, _one(entry.world_port)):
            continue
        world = entry.world or _address_of(visit, entry.interface, f"{packet} is for {entry.local}")
        if packet.destination == world:
            if wanted == ("udp", _TFTP):
                _doubt_tftp(visit)
            return Full((entry.local, _one(entry.local_port)), (world, _one(entry.world_port)), entry)
    return None


def calling_port(visit: Visit, *, deadly: bool) -> Full | None:
    """The full translation or the port by which what an inside host sends is shown."""
    packet = visit.packet
    kept = visit.translations.going(visit.name, packet)
    if kept is not None:
        return kept
    for entry in _ports(visit, deadly=deadly):
        local = (entry.local, _one(entry.local_port))
        if packet.protocol.value == entry.protocol and (packet.source, packet.source_ports) == local:
            world = entry.world or _address_of(visit, entry.interface, f"{packet} is shown by it")
            return Full(local, (world, _one(entry.world_port)), entry) if world else None
    return None


def listed(visit: Visit, *, deadly: bool) -> Full | None:
    """The translation that a list makes for a packet from inside which no entry is there for."""
    packet = visit.packet
    lines = tuple(visit.sight.table(visit.device, DynamicNat, deadly=deadly) or ())
    taking = [line for line in lines if _takes(visit, line)]
    if not taking:
        return None
    line = taking[0]
    if len(taking) > 1:
        names = " and ".join(repr(visit.device.evidence(one).text.strip()) for one in taking)
        doubt(visit, f"{visit.name}: which of {names} takes {packet.source}")
    if not packet.opens or packet.kind == "echo reply":
        doubt(visit, f"whether {visit.name} makes a translation for {packet}, which answers to none")
    if packet.destination_ports == _TFTP and packet.protocol is Protocol.UDP:
        _doubt_tftp(visit)
    world = _taken(visit, line)
    if world is None:
        return None
    ports = _regrouped(packet) if line.overload else packet.source_ports
    return Full((packet.source, packet.source_ports), (world, ports), line)


def too_wide(visit: Visit) -> str | None:
    """What is open about a call from outside whose sender a list for inside hosts permits, too."""
    if visit.translations.coming(visit.name, visit.packet) is not None or not visit.device.sees(AclEntry):
        return None
    for line in visit.device.table(DynamicNat) if visit.device.sees(DynamicNat) else ():
        if judge(visit.device.table(AclEntry), line.acl, visit.packet).permits:
            said = visit.device.evidence(line).text.strip()
            source = visit.packet.source
            return f"{visit.name}: what {said!r} makes of {source}, whom its list permits and who is outside"
    return None


def _ports(visit: Visit, *, deadly: bool) -> tuple[PortNat, ...]:
    return tuple(visit.sight.table(visit.device, PortNat, deadly=deadly) or ())


def _takes(visit: Visit, line: DynamicNat) -> bool:
    """Whether the list of a line permits the packet, as it comes from inside."""
    table = visit.sight.table(visit.device, AclEntry, deadly=True)
    where = f"{visit.name}: whether {visit.device.evidence(line).text.strip()!r} takes {visit.packet.source}"
    if table is None or not entries(table, line.acl):
        doubt(visit, f"{where}; show access-lists {line.acl} told no rules")
        return False
    judgement = judge(table, line.acl, visit.packet)
    if judgement.contested is not None:
        doubt(visit, f"{where}; rule {judgement.contested.sequence} of {line.acl} is not understood")
    elif judgement.entry is not None:
        visit.cite(judgement.entry)
    return judgement.permits


def _taken(visit: Visit, line: DynamicNat) -> IPv4Address | None:
    """The address that a line gives; of a pool one that stands for all of them."""
    if line.interface:
        said = visit.device.evidence(line).text.strip()
        return _address_of(visit, line.interface, f"{visit.packet.source} is shown by it ({said!r})")
    pool = pool_of(visit.device, line.pool)
    where = f"{visit.name}: {visit.device.evidence(line).text.strip()!r}"
    if pool is None:
        doubt(visit, f"{where}: which addresses pool {line.pool} holds")
        return None
    visit.cite(pool)
    if not line.overload and not _enough(visit, line, int(pool.last) - int(pool.first) + 1):
        doubt(visit, f"{where}: whether the pool has a free address; show ip nat statistics")
    return representative(visit, pool)


def _enough(visit: Visit, line: DynamicNat, addresses: int) -> bool:
    """Whether a pool has an address for each host that its list permits."""
    permitted = [rule for rule in entries(visit.device.table(AclEntry), line.acl) if rule.action != "deny"]
    hosts = sum(rule.source.num_addresses if rule.source else addresses + 1 for rule in permitted)
    return hosts <= addresses


def _address_of(visit: Visit, interface: str, what: str) -> IPv4Address | None:
    table = visit.sight.table(visit.device, Interface)
    for row in table or ():
        if row.address is not None and same_interface(row.name, interface):
            return row.address.ip
    doubt(visit, f"{visit.name}: the address of {interface}, and whether {what}")
    return None


def _regrouped(packet: Packet) -> Ports:
    """A port that is free is kept, which nobody can tell beforehand."""
    fitting = [group for group in _GROUPS if group[0] <= packet.source_ports[0] <= group[1]]
    return fitting[0] if fitting else packet.source_ports


def _doubt_tftp(visit: Visit) -> None:
    doubt(visit, f"whether {visit.name} lets the server's own port of TFTP find back")


def _one(port: int) -> Ports:
    return port, port


def by_full(packet: Packet, full: Full, *, inward: bool) -> Packet:
    """The packet with the other end of a full translation."""
    if inward:
        source = full.peer if full.peer is not None else packet.source
        return replace(packet, source=source, destination=full.local[0], destination_ports=full.local[1])
    return replace(packet, source=full.world[0], source_ports=full.world[1])


def uncalled(visit: Visit) -> Drop | None:
    """A packet for an address that a router shows somebody by, and by which nobody is called in this way."""
    if visit.next_hop is not None or not visit.device.sees(PortNat):
        return None
    address = visit.packet.destination
    ports = visit.device.table(PortNat).where(world=address)
    if ports:
        visit.cite(*ports)
        reason = f"{visit.name} shows ports of {address} as those of hosts, and not the one of {visit.packet}"
        return Drop(Fate.UNKNOWN, reason, label="no translation")
    line = pooled(visit.device, address)
    return lent_to_nobody(visit.device, line, address) if line is not None else None


def served(visit: Visit) -> Drop | None:
    """Of an address whose ports are those of hosts, the others are the router's own.

    A port of a host is one for who comes from outside; from elsewhere the router itself is called by it.
    """
    ports = visit.device.table(PortNat) if visit.device.sees(PortNat) else ()
    for entry in ports:
        called = (visit.packet.protocol.value, visit.packet.destination_ports)
        shown = entry.world or _address_of(visit, entry.interface, f"{visit.packet} is for {entry.local}")
        if called == (entry.protocol, _one(entry.world_port)) and shown == visit.packet.destination:
            visit.cite(entry)
            reason = (
                f"{visit.name} shows {entry.local}:{entry.local_port} as {shown}:{entry.world_port} to who "
                f"comes from outside and is routed inside: this {visit.packet.kind} is for itself"
            )
            return Drop(Fate.UNKNOWN, reason, label="no translation")
    if len(ports):
        address = visit.packet.destination
        text = f"{address} is an address of {visit.name} itself, which serves what it is called for"
        visit.sight.infer(text, Confidence.LIKELY)
    return None
