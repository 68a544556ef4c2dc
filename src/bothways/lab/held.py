"""A long-lived connection that keeps asking, and what becomes of it when its wire is cut."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.lab.call import Call
from bothways.lab.frames import TCP, Packet
from bothways.lab.tcp_segments import Quad
from bothways.lab.wire import Wire


@dataclass(eq=False)
class Held:
    """A connection whose client sends a request again and again, answered or not.

    Attributes:
        call: as the program sees it.
        every_s: pause between two requests.
    """

    call: Call
    every_s: float

    def start(self) -> None:
        """Plan the next request."""
        self.call.host.events.after(self.every_s, self._turn)

    def _turn(self) -> None:
        if not self.call.over:
            self.call.again()
            self.start()


def first_mover(wires: list[Wire], quad: Quad, since_s: float) -> str:
    """Who sent the first packet of a connection since then: `forward`, `back`, or "" for nobody.

    Args:
        wires: those the two hosts are plugged into.
        quad: the connection, the client's end first.
        since_s: frames before it do not count.
    """
    for tapped in sorted((one for wire in wires for one in wire.seen), key=lambda one: one.time_s):
        body = tapped.frame.body
        if tapped.time_s >= since_s and isinstance(body, Packet) and body.protocol == TCP:
            ends = (body.source, body.sport, body.destination, body.dport)
            if ends == (quad.local, quad.lport, quad.remote, quad.rport):
                return "forward"
            if ends == (quad.remote, quad.rport, quad.local, quad.lport):
                return "back"
    return ""
