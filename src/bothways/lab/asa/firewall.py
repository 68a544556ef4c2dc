"""The packet path of the ASA: connection table, state check, timers, messages.

Documented: 30 s for a handshake however often the SYN is repeated, 1 h idle, 10 min half closed, 2 min UDP,
2 s ICMP; class timeouts and policies hold for new connections only; a bypass connection is made by a packet
of either direction with any flags, and FIN or RST do not end it; TCP that belongs to no connection is
answered with a RST (`service resetoutbound`, on by default, also between interfaces of one level), except a
RST. Believed: the RST carries ACK, the peer's window and TTL 255, as seen in the field; a handshake refused
by an implicit rule is dropped in silence. The ASA does not count down the TTL.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.asa import syslog
from bothways.lab.asa.asp import AspDrops
from bothways.lab.asa.conn import Conn, End, Key, key_of, reverse_key_of
from bothways.lab.asa.decision import Decision, decide, opens
from bothways.lab.asa.deltas import Deltas
from bothways.lab.asa.handshake import check, shifted
from bothways.lab.asa.policy import PolicyMap
from bothways.lab.asa.proxy import InOrder, ProxyHands
from bothways.lab.asa.reset import reset_for
from bothways.lab.asa.settings import AsaSettings
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
    """

    send: Callable[[str, IPv4Address, Packet], None]
    log: Callable[[int, int, str], None]
    drop: Callable[[str, Packet, Why], None]


