"""A packet through an IOS router or switch: list in, translation, policy, route, list out, ARP. No state."""

from __future__ import annotations

from bothways.diagnosis.access_switch import ports_of
from bothways.diagnosis.acl import judge
from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.inside_source import served, uncalled
from bothways.diagnosis.legs import Drop, Hop
from bothways.diagnosis.policy_route import policy_route, same_interface
from bothways.diagnosis.translation import translate_inward, translate_outward
from bothways.diagnosis.unmodelled import note_unmodelled
from bothways.diagnosis.unread_lines import doubt_unread, doubt_unread_routes
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.state.rows import AclEntry, Interface, PolicyBinding, RouteMapEntry


def through_ios(visit: Visit) -> Hop:
    """Walk `visit` through an IOS device."""
    note_unmodelled(visit, "", visit.ingress)
    _note_port_lists(visit)
    drop = _list_in(visit)
    if drop is not None:
        return visit.dropped(drop)
    translate_inward(visit)
    policy = _policy(visit)
    if not policy and visit.is_own():
        drop = served(visit)
        return visit.dropped(drop) if drop is not None else visit.forwarded()
    steps = (_list_out, Visit.link, Visit.resolve)
    for step in steps if policy else (_route, *steps):
        drop = step(visit)
        if drop is not None:
            return visit.dropped(drop)
    return visit.forwarded()


def _note_port_lists(visit: Visit) -> None:
    """A list on a switch port drops what comes in there, before any VLAN interface; it is not walked."""
    if not visit.device.sees(Interface):
        return
    listed = [row for row in visit.device.table(Interface) if row.address is None and row.acl_in]
    if not listed:
        return
    ports = ports_of(visit.device, visit.packet.source)
    for row in listed:
        question = f"{visit.name}: whether list {row.acl_in} on port {row.name} drops {visit.packet}"
        if any(same_interface(row.name, port) for port in ports):
            visit.cite(row)
            doubt(visit, question)
        elif not ports:  # a host whose port is known is not stopped by the list of another one
            visit.sight.miss(question, deadly=True)


def from_ios(visit: Visit) -> Hop:
    """A packet that an IOS device sends itself: no list, no policy route, no translation."""
    if visit.is_own():
        return visit.forwarded()
    note_unmodelled(visit, "", "local")
    for step in (_own_route, Visit.link, Visit.resolve):
        drop = step(visit)
        if drop is not None:
            return visit.dropped(drop)
    return visit.forwarded()


def _route(visit: Visit) -> Drop | None:
    doubt_unread_routes(visit)
    drop = visit.route()
    if drop is None:
        translate_outward(visit)
    return drop or uncalled(visit)


def _own_route(visit: Visit) -> Drop | None:
    doubt_unread_routes(visit)
    drop = visit.route()
    note_unmodelled(visit, visit.egress)
    return drop


def _policy(visit: Visit) -> bool:
    """Whether a route-map settles where the packet goes, before its own addresses and the routing table."""
    doubt_unread(visit, PolicyBinding)
    policy = policy_route(visit.sight, visit.topology, visit.device, visit.ingress, visit.packet)
    visit.cite(*policy.rows)
    if policy.rows:
        doubt_unread(visit, RouteMapEntry)
    if policy.question:
        doubt(visit, policy.question)
    if policy.next_hop is not None:
        visit.send_to(policy.interface, policy.next_hop)
        visit.note("policy routed")
        translate_outward(visit)
        return True
    if policy.why_not:
        visit.note(f"not policy routed: {policy.why_not}")
    return False


def _list_in(visit: Visit) -> Drop | None:
    return _by_list(visit, visit.ingress, "in")


def _list_out(visit: Visit) -> Drop | None:
    note_unmodelled(visit, visit.egress)
    return _by_list(visit, visit.egress, "out")


def _by_list(visit: Visit, interface: str, direction: str) -> Drop | None:
    interfaces = visit.sight.table(visit.device, Interface, deadly=True)
    rows = interfaces.where(name=interface) if interfaces is not None else []
    acl = (rows[0].acl_in if direction == "in" else rows[0].acl_out) if rows else ""
    if not acl:
        return None
    visit.cite(rows[0])
    table = visit.sight.table(visit.device, AclEntry, deadly=True)
    if table is None:
        reason = f"the rules of access list {acl} on {visit.name} were not seen"
        return Drop(Fate.UNKNOWN, reason, label="rules not seen")
    judgement = judge(table, acl, visit.packet)
    if not judgement.defined:
        visit.note(f"access list {acl} on {interface} has no rules and so denies nothing")
        return None
    unclear = judgement.contested
    if unclear is not None:
        which = f"rule {unclear.sequence} of {acl} ({unclear.action})"
        where = f"{visit.name}: whether {which} takes {visit.packet}"
        visit.sight.miss(f"{where}; the rule is not understood", deadly=True)
        if unclear.action != "deny":
            reason = f"a rule of access list {acl} on {visit.name} is not understood"
            return Drop(Fate.UNKNOWN, reason, label="rule not understood")
    if judgement.entry is not None:
        visit.cite(judgement.entry)
    else:
        visit.cite(visit.device.absence(AclEntry, f"{acl} permits {visit.packet}"))
    if judgement.permits:
        return None
    which = f"rule {judgement.entry.sequence}" if judgement.entry else "the end"
    reason = f"{which} of access list {acl} on {interface} ({direction}) of {visit.name} denies it"
    return Drop(Fate.ACL_DENIED, reason, label="access list")
