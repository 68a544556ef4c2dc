"""What an ASA's rules say of a new flow: reverse path, same security, access lists, implied rules."""

from __future__ import annotations

from bothways.diagnosis.acl import entries, judge
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.sight import absence
from bothways.diagnosis.visit import Visit
from bothways.flow import Fate
from bothways.state.rows import AccessGroup, AclEntry, Nameif, ReversePath, SameSecurity


def reverse_path(visit: Visit) -> Drop | None:
    """`ip verify reverse-path`: the route back to the source must leave by the ingress interface."""
    table = visit.sight.table(visit.device, ReversePath, deadly=True)
    rules = table.where(interface=visit.ingress) if table is not None else []
    if not rules:
        return None
    back = visit.exit(visit.packet.source)
    if back is not None and back.interface == visit.ingress:
        return None
    visit.cite(rules[0], *(back.routes if back else ()))
    reason = (
        f"{visit.name} verifies the reverse path on {visit.ingress} and has no route back to "
        f"{visit.packet.source} there"
    )
    return Drop(Fate.NO_ROUTE, reason, "rpf-violated", "reverse path")


def same_security(visit: Visit) -> Drop | None:
    """Out of the interface it came in on, or to one of the same level: only by a global command."""
    same_interface = visit.ingress == visit.egress
    kind = "intra-interface" if same_interface else "inter-interface"
    if not same_interface:
        levels = level(visit, visit.ingress), level(visit, visit.egress)
        if None in levels or levels[0] != levels[1]:
            return None  # what an unread level may forbid is said with the implied rule
    table = visit.sight.table(visit.device, SameSecurity, deadly=True)
    command = f"same-security-traffic permit {kind}"
    if table is None:
        return Drop(Fate.UNKNOWN, f"whether {visit.name} has {command!r} was not seen", label="not seen")
    permits = table.where(kind=kind)
    if permits:
        visit.cite(permits[0])
        return None
    visit.cite(*absence(visit.device, SameSecurity, command))
    if same_interface:
        reason = f"{visit.name} must send it back out of {visit.egress} and has no {command!r}"
        return Drop(Fate.INTRA_INTERFACE_DENIED, reason, "acl-drop", "hairpin not permitted")
    reason = f"{visit.ingress} and {visit.egress} of {visit.name} have one level and no {command!r}"
    return Drop(Fate.ACL_DENIED, reason, "acl-drop", "same level")


def access_rules_in(visit: Visit) -> Drop | None:
    """The list on the ingress interface, then the global one, then the implied rule."""
    groups = visit.sight.table(visit.device, AccessGroup, deadly=True)
    if groups is None:
        return None
    bound = groups.where(direction="in", interface=visit.ingress) + groups.where(direction="global")
    for group in bound:
        decided, drop = _by_list(visit, group)
        if decided:
            return drop
    if bound:
        names = " and ".join(group.acl for group in bound)
        visit.cite(bound[0], *absence(visit.device, AclEntry, f"{names} permits {visit.packet}"))
        return _denied(visit, f"no rule of {names} permits it on {visit.ingress}")
    visit.cite(*absence(visit.device, AccessGroup, f"access-group in interface {visit.ingress}"))
    return _implied(visit)


def access_rules_out(visit: Visit) -> Drop | None:
    """The list on the egress interface."""
    groups = visit.sight.table(visit.device, AccessGroup, deadly=True)
    for group in groups.where(direction="out", interface=visit.egress) if groups is not None else ():
        decided, drop = _by_list(visit, group)
        if decided:
            return drop
        visit.cite(group, *absence(visit.device, AclEntry, f"{group.acl} permits {visit.packet}"))
        return _denied(visit, f"no rule of {group.acl} permits it out of {visit.egress}")
    return None


def _by_list(visit: Visit, group: AccessGroup) -> tuple[bool, Drop | None]:
    """Whether a list decides, and how."""
    table = visit.sight.table(visit.device, AclEntry, deadly=True)
    if table is None:
        reason = f"the rules of {group.acl} on {visit.name} were not seen"
        return True, Drop(Fate.UNKNOWN, reason, label="rules not seen")
    if not entries(table, group.acl):  # an ASA binds no list that has no rule
        reason = f"the rules of {group.acl} on {visit.name} are not shown"
        visit.sight.miss(f"{reason}; show access-list {group.acl}", deadly=True)
        return True, Drop(Fate.UNKNOWN, reason, label="rules not seen")
    judgement = judge(table, group.acl, visit.packet)
    doubt = judgement.contested
    if doubt is not None:
        which = f"rule {doubt.sequence} of {group.acl} ({doubt.action})"
        unclear = f"whether {which} takes {visit.packet}; the rule is not understood"
        if not doubt.sequence:
            which = f"what else {group.acl} holds: its head counts more rules than are shown"
            unclear = f"{which}; show access-list {group.acl}"
        visit.sight.miss(f"{visit.name}: {unclear}", deadly=True)
        if doubt.action != "deny":
            visit.cite(group, doubt)
            reason = f"a rule of {group.acl} on {visit.name} is not understood"
            return True, Drop(Fate.UNKNOWN, reason, label="rule not understood")
    if judgement.entry is None:
        return False, None
    visit.cite(group, judgement.entry)
    if judgement.permits:
        return True, None
    return True, _denied(visit, f"rule {judgement.entry.sequence} of {group.acl} denies it")


def _implied(visit: Visit) -> Drop | None:
    if visit.ingress == visit.egress:
        return None
    low, high = level(visit, visit.ingress), level(visit, visit.egress)
    if low is None or high is None:
        visit.sight.infer(
            f"{visit.ingress} of {visit.name} is not less trusted than {visit.egress}", Confidence.POSSIBLE
        )
        return None
    if low >= high:
        return None
    for name in (visit.ingress, visit.egress):
        visit.cite(*visit.device.table(Nameif).where(name=name)[:1])
    return _denied(
        visit, f"{visit.ingress} (level {low}) may not open flows to {visit.egress} (level {high})"
    )


def _denied(visit: Visit, why: str) -> Drop:
    return Drop(Fate.ACL_DENIED, f"{visit.name}: {why}", "acl-drop", "access rule")


def level(visit: Visit, interface: str) -> int | None:
    """The security level of an interface; None when it was not read, and any verdict but a death is open."""
    table = visit.sight.table(visit.device, Nameif, deadly=True)
    rows = table.where(name=interface) if table is not None else []
    return rows[0].level if rows else None
