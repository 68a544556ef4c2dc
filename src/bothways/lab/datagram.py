"""A question and its answer in one datagram each, as a name service has them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.frames import Packet
from bothways.lab.host import Host
from bothways.lab.ledger import Why

QUESTION, ANSWER = b"who?", b"me."
_RETRY_S = 2.0
_TRIES = 3


def answer_datagrams(host: Host, port: int) -> None:
    """Let a host answer every datagram to a port from that port."""

    def asked(packet: Packet) -> None:
        host.send_udp(packet.source, packet.dport, packet.sport, ANSWER)

    host.udp[port] = asked


@dataclass(eq=False)
class Question:
    """A client's question, as a connected socket asks it: only the end that was called may answer.

    Attributes:
        result: "" while nothing returned; delivered or timeout.
    """

    host: Host
    server: IPv4Address
    port: int
    result: str = ""
    client_port: int = 0
    _tries: int = 0

    def start(self) -> None:
        """Ask, and ask again every two seconds, three times in all."""
        self.client_port = self.host.next_port()
        self.host.udp[self.client_port] = self._answered
        self._ask()

    def _ask(self) -> None:
        if self.result:
            return
        if self._tries == _TRIES:
            self._end("timeout")
            return
        self._tries += 1
        self.host.send_udp(self.server, self.client_port, self.port, QUESTION)
        self.host.events.after(_RETRY_S, self._ask)

    def _answered(self, packet: Packet) -> None:
        if packet.source != self.server:
            self.host.refuse(packet, Why.WRONG_SOURCE)
        elif packet.sport != self.port:
            self.host.refuse(packet, Why.UNEXPECTED)
        else:
            self._end("delivered")

    def _end(self, result: str) -> None:
        self.result = result
        self.host.udp.pop(self.client_port, None)
        self.host.note("udp", self.server, self.port, self.client_port, result)
