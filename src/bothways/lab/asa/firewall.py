"""The packet path of the ASA: connection table, state check, timers, messages.

Documented: 30 s for a handshake however often the SYN is repeated, 1 h idle, 10 min half closed, 2 min UDP,
2 s ICMP; class timeouts and policies hold for new connections only; a bypass connection is made by a packet
of either direction with any flags, and FIN or RST do not end it; TCP that belongs to no connection is
answered with a RST (`service resetoutbound`, on by default, also between interfaces of one level), except a
RST. Believed: the RST carries ACK, the peer's window and TTL 255, as seen in the field; a handshake refused
by an implicit rule is dropped in silence. The ASA does not count down the TTL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.asa import syslog
from bothways.lab.asa.announced import announced, asker
from bothways.lab.asa.asp import AspDrops
from bothways.lab.asa.building import new_conn
from bothways.lab.asa.conn import Conn, End, Key, key_of, reverse_key_of
from bothways.lab.asa.decision import Decision, decide, opens
from bothways.lab.asa.deltas import Deltas
from bothways.lab.asa.handshake import check, shifted
from bothways.lab.asa.lifetimes import Ends, Lifetimes
from bothways.lab.asa.nat import unmapping
from bothways.lab.asa.proxy import InOrder, ProxyHands
from bothways.lab.asa.refusal import messages
from bothways.lab.asa.reset import reset_for
from bothways.lab.asa.settings import AsaSettings
from bothways.lab.asa.showing import translate
from bothways.lab.asa.xlate import Xlate, Xlates
from bothways.lab.events import EventQueue
from bothways.lab.frames import ICMP, RST, TCP, UDP, Packet
from bothways.lab.ledger import Why
from bothways.lab.rib import Rib, Route

_ECHO, _ECHO_REPLY = 8, 0


@dataclass(frozen=True)
class Hands:
    """What the firewall asks of the box it lives in.

    Attributes:
        send: packet out of a nameif to a next hop.
        log: severity, number, text.
        drop: nameif, packet, why.
        forged: a RST that was sent in somebody's name.
        ended: a connection that went, and why.
        shown: a real address with its port, and what stands for it elsewhere.
    """

    send: Callable[[str, IPv4Address, Packet], None]
    log: Callable[[int, int, str], None]
    drop: Callable[[str, Packet, Why], None]
    forged: Callable[[Packet], None]
    ended: Callable[[Conn, str], None]
    shown: Callable[[tuple[IPv4Address, int], tuple[IPv4Address, int]], None]


class Firewall:
    """Connections and what they let pass.

    Attributes:
        conns: by the key of the initiator's packets, as they come in.
        xlates: the port translations.
        drops: the asp counters.
        most_used: the highest number of connections since boot.
    """

    def __init__(self, events: EventQueue, hands: Hands, deltas: Deltas) -> None:
        self.settings = AsaSettings()
        self.rib = Rib()
        self.conns: dict[Key, Conn] = {}
        self.xlates = Xlates(events, self._told_of_xlate)
        self.drops = AspDrops()
        self.most_used = 0
        self.built = 0
        self._events = events
        self._hands = hands
        self._deltas = deltas
        ends = Ends(lambda conn: self.conns.get(conn.key) is conn, self._speak_to, self._end)
        self._lifetimes = Lifetimes(events, ends)
        self._answered: dict[Key, Conn] = {}  # the same connections, by the ends their answers name

    def receive(self, ingress: str, packet: Packet) -> None:
        """Take a packet that is meant for somebody else."""
        conn, from_initiator = self.lookup(packet)
        conn = conn or self._open_announced(packet)
        if conn is None or not self._covers(conn, from_initiator=from_initiator):
            self._first(ingress, packet, asker(conn, ingress))
            return
        end = conn.initiator if from_initiator else conn.responder
        if end.interface != ingress:
            self._spoofed(ingress, packet)
            return
        self._continue(ingress, conn, packet, from_initiator=from_initiator)

    def _spoofed(self, ingress: str, packet: Packet) -> None:
        """A packet of a connection of another interface; its counter without reverse-path is believed."""
        if ingress in self.settings.reverse_path:
            self._log(syslog.reverse_path(packet, ingress))
            self._drop(ingress, packet, Why.SPOOF, "rpf-violated")
        else:
            self._log(syslog.spoofed(packet, ingress))
            self._drop(ingress, packet, Why.SPOOF, "sp-security-failed")

    def lookup(self, packet: Packet) -> tuple[Conn | None, bool]:
        """The connection of a packet, and whether the packet comes from its initiator."""
        conn = self.conns.get(key_of(packet))
        if conn is not None:
            return conn, True
        return self._answered.get(reverse_key_of(packet)), False

    def stands_for(self, nameif: str, address: IPv4Address) -> bool:
        """Whether a translation shows somebody under this address on that interface: proxy ARP answers."""
        return any(rule.shows(nameif, address) for rule in self.settings.nat)

    def clear(self, chosen: Callable[[Conn], bool]) -> int:
        """Tear down connections at an administrator's wish; their number."""
        gone = [conn for conn in self.conns.values() if chosen(conn)]
        for conn in gone:
            self._end(conn, "Xlate Clear")  # believed: the guide's words for an administrator's doing
        return len(gone)

    def clear_xlates(self) -> None:
        """`clear xlate`: the translations go, and with them the connections that used any."""
        self.clear(lambda conn: conn.initiator_shown is not None or conn.responder_shown is not None)
        self.xlates.clear()

    def forget(self) -> None:
        """A mate without this unit's state takes over, or the unit boots: all is gone, without a message."""
        for conn in self.conns.values():
            if conn.timer is not None:
                conn.timer.cancel()
            self._hands.ended(conn, "state lost")
        self.conns.clear()
        self._answered.clear()
        self.xlates = Xlates(self._events, self._told_of_xlate)

    def _told_of_xlate(self, one: Xlate, made: bool) -> None:
        lived_s = None if made else self._events.now - one.created_s
        self._log(syslog.translation(one.protocol_name, one.real, one.mapped, lived_s))

    def _covers(self, conn: Conn, *, from_initiator: bool) -> bool:
        """Without inspection an echo reply is a packet like any other: rules decide, not the connection."""
        return conn.protocol != ICMP or from_initiator or conn.takes_replies

    def knows(self, ingress: str, packet: Packet) -> bool:
        """Whether a packet for an address of the firewall belongs to somebody behind it."""
        known = self.lookup(packet)[0] or announced(self.conns.values(), packet)
        return known is not None or unmapping(self.settings.nat, ingress, packet) is not None

    def _open_announced(self, packet: Packet) -> Conn | None:
        conn = announced(self.conns.values(), packet)
        if conn is not None:
            self.built += 1
            conn.number = self.built
            self.xlates.share(conn)
            self._enter(conn)
        return conn

    def _first(self, ingress: str, packet: Packet, hidden: IPv4Address | None = None) -> None:
        decision = decide(self.settings, self.rib, ingress, packet, hidden)
        for acl, permitted in decision.logged:
            self._log(syslog.acl_logged(packet, ingress, decision.egress, acl, permitted=permitted))
        if decision.why is not None:
            self._refuse(ingress, packet, decision)
            return
        assert decision.route is not None
        if packet.protocol in (TCP, UDP) or (packet.protocol == ICMP and packet.icmp_type == _ECHO):
            conn = self._build(ingress, packet, decision)
            self._continue(ingress, conn, packet, from_initiator=True)
        else:
            self._forward(decision.egress, decision.route, decision.untracked(packet))

    def _refuse(self, ingress: str, packet: Packet, decision: Decision) -> None:
        assert decision.why is not None
        for message in messages(ingress, packet, decision):
            self._log(message)
        self._drop(ingress, packet, decision.why, decision.asp)
        if packet.protocol == TCP and decision.why in (Why.NO_CONNECTION, Why.ACL):
            self._answer_with_reset(ingress, decision, packet)

    def _answer_with_reset(self, ingress: str, decision: Decision, packet: Packet) -> None:
        levels = self.settings.interfaces
        if packet.flags & RST or decision.egress not in levels:
            return
        outbound = levels[ingress].security >= levels[decision.egress].security
        if ingress not in (self.settings.reset_outbound if outbound else self.settings.reset_inbound):
            return
        back = self.rib.lookup(packet.source)
        if back is not None and back.interface == ingress:
            reset = reset_for(packet)
            self._hands.forged(reset)
            self._hands.send(ingress, back.next_hop or packet.source, reset)

    def _build(self, ingress: str, packet: Packet, decision: Decision) -> Conn:
        self.built += 1
        conn = new_conn(self.built, ingress, packet, decision, self.settings)
        if conn.client_isn is not None and decision.treatment.randomise:
            levels = self.settings.interfaces
            came, goes = levels[ingress].security, levels[decision.egress].security
            conn.client_delta = self._deltas.next() if came >= goes else 0
            conn.server_delta = self._deltas.next() if goes >= came else 0
        if conn.client_isn is not None and decision.treatment.in_order:
            conn.queues = (self._queue(conn.initiator), self._queue(conn.responder))
        self._translate(conn, decision, packet)
        self._enter(conn)
        return conn

    def _enter(self, conn: Conn) -> None:
        conn.created_s = conn.last_s = self._events.now
        self.conns[conn.key] = conn
        self._answered[conn.far_key] = conn
        self.most_used = max(self.most_used, len(self.conns))
        self._log(syslog.built(conn))
        self._lifetimes.watch(conn)

    def _translate(self, conn: Conn, decision: Decision, packet: Packet) -> None:
        """Under which ends the two sides know each other."""
        translate(conn, decision, packet, self.settings, self.xlates)
        for end in (conn.initiator, conn.responder):
            shown = conn.mapped(end)
            self._hands.shown((end.address, end.port), (shown.address, shown.port))

    def _continue(self, ingress: str, conn: Conn, packet: Packet, *, from_initiator: bool) -> None:
        verdict_ends = ""
        if self._lifetimes.probes.take(conn, packet, from_initiator=from_initiator):
            return
        if conn.protocol == TCP and not conn.bypass:
            before = conn.expires_s
            verdict = check(conn, packet, from_initiator=from_initiator)
            if verdict.why is not None:
                if verdict.asp == "tcp-seq-syn-diff" and opens(packet):
                    self._log(syslog.different_isn(packet, ingress, conn.responder.interface))
                self._drop(ingress, packet, verdict.why, verdict.asp)
                return
            verdict_ends = verdict.ends
            if conn.fins:
                half_closed = self.settings.timeouts.half_closed
                conn.idle_limit_s = conn.timeouts.get("half-closed", half_closed)
            if conn.expires_s < before:
                self._lifetimes.watch(conn)
        queue = conn.queues[0 if from_initiator else 1] if conn.queues else None
        for one in queue.take(packet) if queue else (packet,):
            self._pass_on(ingress, conn, one, from_initiator=from_initiator)
        if verdict_ends:
            self._end(conn, verdict_ends)

    def _pass_on(self, ingress: str, conn: Conn, packet: Packet, *, from_initiator: bool) -> None:
        conn.count(packet, self._events.now, from_initiator=from_initiator)
        out = conn.responder if from_initiator else conn.initiator
        route = self._way(conn, out)
        if route is None or route.interface != out.interface:
            self._log(syslog.no_next_hop(packet, ingress))
            self._drop(ingress, packet, Why.NO_ROUTE, "no-route")
        else:
            passed = shifted(conn, packet, from_initiator=from_initiator)
            conn.hear(packet, passed, from_initiator=from_initiator)
            self._forward(out.interface, route, conn.translated(passed, from_initiator=from_initiator))

    def _way(self, conn: Conn, end: End) -> Route | None:
        """The next hop to an end; a translation has settled the way out, routes elsewhere do not count."""
        shown = conn.initiator_shown if end is conn.initiator else conn.responder_shown
        return self.rib.lookup(end.address, end.interface if shown else "")

    def _queue(self, end: End) -> InOrder:
        """What puts the segments of one end in order; it answers that end in the name of the other."""

        def drop(packet: Packet, why: Why, asp: str) -> None:
            self._drop(end.interface, packet, why, asp)

        return InOrder(self._events, ProxyHands(lambda packet: self._speak_to(end, packet), drop))

    def _forward(self, egress: str, route: Route, packet: Packet) -> None:
        self._hands.send(egress, route.next_hop or packet.destination, packet)

    def _speak_to(self, end: End, packet: Packet) -> None:
        """A packet of our own to an end of a connection."""
        route = self.rib.lookup(end.address)
        if route is not None and route.interface == end.interface:
            self._forward(end.interface, route, packet)

    def _end(self, conn: Conn, reason: str) -> None:
        self.conns.pop(conn.key, None)
        self._answered.pop(conn.far_key, None)
        self.xlates.release(conn)
        self._hands.ended(conn, reason)
        self._log(syslog.torn_down(conn, self._events.now, reason))

    def _drop(self, ingress: str, packet: Packet, why: Why, asp: str) -> None:
        self.drops.count(asp, packet)
        self._hands.drop(ingress, packet, why)

    def _log(self, message: tuple[int, str]) -> None:
        number, text = message
        self._hands.log(syslog.SEVERITY[number], number, text)
