"""A long-lived connection that keeps asking, and what becomes of it when a wire is cut or loses a segment."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.lab.call import Call
from bothways.lab.frames import TCP, Packet
from bothways.lab.ledger import Ledger, Why
from bothways.lab.tcp_segments import Quad
from bothways.lab.wire import Wire
from bothways.lab.witness import Seen, Testimony, direction, testify


@dataclass(eq=False)
class Held:
    """A connection whose client sends a request again and again, answered or not.

    Attributes:
        call: as the program sees it.
        every_s: pause between two requests; None for a client that asks once and then waits.
    """

    call: Call
    every_s: float | None

    def start(self) -> None:
        """Plan the next request."""
        if self.every_s is not None:
            self.call.host.events.after(self.every_s, self._turn)

    def _turn(self) -> None:
        if not self.call.over:
            self.call.again()
            self.start()


def first_mover(wires: list[Wire], seen: Seen) -> str:
    """Who sent the first packet of a connection since then: `forward`, `back`, or "" for nobody.

    Args:
        wires: those the two hosts are plugged into.
        seen: the connection; frames before its moment do not count.
    """
    for tapped in sorted((one for wire in wires for one in wire.seen), key=lambda one: one.time_s):
        body = tapped.frame.body
        if tapped.time_s >= seen.since_s and isinstance(body, Packet) and body.protocol == TCP:
            found = direction(body, seen)
            if found:
                return found
    return ""


def data_of(packet: Packet, sender: IPv4Address, client_port: int | None) -> bool:
    """Whether a packet is a data segment of a host, or of one connection of it."""
    ours = client_port in (None, packet.sport, packet.dport)
    return packet.protocol == TCP and packet.source == sender and bool(packet.data) and ours


def testimony_since(ledger: Ledger, wires: list[Wire], quad: Quad, since_s: float) -> Testimony:
    """What the witness says of a connection from a moment on.

    Args:
        ledger: the two records.
        wires: those the two hosts are plugged into.
        quad: the connection, the client's end first.
        since_s: when a wire was cut, or one of its segments was lost.
    """
    lost = _lost_at(ledger, quad, since_s)
    client, server = str(quad.local), str(quad.remote)
    aliases = frozenset(ledger.aliases)
    seen = Seen("tcp", client, server, quad.rport, quad.lport, since_s, lost=lost, aliases=aliases)
    first = "" if lost else first_mover(wires, seen) or "forward"
    after_s = math.nextafter(since_s, math.inf)  # an answer of that very moment came over the wire
    return testify(ledger, replace(seen, since_s=after_s, first=first))


def _lost_at(ledger: Ledger, quad: Quad, moment_s: float) -> str:
    """The direction of the segment that a wire lost at that moment: `forward`, `back`, or "" for none."""
    for row in ledger.drops:
        if row.time_s == moment_s and row.why is Why.LOST:
            if (row.packet.source, row.packet.sport) == (quad.local, quad.lport):
                return "forward"
            if (row.packet.source, row.packet.sport) == (quad.remote, quad.rport):
                return "back"
    return ""
