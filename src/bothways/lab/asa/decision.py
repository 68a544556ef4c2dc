"""What the ASA decides about the first packet of a connection: pure, so that packet-tracer asks the same.

Order: reverse path, translated destination, TCP flags, route, same-security permits, security levels, access
lists, translated source and its way back. A non-SYN without
connection is dropped for that reason whatever the lists say, though they are looked at and log. That the
implicit rule about the missing intra-interface permit comes before an explicit `permit ip any any` is
believed; so is that the reply to an uninspected echo is translated back, and then up to the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from bothways.lab.acl import Ace, first_match
from bothways.lab.asa.nat import Divert, Shown, answering, mapping, replying, unmapping
from bothways.lab.asa.policy import Treatment
from bothways.lab.asa.settings import AsaSettings
from bothways.lab.frames import ACK, SYN, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.rib import Rib, Route

ASP = {
    Why.INTRA_INTERFACE: "acl-drop",
    Why.INTER_INTERFACE: "acl-drop",
    Why.SECURITY_LEVEL: "acl-drop",
    Why.ACL: "acl-drop",
    Why.NO_CONNECTION: "tcp-not-syn",
    Why.NO_ROUTE: "no-route",
    Why.LAND: "sp-security-failed",
    Why.REVERSE_PATH: "rpf-violated",
    Why.NAT_ONE_WAY: "nat-rpf-failed",
}
"""The drop counter that each reason raises."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome.

    Attributes:
        why: None when the packet may pass.
        route: the one that was found.
        egress: nameif, "" without a route.
        acl: the access list that decided, "" for an implicit rule.
        ace: its entry; None for the implicit deny at its end.
        logged: (list, permitted) of entries with `log` that were hit on the way.
        treatment: what the connection gets.
        destination: the real one, where the packet names a mapped one; None where it does not.
        unmapped: what says so.
        mapped: what hides the source.
    """

    why: Why | None
    route: Route | None = None
    egress: str = ""
    acl: str = ""
    ace: Ace | None = None
    logged: tuple[tuple[str, bool], ...] = ()
    treatment: Treatment = field(default_factory=Treatment)
    destination: IPv4Address | None = None
    unmapped: Divert | None = None
    mapped: Shown | None = None

    @property
    def asp(self) -> str:
        """The drop counter, "" when it passes."""
        return ASP[self.why] if self.why else ""

    def untracked(self, packet: Packet) -> Packet:
        """A packet of no connection as it goes on: static rules alone translate its source."""
        if self.destination is not None:
            packet = replace(packet, destination=self.destination)
        if self.mapped is not None and self.mapped.static and self.mapped.address is not None:
            packet = replace(packet, source=self.mapped.address)
        return packet


def decide(
    settings: AsaSettings, rib: Rib, ingress: str, packet: Packet, hidden: IPv4Address | None = None
) -> Decision:
    """What becomes of a packet without connection; `hidden` is whom a port translation has behind it."""
    if packet.source == packet.destination:
        return Decision(Why.LAND)
    if ingress in settings.reverse_path and not _comes_back(rib, ingress, packet):
        return Decision(Why.REVERSE_PATH)
    came, unmapped = packet, None if hidden else unmapping(settings.nat, ingress, packet)
    real = unmapped.address if unmapped else hidden
    if real is not None:
        packet = replace(packet, destination=real, dport=unmapped.port if unmapped else packet.dport)
    route = rib.lookup(packet.destination, unmapped.egress if unmapped else "")
    if route is None or route.interface not in settings.interfaces:
        bypass = settings.policies.treatment((ingress,), packet).bypass
        stray = packet.protocol == TCP and not opens(packet) and not bypass
        return Decision(Why.NO_CONNECTION if stray else Why.NO_ROUTE)
    egress = route.interface
    treatment = settings.policies.treatment((ingress, egress), packet)
    why, acl, ace, logged = _rules(settings, ingress, egress, packet)
    if packet.protocol == TCP and not opens(packet) and not treatment.bypass:
        why = Why.NO_CONNECTION
    mapped = replying(settings.nat, ingress, egress, came) if hidden else None
    mapped = mapped or mapping(settings.nat, ingress, egress, came, unmapped)
    if why is None and not hidden and _one_way(settings, (ingress, egress), packet, unmapped, mapped):
        why = Why.NAT_ONE_WAY
    return Decision(why, route, egress, acl, ace, logged, treatment, real, unmapped, mapped)


def _one_way(
    settings: AsaSettings, way: tuple[str, str], packet: Packet, unmapped: Divert | None, mapped: Shown | None
) -> bool:
    """Whether the answer would be shown otherwise than the packet has called it."""
    ingress, egress = way
    own = settings.interfaces[egress].address
    shown = packet.source
    if mapped is not None:
        shown = mapped.address or (own.ip if own else shown)
    reply = replace(
        packet, source=packet.destination, sport=packet.dport,
        destination=shown, dport=mapped.port if mapped else packet.sport,
    )  # fmt: skip
    rule = answering(settings.nat, egress, ingress, reply)
    if unmapped is None:
        return rule is not None
    return rule is not None and rule is not unmapped.rule and not rule.static


def _comes_back(rib: Rib, ingress: str, packet: Packet) -> bool:
    """`ip verify reverse-path`: whether an answer would leave by the interface the packet came in by."""
    back = rib.lookup(packet.source)
    return back is not None and back.interface == ingress


def opens(packet: Packet) -> bool:
    """Whether a TCP packet may open a connection: SYN without ACK, RST or FIN."""
    return packet.flags & 0x17 == SYN and not packet.flags & ACK


Rules = tuple[Why | None, str, Ace | None, tuple[tuple[str, bool], ...]]


def _rules(settings: AsaSettings, ingress: str, egress: str, packet: Packet) -> Rules:
    came, goes = settings.interfaces[ingress], settings.interfaces[egress]
    if ingress == egress and not settings.intra:
        return Why.INTRA_INTERFACE, "", None, ()
    if ingress != egress and came.security == goes.security and not settings.inter:
        return Why.INTER_INTERFACE, "", None, ()
    inward = [settings.access_groups.get((ingress, "in"), ""), settings.global_acl]
    lists = [name for name in inward if name]
    if not lists and came.security < goes.security:
        return Why.SECURITY_LEVEL, "", None, ()
    logged: list[tuple[str, bool]] = []
    why, acl, ace = _through(settings, lists, packet, logged)
    if why is None:
        out = settings.access_groups.get((egress, "out"), "")
        why, out_acl, out_ace = _through(settings, [out] if out else [], packet, logged)
        acl, ace = (out_acl, out_ace) if out_acl else (acl, ace)
    return why, acl, ace, tuple(logged)


def _through(
    settings: AsaSettings, lists: list[str], packet: Packet, logged: list[tuple[str, bool]]
) -> tuple[Why | None, str, Ace | None]:
    """Through lists, one behind the other; the implicit deny stands at the end of the last."""
    for name in lists:
        ace = first_match(settings.acls.get(name, ()), packet)
        if ace is None:
            continue
        if ace.log not in ("", "disable", "default"):
            logged.append((name, ace.permit))
        return (None if ace.permit else Why.ACL), name, ace
    return (Why.ACL, lists[-1], None) if lists else (None, "", None)
