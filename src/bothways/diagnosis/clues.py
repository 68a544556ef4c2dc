"""What routers show of where a host sends: connections, log lines, ARP and default routes, weighed.

Traffic that a neighbouring router would hand to this one anyway says nothing of the host's own gateway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

import numpy as np

from bothways.diagnosis.connections import embryonic, seen_connections
from bothways.diagnosis.policy_route import bound_map
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.flow import Protocol
from bothways.state.device import DeviceState, Evidence
from bothways.state.log_rows import LogLine
from bothways.state.rows import Arp, Conn, Nameif, Route

_END = r"(\d{1,3}(?:\.\d{1,3}){3})(?:/\d{1,5})?"
_DENIED = ("106001", "106006", "106014", "106015", "106023")
_DENIALS = (
    re.compile(rf"\bfrom {_END} to {_END}.* on interface (?P<interface>\S+)", re.ASCII),
    re.compile(rf"\bsrc (?P<interface>[^\s:]+):{_END} dst [^\s:]+:{_END}", re.ASCII),
)
_OPENED = ("302013", "302015")
"""Not 302303: a bypassed connection may have been opened by an answer whose request went elsewhere."""
_ENDPOINT = r"([^\s:]+):(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,5}) "
_OPENING = re.compile(rf"\bconnection \d+ (?:for|from) {_ENDPOINT}.*\bto {_ENDPOINT}", re.ASCII)

_Seen = tuple[IPv4Address, str, Evidence]
_End = tuple[str, IPv4Address, int]


@dataclass(frozen=True, slots=True)
class Clue:
    """A reason to believe that a host sends to an interface.

    Attributes:
        proof: no other router of the segment can be the reason for it.
    """

    attachment: Attachment
    why: str
    evidence: Evidence
    proof: bool = False


def traffic_clues(
    sight: Sight,
    topology: Topology,
    host: IPv4Address,
    segment: Sequence[Attachment],
    unread: Sequence[IPv4Address],
) -> list[Clue]:
    """Packets of the host on firewalls of its segment: for each firewall the first proof, or any clue.

    `unread`: routers there of which nothing was read.
    """
    clues: list[Clue] = []
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        if device.platform != "cisco_asa":
            continue
        found: Clue | None = None
        for peer, why, evidence in _seen(sight, device, host, attachment.interface.name):
            if peer in attachment.network:
                continue  # it needs no gateway to call an address that this firewall answers ARP for
            proof = not (
                _handed_on(sight, topology, attachment, segment, peer)
                or _handed_on_unseen(sight, attachment, unread, peer)
            )
            if proof or found is None:
                found = Clue(attachment, why, evidence, proof)
            if proof:
                break
        clues += [found] if found else []
    return clues


def unread_neighbours(
    sight: Sight, topology: Topology, segment: Sequence[Attachment]
) -> tuple[IPv4Address, ...]:
    """Routers on a segment of which nothing was read: next hops there that no device owns."""
    found: dict[IPv4Address, None] = {}
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        numbers = np.unique(device.table(Route).column("next_hop")) if device.sees(Route) else ()
        hops = (IPv4Address(int(number)) for number in numbers if number >= 0)
        found |= {hop: None for hop in hops if hop in attachment.network and not topology.owners(hop)}
    return tuple(found)


def _handed_on(
    sight: Sight,
    topology: Topology,
    attachment: Attachment,
    segment: Sequence[Attachment],
    peer: IPv4Address,
) -> bool:
    """Whether another router of the segment may have passed a packet for `peer` to `attachment`."""
    for other in segment:
        if other.device == attachment.device:
            continue
        router = sight.snapshot.devices[other.device]
        if not other.interface.line_up:
            return True  # it may have, before it went down
        if not router.sees(Route) or bound_map(sight, router, other.interface.name)[1] is not None:
            return True
        for way in route_index(router.table(Route)).exits(peer):
            owners = topology.owners(way.next_hop) if way.next_hop is not None else ()
            if any(owner.device == attachment.device for owner in owners):
                return True
    return False


def _handed_on_unseen(
    sight: Sight, attachment: Attachment, unread: Sequence[IPv4Address], peer: IPv4Address
) -> bool:
    """The same of routers not read; the way to `peer` has no reason to send such packets here."""
    device = sight.snapshot.devices[attachment.device]
    ways = route_index(device.table(Route)).exits(peer) if device.sees(Route) else ()
    return bool(set(unread) - {way.next_hop for way in ways})


def _seen(sight: Sight, device: DeviceState, host: IPv4Address, interface: str) -> Iterator[_Seen]:
    """Whom the host sent packets to, as a firewall noted: connections first, then its log."""
    table = sight.table(device, Conn)
    for row in seen_connections(table, host) if table is not None else ():
        ends = [(row.a_interface, row.a_address, row.a_port), (row.b_interface, row.b_address, row.b_port)]
        own, other = ends if row.a_address == host else ends[::-1]
        if own[0] != interface:
            continue
        if _opener(device, row, own, other):
            here = own[0] == other[0] and embryonic(row)
            why = f"it opened a connection to {other[1]} there" if here else ""
            yield other[1], why or f"its connection to {other[1]} goes through there", device.evidence(row)
        elif _both_ways(row):
            yield other[1], f"its connection to {other[1]} goes through there", device.evidence(row)
    if device.sees(LogLine):
        for code in (*_DENIED, *_OPENED):
            for line in device.table(LogLine).where(code=code):
                peer = _logged_peer(line.text, host, interface)
                if peer is not None:
                    yield peer, f"a packet of it to {peer} is in the log there", device.evidence(line)


def _opener(device: DeviceState, row: Conn, own: _End, other: _End) -> bool:
    """Whether `own` sent the first packet; a bypassed connection (flag b) may begin with an answer."""
    if "b" in row.flags:
        return False
    if row.protocol.lower() == Protocol.TCP and own[0] != other[0] and device.sees(Nameif):
        levels = {item.name: item.level for item in device.table(Nameif)}
        ours, theirs = levels.get(own[0]), levels.get(other[0])
        if ours is not None and theirs is not None and ours != theirs:
            # Flag B: the SYN came from the less trusted side.
            return ("B" in row.flags) == (ours < theirs)
    # Else nothing printed tells; openers use high ports.
    return own[2] > other[2]


def _both_ways(row: Conn) -> bool:
    """A connection that both ends have sent data on, checked by the firewall: no bypass (flag b)."""
    return "I" in row.flags and "O" in row.flags and "b" not in row.flags


def _logged_peer(text: str, host: IPv4Address, interface: str) -> IPv4Address | None:
    """Whom a packet of the host that came in on `interface` was for, if the line is about one."""
    for pattern in _DENIALS:
        match = pattern.search(text)
        if match and match["interface"] == interface:
            source, destination = [word for word in match.groups() if word != interface]
            return _address(destination) if source == str(host) else None
    match = _OPENING.search(text)
    if match is None:
        return None
    one, two = (match[1], match[2], int(match[3])), (match[4], match[5], int(match[6]))
    # Which end is named first depends on direction words that are not sure for a hairpin.
    own, other = (one, two) if one[1] == str(host) else (two, one)
    ours = own[:2] == (interface, str(host)) and own[2] > other[2]
    return _address(other[1]) if ours else None


def _address(word: str) -> IPv4Address | None:
    try:
        return IPv4Address(word)
    except ValueError:
        return None


def arp_clues(sight: Sight, host: IPv4Address, segment: Sequence[Attachment]) -> list[Clue]:
    """A router that knows the host's hardware address has at least spoken with it."""
    clues: list[Clue] = []
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        table = sight.table(device, Arp)
        rows = table.where(address=host) if table is not None else []
        evidence = next((device.evidence(row) for row in rows if row.mac), None)
        clues += [Clue(attachment, "no other router has it in ARP", evidence)] if evidence else []
    return clues


def default_clues(sight: Sight, segment: Sequence[Attachment]) -> list[Clue]:
    """The router that leads out: its default route leaves the segment."""
    clues: list[Clue] = []
    own = {attachment.address.ip for attachment in segment}
    for attachment in segment:
        device = sight.snapshot.devices[attachment.device]
        table = sight.table(device, Route)
        for row in table if table is not None else ():
            default = row.prefix is not None and row.prefix.prefixlen == 0 and not row.tunneled
            if default and row.next_hop not in own:
                clues.append(Clue(attachment, "its default route leads out", device.evidence(row)))
                break
    return clues
