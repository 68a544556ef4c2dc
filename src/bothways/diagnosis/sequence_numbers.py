"""Whose initial sequence numbers an ASA changes, and what that does to each packet of a connection."""

from __future__ import annotations

from dataclasses import replace

from bothways.diagnosis.access_rules import level
from bothways.diagnosis.connections import Entry
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.service_policy import CONNECTION, applied, contested_numbers, randomises
from bothways.diagnosis.sight import absence
from bothways.diagnosis.visit import Visit
from bothways.state.rows import ServicePolicy


def randomised(visit: Visit, interfaces: tuple[str, str]) -> tuple[bool, bool]:
    """Whose numbers are changed: those of the end on the more trusted side, of both when levels are equal."""
    question = contested_numbers(visit.sight, visit.device, interfaces, visit.packet)
    if question:
        doubt(visit, question)
    policy = applied(visit.sight, visit.device, interfaces, visit.packet, CONNECTION)
    if not randomises(policy):
        if policy is not None:
            visit.cite(policy)
        visit.note("sequence numbers are left alone")
        return False, False
    what = f"random-sequence-number disable for {visit.packet.source} to {visit.packet.destination}"
    visit.cite(*absence(visit.device, ServicePolicy, what))
    came, goes = (level(visit, name) for name in interfaces)
    if visit.ingress == visit.egress:
        came = goes = 0
    if came is None or goes is None:
        names = " and ".join(interfaces)
        visit.sight.infer(
            f"{visit.name} changes sequence numbers both ways between {names}, whose levels were not seen",
            Confidence.POSSIBLE,
        )
        came = goes = 0
    note = "sequence number randomised" if came >= goes else "sequence number of the answer randomised"
    visit.note(note)
    return came >= goes, goes >= came


def shifted(visit: Visit, entry: Entry, packet: Packet, *, from_opener: bool) -> Packet:
    """Numbers of an end are moved on their way out and moved back in what the other end acknowledges."""
    own, other = entry.moves_opener, entry.moves_answer
    if not from_opener:
        own, other = other, own
    seq, ack = packet.seq, packet.ack
    if own and seq is not None:
        seq = seq.shifted(visit.name, 1)
    if other and ack is not None:
        ack = ack.shifted(visit.name, -1)
    return replace(packet, seq=seq, ack=ack)
