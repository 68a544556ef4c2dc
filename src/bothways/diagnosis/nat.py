"""Translation of a new flow by an ASA: whom it calls, as whom it leaves, and whether answers would find back.

The destination is translated first and decides the way out; lists and classes see real addresses; the
source is translated last. A flow whose answers another rule would translate is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bothways.diagnosis.connections import ConnectionTable
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.manual_nat import own_address
from bothways.diagnosis.nat_rule import End, Match, Translation, on
from bothways.diagnosis.nat_table import could_match, translations
from bothways.diagnosis.packets import Packet
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate, Protocol
from bothways.state.nat_rows import NatRule, ObjectNat
from bothways.state.rows import Version

_IDENTITY_DIVERTS = (8, 4, 2)
"""Since this release an exemption decides the way out; before, the routes did."""


@dataclass(frozen=True, slots=True)
class Called:
    """The rule that says whom a packet calls.

    Attributes:
        outward: by its destination clause; else its source is called.
        egress: where the rule sends it; "" where the routes say.
    """

    rule: Translation
    outward: bool
    egress: str


def to_real(visit: Visit) -> Called | None:
    """Give the packet its real destination; the rule that says so, though it may change nothing."""
    passed = None
    for rule in translations(visit.device):
        for outward in (False, True):
            match = rule.calls(visit.packet, visit.ingress, outward=outward)
            if not match:
                continue
            egress = _way_out(visit, rule, outward=outward)
            if egress is None:
                passed = passed or rule
            elif match is Match.MAYBE:
                _doubt(visit, rule)
            else:
                if passed is not None:
                    _doubt(visit, passed)
                return _called(visit, rule, egress, outward=outward)
    return None


def _called(visit: Visit, rule: Translation, egress: str, *, outward: bool) -> Called | None:
    visit.cite(rule.row)
    before = visit.packet
    end = rule.peer if outward else rule.source
    found = end.to_real(before.destination, before.destination_ports)
    if found is None:
        _doubt(visit, rule)
        return None
    visit.packet = replace(before, destination=found[0], destination_ports=found[1])
    if visit.packet != before:
        visit.note(
            f"translated: destination {_said(before, visit.packet)} becomes {_said(visit.packet, before)}"
        )
    return Called(rule, outward, egress)


def _way_out(visit: Visit, rule: Translation, *, outward: bool) -> str | None:
    """Where a rule sends the packet, "" where the routes say; None where they say that it is not taken."""
    wanted = rule.mapped_interface if outward else rule.real_interface
    if wanted == "any":
        return ""
    if not rule.same:
        return wanted  # only what changes nothing may be left to the routes
    found = visit.exit(visit.packet.destination)
    if found is not None and found.interface == wanted:
        return wanted
    if rule.by_route:
        return None
    release = _release(visit)
    if release is None:
        doubt(visit, f"{visit.name}: its release, whether {rule.name!r} or a route decides the way out")
    return wanted if release is None or release >= _IDENTITY_DIVERTS else None


def _release(visit: Visit) -> tuple[int, ...] | None:
    for row in visit.device.table(Version) if visit.device.sees(Version) else ():
        parts = row.version.replace("(", ".").replace(")", ".").split(".")
        return tuple(int(part) for part in parts[:3] if part.isdigit())
    return None


def to_hidden(visit: Visit, connections: ConnectionTable) -> bool:
    """Give an echo reply that nobody inspects its real destination: the translation stands, rules decide."""
    for entry in connections.on(visit.name):
        hidden = entry.shown.source != entry.opener.source
        if hidden and entry.egress == visit.ingress and entry.echoed_by(visit.packet):
            visit.note(f"translated: destination {visit.packet.destination} becomes {entry.opener.source}")
            visit.packet = replace(visit.packet, destination=entry.opener.source)
            if entry.shown.destination != entry.opener.destination:
                doubt(visit, f"{visit.name}: the source of an echo reply whose echo was sent elsewhere")
            return True
    return False


def note_unreadable(visit: Visit, called: Called | None, egress: str) -> None:
    """Doubt the visit when a line that is not understood could take the packet.

    A manual line that surely takes it settles the matter: no line behind it is asked.
    """
    visit.sight.table(visit.device, NatRule, deadly=True)
    if visit.sight.table(visit.device, ObjectNat, deadly=True) is None:
        # Without its rules the walk goes on with an address that the next device may never see.
        doubt(visit, f"whether {visit.name} translates {visit.packet.source} or {visit.packet.destination}")
    for rule in translations(visit.device):
        if rule.readable:
            if rule.manual and _settles(visit, rule, called, egress):
                return
        elif could_match(rule.name, visit.ingress, egress):
            _doubt(visit, rule)


def _settles(visit: Visit, rule: Translation, called: Called | None, egress: str) -> bool:
    if called is not None:
        return rule is called.rule
    return rule.sends(visit.packet, visit.ingress, egress) is Match.YES


def leaving(visit: Visit, called: Called | None) -> Packet:
    """The packet with the source that the other side is to see; a port may change with it."""
    packet = visit.packet
    if called is not None and called.rule.manual:
        return _hidden(visit, called.rule, called.rule.source if called.outward else called.rule.peer)
    for rule in translations(visit.device):
        match = rule.sends(packet, visit.ingress, visit.egress)
        if match is Match.MAYBE or (match and rule.manual and called is not None):
            # Two rules for one packet are for objects; whether a manual one joins in, nobody says.
            _doubt(visit, rule)
        elif match:
            return _hidden(visit, rule, rule.source)
    return packet


def _hidden(visit: Visit, rule: Translation, end: End) -> Packet:
    packet = visit.packet
    visit.cite(rule.row)
    inward = end is rule.peer
    if rule.by_interface and not inward:
        end = replace(end, shown=own_address(visit.device, visit.egress))
        if end.shown is None:
            doubt(visit, f"{visit.name}: the address of {visit.egress}, which hides {packet.source}")
            return packet
    found = end.to_shown(packet.source, packet.source_ports)
    if found is None:
        _doubt(visit, rule)
        return packet
    ports = packet.source_ports if packet.protocol is Protocol.ICMP else found[1]
    left = replace(packet, source=found[0], source_ports=ports)
    if left.source != packet.source:
        visit.note(f"translated: source {packet.source} becomes {left.source}")
    return left


def way_back(visit: Visit, called: Called | None, left: Packet) -> Drop | None:
    """The rule that would translate the answer must be the one that the packet was translated by.

    One host may have several static rules, and be called by each of its addresses.
    """
    packet = visit.packet
    answer = replace(
        left,
        source=packet.destination,
        source_ports=packet.destination_ports,
        destination=left.source,
        destination_ports=left.source_ports,
    )
    for rule in translations(visit.device):
        if called is not None and rule is called.rule:
            return None
        match = rule.sends(answer, visit.egress, visit.ingress)
        if match is Match.MAYBE or _comes_back(visit, rule, answer):
            _doubt(visit, rule)
        elif match:
            return _judged(visit, rule, called)
    return None


def _comes_back(visit: Visit, rule: Translation, answer: Packet) -> bool:
    """Whether a destination clause might change the source of an answer, though it did not take the call."""
    if not rule.clause or rule.peer.same or not rule.readable:
        return False
    between = on(rule.real_interface, visit.ingress) and on(rule.mapped_interface, visit.egress)
    return bool(between and rule.comes_back(answer))


def _judged(visit: Visit, rule: Translation, called: Called | None) -> Drop | None:
    """The answer would be taken by a rule which did not take the packet."""
    visit.cite(rule.row)
    if called is None and rule.source.same and not rule.one_way:
        return None
    several = called is not None and not called.rule.manual and not rule.manual and rule.static
    if several:
        return None
    if rule.source.same or (called is not None and (rule.static or called.outward)):
        _doubt(visit, rule)
        return None
    what = f"another one changes the destination of this {visit.packet.kind}"
    if called is None:
        what = f"no rule changes the destination of this {visit.packet.kind}"
    reason = f"{visit.name}: {rule.name} would change the source of the answer, and {what} (syslog 305013)"
    return Drop(Fate.ACL_DENIED, reason, "nat-rpf-failed", "NAT one way")


def _doubt(visit: Visit, rule: Translation) -> None:
    visit.cite(rule.row)
    where = f"{visit.name}: show running-config:{rule.row.line}"
    doubt(visit, f"{where}: whether {rule.name!r} rewrites this flow; that NAT is not walked")


def _said(packet: Packet, before: Packet) -> str:
    """The destination, with its port where that changes."""
    if packet.destination_ports == before.destination_ports:
        return str(packet.destination)
    return f"{packet.destination}:{packet.destination_ports[0]}"
