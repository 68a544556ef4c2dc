"""A firewall between two wires that nobody logs in to: it forwards frames, and follows connections."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.lab.events import EventQueue
from bothways.lab.frames import ACK, SYN, TCP, Frame, Packet
from bothways.lab.ledger import Drop, Ledger, Why
from bothways.lab.wire import Port

_Ends = frozenset[tuple[str, int]]


@dataclass(eq=False)
class TransparentFirewall:
    """Permits every new connection, in either direction, and only packets of those it saw begin.

    Attributes:
        name: of the firewall.
        inside, outside: its two sockets.
        log: what it permitted and denied, one line each.
    """

    name: str
    events: EventQueue
    ledger: Ledger
    log: list[str] = field(default_factory=list)
    inside: Port = field(init=False)
    outside: Port = field(init=False)
    _known: set[_Ends] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.inside = Port(self.name, "inside", self._receive)
        self.outside = Port(self.name, "outside", self._receive)

    def _receive(self, port: Port, frame: Frame) -> bool:
        body = frame.body
        if isinstance(body, Packet) and body.protocol == TCP and not self._permits(body):
            self.ledger.drop(Drop(self.events.now, self.name, port.name, body, Why.NO_CONNECTION))
            return True
        (self.outside if port is self.inside else self.inside).send(frame)
        return True

    def _permits(self, packet: Packet) -> bool:
        ends = frozenset(
            ((str(packet.source), packet.sport), (str(packet.destination), packet.dport)),
        )
        if packet.flags & (SYN | ACK) == SYN:
            self._known.add(ends)
        known = ends in self._known
        self.log.append(f"{'permitted' if known else 'denied'} {packet}")
        return known
