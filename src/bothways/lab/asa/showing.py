"""Under which ends the two sides of a new connection know each other."""

from __future__ import annotations

from functools import partial

from bothways.lab.asa.conn import Conn, End
from bothways.lab.asa.decision import Decision
from bothways.lab.asa.nat import Shown, reserved
from bothways.lab.asa.settings import AsaSettings
from bothways.lab.asa.xlate import Xlates
from bothways.lab.frames import ICMP, Packet


def translate(conn: Conn, decision: Decision, packet: Packet, settings: AsaSettings, xlates: Xlates) -> None:
    """Enter what the rules say of its first packet; an identity that leaves all to the routes is none."""
    unmapped, mapped = decision.unmapped, decision.mapped
    if unmapped is not None and not unmapped.rule.by_route:
        port = conn.responder.port if packet.protocol == ICMP else packet.dport
        conn.responder_shown = End(conn.initiator.interface, packet.destination, port)
    if mapped is not None and not mapped.rule.by_route:
        conn.initiator_shown = _initiator(conn, mapped, settings, xlates)


def _initiator(conn: Conn, shown: Shown, settings: AsaSettings, xlates: Xlates) -> End | None:
    egress = conn.responder.interface
    own = settings.interfaces[egress].address
    address = shown.address or (own.ip if own else None)
    if shown.static or address is None:
        return End(egress, address, shown.port) if address else None
    xlates.keep_s = settings.timeouts.pat_xlate
    kept = partial(reserved, settings.nat, conn.protocol, address)
    return xlates.take(conn.protocol, conn.initiator, egress, address, kept=kept)
