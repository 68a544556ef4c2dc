"""Which router a host sends to: declared, or inferred from what the routers know of it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from bothways.diagnosis.connections import seen_connections
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.segments import Attachment, Topology, attachment_evidence
from bothways.diagnosis.sight import Sight
from bothways.network import DeclaredHost
from bothways.state.device import Evidence
from bothways.state.rows import Arp, Conn, Route

_Clue = tuple[Attachment, str, Evidence]


def gateway(
    sight: Sight,
    topology: Topology,
    host: IPv4Address,
    segment: tuple[Attachment, ...],
    hosts: Sequence[DeclaredHost],
) -> Attachment | None:
    """The interface `host` sends to when the other end is elsewhere; None when nothing tells."""
    declared = next((item.gateway for item in hosts if item.address == host and item.gateway), None)
    if declared is not None:
        return _declared(sight, topology, host, declared)
    if len(segment) == 1:
        only = segment[0]
        why = f"{host} sends to {only.address.ip} ({only}): no other router of the snapshot is on its network"
        sight.infer(why, Confidence.LIKELY, attachment_evidence(sight, only))
        return only
    clues = (
        (Confidence.LIKELY, _connection_clues(sight, host, segment)),
        (Confidence.POSSIBLE, _arp_clues(sight, host, segment)),
        (Confidence.POSSIBLE, _default_clues(sight, topology, segment)),
    )
    for confidence, found in clues:
        if len({clue[0] for clue in found}) == 1:
            attachment, why, evidence = found[0]
            text = f"{host} sends to {attachment.address.ip} ({attachment}): {why}"
            sight.infer(text, confidence, evidence)
            return attachment
    names = ", ".join(f"{item.address.ip} ({item})" for item in segment)
    sight.miss(f"{host}: which of {names} is its gateway; declare it in topology.yaml", deadly=True)
    return None


def _declared(sight: Sight, topology: Topology, host: IPv4Address, address: IPv4Address) -> Attachment | None:
    owner = topology.owner(address)
    if owner is None:
        sight.miss(f"{host}: its declared gateway {address} is no device of the snapshot", deadly=True)
    return owner


def _connection_clues(sight: Sight, host: IPv4Address, segment: tuple[Attachment, ...]) -> list[_Clue]:
    """Connections of the host on a firewall of its segment: its packets must have gone there."""
    clues: list[_Clue] = []
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        if device.platform != "cisco_asa":
            continue
        table = sight.table(device, Conn)
        for row in seen_connections(table, host) if table is not None else ():
            why = _shows_sending(row, host, attachment.interface.name)
            if why:
                clues.append((attachment, why, device.evidence(row)))
                break
    return clues


def _shows_sending(row: Conn, host: IPv4Address, interface: str) -> str:
    """Why a connection shows that `host` sends through the firewall, "" when it does not."""
    ends = [(row.a_interface, row.a_address, row.a_port), (row.b_interface, row.b_address, row.b_port)]
    own, other = ends if row.a_address == host else ends[::-1]
    if own[0] != interface:
        return ""
    if other[0] != interface or ("I" in row.flags.split("N")[0] and "O" in row.flags):
        return f"its connection to {other[1]} goes through there"
    # Both ends on one interface: an entry shows its opener only, and openers use high ports.
    return f"it opened a connection to {other[1]} there" if own[2] > other[2] else ""


def _arp_clues(sight: Sight, host: IPv4Address, segment: tuple[Attachment, ...]) -> list[_Clue]:
    """A router that knows the host's hardware address has at least spoken with it."""
    clues: list[_Clue] = []
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        table = sight.table(device, Arp)
        rows = table.where(address=host) if table is not None else []
        clues += [
            (attachment, "no other router has it in ARP", device.evidence(row)) for row in rows if row.mac
        ][:1]
    return clues


def _default_clues(sight: Sight, topology: Topology, segment: tuple[Attachment, ...]) -> list[_Clue]:
    """The router that leads out: its default route leaves the segment."""
    clues: list[_Clue] = []
    own = {attachment.address.ip for attachment in segment}
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        table = sight.table(device, Route)
        for row in table if table is not None else ():
            default = row.prefix is not None and row.prefix.prefixlen == 0 and not row.tunneled
            if default and row.next_hop not in own and topology.owner(attachment.address.ip):
                clues.append((attachment, "its default route leads out", device.evidence(row)))
                break
    return clues
