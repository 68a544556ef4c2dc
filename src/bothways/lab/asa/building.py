"""A connection as its first packet makes it: ends, level, policy, timers."""

from __future__ import annotations

from bothways.lab.asa.conn import Conn, End
from bothways.lab.asa.decision import Decision
from bothways.lab.asa.settings import AsaSettings
from bothways.lab.frames import ICMP, TCP, UDP, Packet


def new_conn(number: int, ingress: str, packet: Packet, decision: Decision, settings: AsaSettings) -> Conn:
    """The connection; class timers hold for connections made after they were configured, as on the device."""
    treatment, timeouts, levels = decision.treatment, settings.timeouts, settings.interfaces
    tcp = packet.protocol == TCP
    idle = {UDP: timeouts.udp, ICMP: timeouts.icmp}.get(packet.protocol, timeouts.conn)
    return Conn(
        number=number,
        protocol=packet.protocol,
        initiator=End(ingress, packet.source, packet.sport),
        responder=End(
            decision.egress,
            decision.destination or packet.destination,
            0 if packet.protocol == ICMP else decision.unmapped.port if decision.unmapped else packet.dport,
        ),
        inbound=levels[ingress].security <= levels[decision.egress].security,
        created_s=0.0,
        last_s=0.0,
        bypass=treatment.bypass,
        client_isn=packet.seq if tcp and not treatment.bypass else None,
        timeouts=treatment.timeouts,
        idle_reset=treatment.idle_reset,
        dcd=treatment.dcd,
        embryonic_s=treatment.timeouts.get("embryonic", timeouts.embryonic),
        idle_limit_s=treatment.timeouts.get("idle", idle) if tcp else idle,
        classes=treatment.classes,
        module=treatment.module,
        takes_replies=treatment.inspects_echo,
        announces=treatment.announces,
    )
