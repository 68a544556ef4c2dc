"""What the ASA says about a packet it refuses."""

from __future__ import annotations

from collections.abc import Iterator

from bothways.lab.asa import syslog
from bothways.lab.asa.decision import Decision
from bothways.lab.frames import Packet
from bothways.lab.ledger import Why


def messages(ingress: str, packet: Packet, decision: Decision) -> Iterator[syslog.Message]:
    """The message of a refusal; an entry that logs for itself has had its own."""
    if decision.why is Why.NO_CONNECTION:
        yield syslog.no_connection(packet, ingress)
    elif decision.why is Why.ACL:
        if not (decision.ace and decision.ace.log):
            yield syslog.acl_denied(packet, ingress, decision.egress, decision.acl)
    elif decision.why is Why.LAND:
        yield syslog.land_attack(packet)
    elif decision.why is Why.REVERSE_PATH:
        yield syslog.reverse_path(packet, ingress)
    elif decision.why is Why.NAT_ONE_WAY:
        yield syslog.one_way_nat(packet, ingress, decision.egress)
    elif decision.why is Why.NO_ROUTE:
        yield syslog.no_next_hop(packet, ingress)
    else:
        yield syslog.inbound_denied(packet, ingress, decision.egress)
