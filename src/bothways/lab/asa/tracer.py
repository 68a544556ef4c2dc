"""`packet-tracer`: the first packet's way, phase by phase, without sending it."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.lab.asa.asp import FLOW_TEXTS, FRAME_TEXTS
from bothways.lab.asa.decision import Decision, decide
from bothways.lab.asa.firewall import Firewall
from bothways.lab.asa.nat import NatRule
from bothways.lab.frames import Packet
from bothways.lab.ledger import Why


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase.

    Attributes:
        kind: `ACCESS-LIST`, `ROUTE-LOOKUP`, `CONN-SETTINGS`, `IP-OPTIONS`, `FLOW-CREATION`.
        subtype: may be empty.
        result: `ALLOW` or `DROP`.
        config: configuration lines that decided, or `Implicit Rule`.
        info: additional lines.
    """

    kind: str
    subtype: str
    result: str
    config: tuple[str, ...] = ()
    info: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tracing:
    """What packet-tracer found.

    Attributes:
        phases: in order; the last one is the one that drops.
        ingress, egress: nameifs; egress is "" when no route was found.
        allowed: the action.
        drop_reason: asp key, "" when allowed.
        drop_text: its words.
    """

    phases: tuple[Phase, ...]
    ingress: str
    egress: str
    allowed: bool
    drop_reason: str = ""
    drop_text: str = ""


def trace_packet(firewall: Firewall, ingress: str, packet: Packet) -> Tracing:
    """Evaluate a packet; nothing is counted, logged or built."""
    conn, _ = firewall.lookup(packet)
    if conn is not None:
        found = f"Found flow with id {conn.number}, using existing flow"
        return Tracing(
            (Phase("FLOW-LOOKUP", "", "ALLOW", (), (found,)),), ingress, conn.responder.interface, True
        )
    decision = decide(firewall.settings, firewall.rib, ingress, packet)
    phases = [*_destination_phase(decision, packet), *_route_phase(decision)]
    phases += [*_rule_phase(firewall, ingress, decision), *_source_phase(decision, packet)]
    if decision.why is None:
        phases += _session_phases(firewall, decision)
        return Tracing(tuple(phases), ingress, decision.egress, True)
    text = (FLOW_TEXTS if decision.why is Why.NAT_ONE_WAY else FRAME_TEXTS)[decision.asp]
    return Tracing(tuple(phases), ingress, decision.egress, False, decision.asp, text)


def _route_phase(decision: Decision) -> list[Phase]:
    if decision.route is None:
        return []
    network, mask = decision.route.network.network_address, decision.route.network.netmask
    info = f"in   {network!s:<15} {mask!s:<15} {decision.egress}"
    return [Phase("ROUTE-LOOKUP", "Resolve Egress Interface", "ALLOW", (), (info,))]


def _destination_phase(decision: Decision, packet: Packet) -> list[Phase]:
    unmapped = decision.unmapped
    if unmapped is None:
        return []
    ends = f"{packet.destination}/{packet.dport} to {unmapped.address}/{unmapped.port}"
    info = (f"NAT divert to egress interface {decision.egress}", f"Untranslate {ends}")
    return [Phase("UN-NAT", "static", "ALLOW", _rule_lines(unmapped.rule), info)]


def _source_phase(decision: Decision, packet: Packet) -> list[Phase]:
    if decision.why is Why.NAT_ONE_WAY:
        return [Phase("NAT", "rpf-check", "DROP")]
    mapped = decision.mapped
    if mapped is None or decision.why is not None:
        return []
    kind, port = ("Static", f"/{mapped.port}") if mapped.static else ("Dynamic", "")
    info = (f"{kind} translate {packet.source}/{packet.sport} to {mapped.address}{port}",)
    return [Phase("NAT", "", "ALLOW", _rule_lines(mapped.rule), info)]


def _rule_lines(rule: NatRule) -> tuple[str, ...]:
    return (rule.text,) if rule.manual else (f"object network {rule.name}", f" {rule.text}")


def _rule_phase(firewall: Firewall, ingress: str, decision: Decision) -> list[Phase]:
    if decision.why is Why.NO_ROUTE:
        return []
    if decision.why is Why.NO_CONNECTION:
        return [Phase("TCP-STATE", "", "DROP")]
    if decision.why not in (None, Why.ACL, Why.NAT_ONE_WAY):
        return [Phase("ACCESS-LIST", "", "DROP", ("Implicit Rule",))]
    result = "DROP" if decision.why is Why.ACL else "ALLOW"
    if not decision.acl:
        return [Phase("ACCESS-LIST", "", result, ("Implicit Rule",))]
    direction = "in" if firewall.settings.access_groups.get((ingress, "in")) == decision.acl else "out"
    interface = ingress if direction == "in" else decision.egress
    config = [f"access-group {decision.acl} {direction} interface {interface}"]
    config.append(decision.ace.text if decision.ace else "Implicit Rule")
    return [Phase("ACCESS-LIST", "log" if decision.ace else "", result, tuple(config))]


def _session_phases(firewall: Firewall, decision: Decision) -> list[Phase]:
    phases = []
    for place, policy, name in decision.treatment.classes:
        service = f"service-policy {policy} {'global' if place == 'global' else f'interface {place}'}"
        lines = next(
            (one.lines for one in firewall.settings.policies.maps[policy].classes if one.name == name), ()
        )
        config = (
            f"class-map {name}",
            f"policy-map {policy}",
            f" class {name}",
            *(f"  {one}" for one in lines),
            service,
        )
        phases.append(Phase("CONN-SETTINGS", "", "ALLOW", config))
    phases.append(Phase("IP-OPTIONS", "", "ALLOW"))
    created = f"New flow created with id {firewall.built + 1}, packet dispatched to next module"
    phases.append(Phase("FLOW-CREATION", "", "ALLOW", (), (created,)))
    return phases
