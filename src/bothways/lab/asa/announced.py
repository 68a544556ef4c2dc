"""What belongs to a request without its ports: a TFTP server answers from a port of its own choice.

Documented: where `inspect tftp` looks into a request, the answer may come from any port of the server, and is
translated as the request was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.lab.asa.conn import Conn
from bothways.lab.frames import UDP, Packet


def announced(conns: Iterable[Conn], packet: Packet) -> Conn | None:
    """The connection that an answer opens, by the request that announced it."""
    if packet.protocol != UDP:
        return None
    for conn in conns:
        asked, server = conn.initiator_mapped, conn.responder
        if not conn.announces or server.address != packet.source:
            continue
        if (asked.address, asked.port) == (packet.destination, packet.dport):
            shown = conn.responder_shown
            return replace(
                conn,
                responder=replace(server, port=packet.sport),
                responder_shown=replace(shown, port=packet.sport) if shown else None,
                announces=False,
                octets=0,
                timer=None,
            )
    return None


def asker(echoed: Conn | None, ingress: str) -> IPv4Address | None:
    """Who asked for an echo reply that no inspection expects; the port translation knows."""
    if echoed is None or echoed.initiator_shown is None or echoed.responder.interface != ingress:
        return None
    return echoed.initiator.address
