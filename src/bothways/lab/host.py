"""A host: one interface, a gateway, static routes, sockets."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from bothways.lab.arp import REQUEST
from bothways.lab.call import Call
from bothways.lab.ctcp import CtcpEnd
from bothways.lab.events import EventQueue
from bothways.lab.frames import (
    ACK,
    BROADCAST,
    ICMP,
    NO_MAC,
    RST,
    SEQUENCE_SPACE,
    SYN,
    TCP,
    UDP,
    ArpMessage,
    Frame,
    Packet,
    arp_frame,
)
from bothways.lab.ledger import Drop, Ledger, SocketResult, Why
from bothways.lab.leg import Leg
from bothways.lab.rib import Rib, Route
from bothways.lab.tcp import WINDOW, Tcb
from bothways.lab.tcp_segments import Calls, Quad, State, answer_to_stray
from bothways.lab.team import Team
from bothways.lab.wire import Port

EPHEMERAL = 49152
PING_TIMEOUT_S = 2.0
UdpHandler = Callable[[Packet], None]


@dataclass(frozen=True, slots=True)
class Card:
    """A network card: its MAC address, and the IP address with its mask."""

    mac: bytes
    address: IPv4Interface


class Host:
    """A computer.

    Attributes:
        name: in the topology.
        address: with its mask.
        team: its network cards, one as a rule.
        routes: gateway and static routes.
        listeners: answer to a request, by TCP port.
        udp: handlers by UDP port.
        window: of its TCP.
        ctcp: TCP ports, its own or a server's, on which it speaks cTCP.
    """

    def __init__(self, name: str, card: Card, events: EventQueue, ledger: Ledger, seed: str) -> None:
        address = card.address
        self.name = name
        self.address = address
        self.events = events
        self.ledger = ledger
        self.team = Team(str(address.ip), self._receive, self._announce)
        self.leg = Leg("eth0", card.mac, events, self.team.send, self._no_answer, address)
        self.routes = Rib()
        self._static: list[Route] = [Route(address.network, None, "eth0", "connected")]
        self.listeners: dict[int, Callable[[bytes], bytes]] = {}
        self.udp: dict[int, UdpHandler] = {}
        self.window = WINDOW
        self.ctcp: frozenset[int] = frozenset()
        self._tcbs: dict[Quad, Tcb] = {}
        self._echoes: dict[tuple[int, int], Callable[[], None]] = {}
        self._random = random.Random(f"{seed}/{name}")
        self._next_port = EPHEMERAL + self._random.randrange(1000)
        self._next_echo = 0
        self._ident = 0
        self.routes.install(self._static)

    def set_gateway(self, gateway: IPv4Address) -> None:
        """The default route."""
        self.drop_route(IPv4Network("0.0.0.0/0"))
        self.add_route(IPv4Network("0.0.0.0/0"), gateway)

    def add_route(self, network: IPv4Network, next_hop: IPv4Address) -> None:
        """A route, as an administrator of the host adds it."""
        self._static.append(Route(network, next_hop, "eth0", "static", 1))
        self.routes.install(self._static)

    def drop_route(self, network: IPv4Network) -> None:
        """Take a route away."""
        self._static = [one for one in self._static if one.network != network or one.next_hop is None]
        self.routes.install(self._static)

    def next_port(self) -> int:
        """A fresh ephemeral port."""
        self._next_port += 1
        return self._next_port

    def call(
        self, server: IPv4Address, port: int, client_port: int | None = None, *, keep: bool = False
    ) -> Call:
        """Connect to a server and ask for a page."""
        quad = Quad(self.address.ip, client_port or self.next_port(), server, port)
        one = Call(self, quad, keep)
        one.start()
        return one

    def ping(self, server: IPv4Address, answered: Callable[[], None]) -> None:
        """Send one echo request."""
        self._next_echo += 1
        ident, sequence = 0x0100, self._next_echo & 0xFFFF

        def silent() -> None:
            del self._echoes[(ident, sequence)]
            self.note("icmp", server, 0, 0, "timeout")

        def replied() -> None:
            silence.cancel()
            self.note("icmp", server, 0, 0, "delivered")
            answered()

        silence = self.events.after(PING_TIMEOUT_S, silent)
        self._echoes[(ident, sequence)] = replied
        self.send(
            Packet(
                self.address.ip, server, ICMP, ttl=128, sport=ident, dport=ident, seq=sequence,
                icmp_type=8, icmp_code=0, data=b"abcdefghijklmnopqrstuvwabcdefghi",
            )
        )  # fmt: skip

    def send_udp(self, server: IPv4Address, sport: int, dport: int, data: bytes) -> None:
        """Send a datagram."""
        self.send(Packet(self.address.ip, server, UDP, ttl=128, sport=sport, dport=dport, data=data))

    def new_tcb(self, quad: Quad, calls: Calls) -> Tcb:
        """A connection with a fresh initial sequence number."""
        kind = CtcpEnd if self.ctcp & {quad.lport, quad.rport} else Tcb
        tcb = kind(quad, self._random.randrange(SEQUENCE_SPACE), self.events, calls)
        tcb.window = self.window
        self._tcbs[quad] = tcb
        return tcb

    def forget(self, quad: Quad) -> None:
        """The connection is over."""
        self._tcbs.pop(quad, None)

    def connections(self) -> list[Tcb]:
        """The connections that are there."""
        return list(self._tcbs.values())

    def send(self, packet: Packet) -> None:
        """Send a packet to where the routes lead."""
        route = self.routes.lookup(packet.destination)
        if route is None:
            self.refuse(packet, Why.NO_ROUTE)
            return
        self._ident = (self._ident + 1) & 0xFFFF
        self.leg.send(route.next_hop or packet.destination, replace(packet, ident=self._ident))

    def refuse(self, packet: Packet, why: Why) -> None:
        """Write down a packet that went no further here."""
        self.ledger.drop(Drop(self.events.now, str(self.address.ip), "eth0", packet, why))

    def note(self, protocol: str, server: IPv4Address, port: int, client_port: int, result: str) -> None:
        """Write down what a socket returned."""
        own = str(self.address.ip)
        self.ledger.result(
            SocketResult(self.events.now, own, protocol, own, str(server), port, client_port, result)
        )

    def _announce(self) -> None:
        """Tell everybody where this host lives now, unasked."""
        own = self.address.ip
        message = ArpMessage(REQUEST, self.leg.mac, own, NO_MAC, own)
        self.team.send(arp_frame(self.leg.mac, BROADCAST, message))

    def _no_answer(self, _leg: Leg, packet: Packet) -> None:
        self.refuse(packet, Why.NO_ADJACENCY)

    def _receive(self, _port: Port, frame: Frame) -> bool:
        if frame.destination not in (self.leg.mac, BROADCAST):
            return False
        if isinstance(frame.body, ArpMessage):
            self.leg.arp.receive(frame.body)
        elif frame.body.destination == self.address.ip:
            self._packet(frame.body)
        elif frame.destination == self.leg.mac:
            self.refuse(frame.body, Why.NO_ROUTER)
        return True

    def _packet(self, packet: Packet) -> None:
        if packet.protocol == TCP:
            self._segment(packet)
        elif packet.protocol == UDP:
            handler = self.udp.get(packet.dport)
            if handler is None:
                self.refuse(packet, Why.CLOSED_PORT)
            else:
                handler(packet)
        elif packet.protocol == ICMP:
            self._echo(packet)

    def _echo(self, packet: Packet) -> None:
        if packet.icmp_type == 8:
            self.send(
                replace(packet, source=self.address.ip, destination=packet.source, icmp_type=0, ttl=128)
            )
        elif packet.icmp_type == 0:
            answered = self._echoes.pop((packet.sport, packet.seq), None)
            if answered is not None:
                answered()

    def _segment(self, packet: Packet) -> None:
        quad = Quad(packet.destination, packet.dport, packet.source, packet.sport)
        tcb = self._tcbs.get(quad)
        if tcb is not None:
            tcb.receive(packet)
        elif packet.dport in self.listeners and packet.flags & (SYN | RST) == SYN and not packet.flags & 0x11:
            self._accept(quad, packet)
        else:
            self.refuse(packet, self._why_not(quad, packet))
            reset = answer_to_stray(packet)
            if reset is not None:
                self.send(reset)

    def _why_not(self, quad: Quad, packet: Packet) -> Why:
        """Why a segment fits no connection."""
        if packet.flags & (SYN | ACK) == SYN | ACK and any(
            tcb.state is State.SYN_SENT and one.lport == quad.lport  # a translated port is another end, too
            for one, tcb in self._tcbs.items()
        ):
            return Why.WRONG_SOURCE
        closed = packet.flags & SYN and packet.dport not in self.listeners
        return Why.CLOSED_PORT if closed else Why.UNEXPECTED

    def _accept(self, quad: Quad, syn: Packet) -> None:
        handler = self.listeners[quad.lport]
        tcb = self.new_tcb(
            quad,
            Calls(
                self.send,
                self.refuse,
                lambda: None,
                lambda data: tcb.write(handler(data)),
                lambda _how: self.forget(quad),
            ),
        )
        tcb.answer(syn)


def web_page(_request: bytes) -> bytes:
    """What every web server of the lab answers."""
    return b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"


@dataclass
class Pings:
    """Echo requests of a host.

    Attributes:
        sent, received: their numbers.
        round_trips_s: of those that were answered.
    """

    sent: int = 0
    received: int = 0
    round_trips_s: list[float] = field(default_factory=list)