class Firewall:
    """Connections and what they let pass.

    Attributes:
        conns: by the key of the initiator's direction.
        drops: the asp counters.
        most_used: the highest number of connections since boot.
    """

    def __init__(self, events: EventQueue, hands: Hands, deltas: Deltas) -> None:
        self.settings = AsaSettings()
        self.rib = Rib()
        self.conns: dict[Key, Conn] = {}
        self.drops = AspDrops()
        self.most_used = 0
        self.built = 0
        self._events = events
        self._hands = hands
        self._deltas = deltas

    def receive(self, ingress: str, packet: Packet) -> None:
        """Take a packet that is meant for somebody else."""
        conn, from_initiator = self.lookup(packet)
        if conn is None or not self._covers(conn, from_initiator=from_initiator):
            self._first(ingress, packet)
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
        return self.conns.get(reverse_key_of(packet)), False

    def clear(self, chosen: Callable[[Conn], bool]) -> int:
        """Tear down connections at an administrator's wish; their number."""
        gone = [conn for conn in self.conns.values() if chosen(conn)]
        for conn in gone:
            self._end(conn, "Xlate Clear")  # believed: the guide's words for an administrator's doing
        return len(gone)

    def _covers(self, conn: Conn, *, from_initiator: bool) -> bool:
        """Without inspection an echo reply is a packet like any other: rules decide, not the connection."""
        if conn.protocol != ICMP or from_initiator:
            return True
        return any("icmp" in one.inspects for policy in self._served() for one in policy.classes)

    def _served(self) -> list[PolicyMap]:
        policies = self.settings.policies
        return [policies.maps[name] for name in policies.services.values() if name in policies.maps]

    def _first(self, ingress: str, packet: Packet) -> None:
        decision = decide(self.settings, self.rib, ingress, packet)
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
            self._forward(decision.egress, decision.route, packet)

    def _refuse(self, ingress: str, packet: Packet, decision: Decision) -> None:
        assert decision.why is not None
        if decision.why is Why.NO_CONNECTION:
            self._log(syslog.no_connection(packet, ingress))
        elif decision.why is Why.ACL:
            if not (decision.ace and decision.ace.log):
                self._log(syslog.acl_denied(packet, ingress, decision.egress, decision.acl))
        elif decision.why is Why.LAND:
            self._log(syslog.land_attack(packet))
        elif decision.why is Why.REVERSE_PATH:
            self._log(syslog.reverse_path(packet, ingress))
        elif decision.why is Why.NO_ROUTE:
            self._log(syslog.no_next_hop(packet, ingress))
        else:
            self._log(syslog.inbound_denied(packet, ingress, decision.egress))
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
            self._hands.send(ingress, back.next_hop or packet.source, reset_for(packet))

    def _build(self, ingress: str, packet: Packet, decision: Decision) -> Conn:
        levels = self.settings.interfaces
        came, goes = levels[ingress].security, levels[decision.egress].security
        treatment, timeouts = decision.treatment, self.settings.timeouts
        dport = 0 if packet.protocol == ICMP else packet.dport
        self.built += 1
        conn = Conn(
            number=self.built,
            protocol=packet.protocol,
            initiator=End(ingress, packet.source, packet.sport),
            responder=End(decision.egress, packet.destination, dport),
            inbound=came <= goes,
            created_s=self._events.now,
            last_s=self._events.now,
            bypass=treatment.bypass,
            timeouts=treatment.timeouts,
            idle_reset=treatment.idle_reset,
            embryonic_s=treatment.timeouts.get("embryonic", timeouts.embryonic),
            classes=treatment.classes,
            module=treatment.module,
        )
        idle = {UDP: timeouts.udp, ICMP: timeouts.icmp}.get(packet.protocol, timeouts.conn)
        conn.idle_limit_s = treatment.timeouts.get("idle", idle) if packet.protocol == TCP else idle
        if packet.protocol == TCP and not treatment.bypass:
            conn.client_isn = packet.seq
            if treatment.randomise:
                conn.client_delta = self._deltas.next() if came >= goes else 0
                conn.server_delta = self._deltas.next() if goes >= came else 0
            if treatment.in_order:
                conn.queues = (self._queue(conn.initiator), self._queue(conn.responder))
        self.conns[conn.key] = conn
        self.most_used = max(self.most_used, len(self.conns))
        self._log(syslog.built(conn))
        self._watch(conn)
        return conn

    def _continue(self, ingress: str, conn: Conn, packet: Packet, *, from_initiator: bool) -> None:
        verdict_ends = ""
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
                self._watch(conn)
        queue = conn.queues[0 if from_initiator else 1] if conn.queues else None
        for one in queue.take(packet) if queue else (packet,):
            self._pass_on(ingress, conn, one, from_initiator=from_initiator)
        if verdict_ends:
            self._end(conn, verdict_ends)

    def _pass_on(self, ingress: str, conn: Conn, packet: Packet, *, from_initiator: bool) -> None:
        conn.count(packet, self._events.now, from_initiator=from_initiator)
        out = conn.responder if from_initiator else conn.initiator
        route = self.rib.lookup(packet.destination)
        if route is None or route.interface != out.interface:
            self._log(syslog.no_next_hop(packet, ingress))
            self._drop(ingress, packet, Why.NO_ROUTE, "no-route")
        else:
            self._forward(out.interface, route, shifted(conn, packet, from_initiator=from_initiator))

    def _queue(self, end: End) -> InOrder:
        """What puts the segments of one end in order; it answers that end in the name of the other."""

        def answer(packet: Packet) -> None:
            route = self.rib.lookup(end.address)
            if route is not None and route.interface == end.interface:
                self._forward(end.interface, route, packet)

        def drop(packet: Packet, why: Why, asp: str) -> None:
            self._drop(end.interface, packet, why, asp)

        return InOrder(self._events, ProxyHands(answer, drop))

    def _forward(self, egress: str, route: Route, packet: Packet) -> None:
        self._hands.send(egress, route.next_hop or packet.destination, packet)

    def _watch(self, conn: Conn) -> None:
        """Look again when it would be over; until then traffic only moves that moment on."""
        if conn.timer is not None:
            conn.timer.cancel()
        if conn.expires_s < math.inf:
            conn.timer = self._events.at(conn.expires_s, lambda: self._expire(conn))

    def _expire(self, conn: Conn) -> None:
        if self.conns.get(conn.key) is not conn:
            return
        if conn.expires_s > self._events.now:
            self._watch(conn)
            return
        if conn.embryonic:
            reason = "SYN Timeout"
        elif conn.fins:
            reason = "FIN Timeout"
        elif conn.idle_reset:
            reason = "Flow timed out with reset"
            self._reset_both(conn)
        else:
            reason = "Conn-timeout"
        self._end(conn, reason)

    def _reset_both(self, conn: Conn) -> None:
        """RST to both ends of an idle connection; numbers are not kept, so the ends may doubt them."""
        for end, peer in ((conn.initiator, conn.responder), (conn.responder, conn.initiator)):
            route = self.rib.lookup(end.address)
            if route is not None:
                reset = Packet(
                    peer.address, end.address, TCP, ttl=255, sport=peer.port, dport=end.port, flags=RST
                )
                self._hands.send(end.interface, route.next_hop or end.address, reset)

    def _end(self, conn: Conn, reason: str) -> None:
        self.conns.pop(conn.key, None)
        self._log(syslog.torn_down(conn, self._events.now, reason))

    def _drop(self, ingress: str, packet: Packet, why: Why, asp: str) -> None:
        self.drops.count(asp)
        self._hands.drop(ingress, packet, why)

    def _log(self, message: tuple[int, str]) -> None:
        number, text = message
        self._hands.log(syslog.SEVERITY[number], number, text)
