"""An access list against a packet: permit, deny, nothing matched, or a rule that cannot be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from bothways.diagnosis.packets import Packet, Ports
from bothways.state.rows import AclEntry
from bothways.state.tables import Table

Match = Literal["yes", "no", "maybe"]
_NUMBERED = {"1": "icmp", "6": "tcp", "17": "udp"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a list says.

    Attributes:
        action: `permit`, `deny`, or "" when no rule matches and the list's end decides.
        entry: the rule that matched.
        defined: the list has rules at all.
        doubtful: rules before it that might have matched.
    """

    action: str
    entry: AclEntry | None
    defined: bool
    doubtful: tuple[AclEntry, ...] = ()

    @property
    def permits(self) -> bool:
        """A rule says permit; the end of a list never does."""
        return self.action == "permit"

    @property
    def contested(self) -> AclEntry | None:
        """The first doubtful rule that would have decided otherwise."""
        decided = self.action or "deny"
        return next((entry for entry in self.doubtful if entry.action != decided), None)


_lists: WeakKeyDictionary[Table[Any], dict[str, list[AclEntry]]] = WeakKeyDictionary()


def entries(table: Table[AclEntry], acl: str) -> list[AclEntry]:
    """The rules of one list in their order."""
    known = _lists.setdefault(table, {})
    if acl not in known:
        known[acl] = table.where(acl=acl)
    return known[acl]


def judge(table: Table[AclEntry], acl: str, packet: Packet) -> Judgement:
    """The first rule of `acl` that matches `packet`."""
    rules = entries(table, acl)
    doubtful: list[AclEntry] = []
    for rule in rules:
        if not rule.active:
            continue
        match = matches(rule, packet)
        if match == "yes":
            return Judgement(rule.action, rule, defined=True, doubtful=tuple(doubtful))
        if match == "maybe":
            doubtful.append(rule)
    return Judgement("", None, defined=bool(rules), doubtful=tuple(doubtful))


def any_any(rule: AclEntry) -> bool:
    """`permit ip any any`."""
    everything = (rule.source, rule.destination)
    return (
        rule.understood
        and rule.active
        and rule.action == "permit"
        and rule.protocol == "ip"
        and all(side is not None and side.prefixlen == 0 for side in everything)
    )


def matches(rule: AclEntry, packet: Packet) -> Match:
    """One rule against one packet; a known part that does not fit rules it out whatever the rest says."""
    parts = (_protocol(rule, packet), _addresses(rule, packet), _ports(rule, packet))
    if "no" in parts:
        return "no"
    if rule.established and not packet.established:
        return "no"
    return "maybe" if "maybe" in parts or not rule.understood else "yes"


def _protocol(rule: AclEntry, packet: Packet) -> Match:
    name = _NUMBERED.get(rule.protocol, rule.protocol)
    if name in ("ip", "ipv4", packet.protocol.value):
        return "yes"
    # "tcp-udp", object groups and the like are kept as printed and marked as not understood.
    return "no" if rule.understood or name in ("tcp", "udp", "icmp") else "maybe"


def _addresses(rule: AclEntry, packet: Packet) -> Match:
    sides = ((rule.source, packet.source), (rule.destination, packet.destination))
    if any(network is not None and address not in network for network, address in sides):
        return "no"
    return "maybe" if any(network is None for network, _ in sides) else "yes"


def _ports(rule: AclEntry, packet: Packet) -> Match:
    pairs = ((rule.source_ports, packet.source_ports), (rule.destination_ports, packet.destination_ports))
    verdicts = [_overlap(wanted, ports) for wanted, ports in pairs]
    if "no" in verdicts:
        return "no"
    return "maybe" if "maybe" in verdicts else "yes"


def _overlap(wanted: Ports | None, ports: Ports) -> Match:
    if wanted is None or (wanted[0] <= ports[0] and ports[1] <= wanted[1]):
        return "yes"
    return "no" if wanted[1] < ports[0] or ports[1] < wanted[0] else "maybe"
