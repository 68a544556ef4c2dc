"""Which router a host sends to: declared, or inferred from what the routers know of it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address

from bothways.diagnosis.clues import Clue, arp_clues, default_clues, traffic_clues, unread_neighbours
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.segments import Attachment, Topology, attachment_evidence
from bothways.diagnosis.sight import Sight
from bothways.network import DeclaredHost
from bothways.state.rows import Interface


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
    unread = unread_neighbours(sight, topology, segment)
    if len(segment) == 1 and not unread and not topology.shut_on(segment):
        only = segment[0]
        why = f"{host} sends to {only.address.ip} ({only}): no other router of the snapshot is on its network"
        sight.infer(why, Confidence.LIKELY, attachment_evidence(sight, only))
        return _behind_virtual(sight, topology, only)
    shared = topology.shared(segment)
    if shared is not None and not unread:
        text = f"{host} sends to {shared}: all routers of the snapshot on its network share that address"
        sight.infer(text, Confidence.LIKELY, attachment_evidence(sight, segment[0]))
        return topology.answering(sight, shared)
    return _by_clues(sight, topology, host, segment, unread)


def _declared(sight: Sight, topology: Topology, host: IPv4Address, address: IPv4Address) -> Attachment | None:
    owner = topology.answering(sight, address)
    if owner is None:
        sight.miss(f"{host}: its declared gateway {address} is no device of the snapshot", deadly=True)
    return owner


def _by_clues(
    sight: Sight,
    topology: Topology,
    host: IPv4Address,
    segment: tuple[Attachment, ...],
    unread: tuple[IPv4Address, ...],
) -> Attachment | None:
    """The router that the strongest clues agree on; where nothing speaks of the host, each in its turn."""
    interfaces = (*segment, *topology.shut_on(segment))
    names = ", ".join((*(f"{item.address.ip} ({item})" for item in interfaces), *map(str, unread)))
    question = (
        f"{host}: which of {names} is its gateway; ask the host (ipconfig, ip route), "
        f"then declare it in topology.yaml"
    )
    traffic = traffic_clues(sight, topology, host, segment, unread)
    kinds = ([clue for clue in traffic if clue.proof], traffic, _alone(sight, segment))
    for strength, found in enumerate(kinds):
        clue = _one(found)
        if clue is not None:
            word = Confidence.POSSIBLE if strength else Confidence.LIKELY
            sight.infer(f"{_sends(host, clue.attachment)}: {clue.why}", word, clue.evidence)
            if strength:
                # One of ours that did not tell its addresses may be that router, and the flow's death.
                sight.miss(question, deadly=bool(unread) and sight.blind_to(Interface))
            return _behind_virtual(sight, topology, clue.attachment)
    if unread or len(interfaces) > len(segment):
        # One of them cannot be walked, so that the others agree would prove nothing.
        sight.miss(question, deadly=True)
        return None
    return _in_turn(sight, topology, host, question, segment)


def _one(clues: Sequence[Clue]) -> Clue | None:
    return clues[0] if len({clue.attachment for clue in clues}) == 1 else None


def _in_turn(
    sight: Sight, topology: Topology, host: IPv4Address, question: str, segment: tuple[Attachment, ...]
) -> Attachment | None:
    """The router that this walk takes: first the one that habit speaks for, an ARP entry, a default route."""
    habit = _one(arp_clues(sight, host, segment)) or _one(default_clues(sight, segment))
    routers: dict[IPv4Address, Attachment] = {}
    for router in (*((habit.attachment,) if habit else ()), *segment):
        routers.setdefault(topology.virtual(router) or router.address.ip, router)
    ways = list(routers.values())
    taken = ways[sight.choose(question, [_sends(host, way) for way in ways])]
    if habit and taken == habit.attachment:
        sight.infer(f"{_sends(host, taken)}: {habit.why}", Confidence.POSSIBLE, habit.evidence)
    return _behind_virtual(sight, topology, taken)


def _sends(host: IPv4Address, router: Attachment) -> str:
    return f"{host} sends to {router.address.ip} ({router})"


def _alone(sight: Sight, segment: tuple[Attachment, ...]) -> list[Clue]:
    """The one router that was read, of several."""
    if len(segment) != 1:
        return []
    return [
        Clue(segment[0], "no other router on its network was read", attachment_evidence(sight, segment[0]))
    ]


def _behind_virtual(sight: Sight, topology: Topology, attachment: Attachment) -> Attachment | None:
    """Who answers for an interface: the active one of those that share a virtual address with it."""
    virtual = topology.virtual(attachment)
    return topology.answering(sight, virtual) if virtual is not None else attachment
