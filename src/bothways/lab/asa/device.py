"""The ASA as a device: interfaces, routes, log, life."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from ipaddress import IPv4Address

from bothways.lab.arp import ArpEntry
from bothways.lab.asa import running
from bothways.lab.asa.asp import AspDrops
from bothways.lab.asa.captures import Captures
from bothways.lab.asa.conn import Conn, opener_of
from bothways.lab.asa.deltas import Deltas
from bothways.lab.asa.editing import Editor, canonical
from bothways.lab.asa.firewall import Firewall, Hands
from bothways.lab.asa.legs import Legs
from bothways.lab.asa.lines import RULES
from bothways.lab.asa.policy import Policies
from bothways.lab.asa.routing import eigrp_links, own_routes, told_from_outside
from bothways.lab.asa.settings import AsaInterface, AsaSettings, compile_settings
from bothways.lab.asa.tracer import Tracing, trace_packet
from bothways.lab.config_tree import Rule
from bothways.lab.device import Device, Identity
from bothways.lab.eigrp import GROUP, GROUP_MAC, Eigrp
from bothways.lab.events import EventQueue
from bothways.lab.frames import BROADCAST, EIGRP, ICMP, ArpMessage, Frame, Packet, mac_bytes
from bothways.lab.ledger import Drop, Ended, Forged, Ledger, Why
from bothways.lab.log import LogRecord
from bothways.lab.pinger import Pinger, PingRun
from bothways.lab.rib import Route
from bothways.lab.wire import Port

FORWARDING_S = 0.0004
BUFFER_BYTES = 4096


class AsaDevice(Device):
    """An ASA 5505.

    Attributes:
        ports: its switch ports, by name.
        firewall: the packet path.
        eigrp: the routing process.
        settings: what the configuration says, typed.
        captures: the packet captures that stand.
    """

    platform = "cisco_asa"
    rules: Sequence[Rule] = RULES

    def __init__(
        self, identity: Identity, events: EventQueue, ledger: Ledger, startup_text: str, delta: str = ""
    ) -> None:
        super().__init__(identity, events, ledger, startup_text)
        self.ports: dict[str, Port] = {}
        self.settings = AsaSettings()
        self.firewall = Firewall(
            events,
            Hands(self._send, self._log_number, self._dropped, self._forged, self._ended, ledger.stands_for),
            Deltas(f"{identity.seed}/{identity.name}", delta),
        )
        self.captures = Captures(lambda: events.now, lambda name: self.settings.acls.get(name, ()))
        self.firewall.drops.told = self.captures.dropped
        self.eigrp = Eigrp(events, self._routes_changed, lambda _neighbour, _what: None)
        self._mac = mac_bytes(identity.mac)
        self._legs = Legs(self._mac, events, self._transmit, self.firewall.stands_for, self._no_answer)
        self._pinger = Pinger(events, self._source_for, self._is_own, self._originate)

    def add_port(self, name: str) -> Port:
        """A socket on the back."""
        port = Port(self.name, name, self._receive, lambda _port: self.compile())
        self.ports[name] = port
        return port

    @property
    def default_hostname(self) -> str:
        """The name of an ASA without `hostname`."""
        return "ciscoasa"

    @property
    def interfaces(self) -> dict[str, AsaInterface]:
        """The interfaces that have a name, by it."""
        return dict(self.settings.interfaces)

    @property
    def conns(self) -> list[Conn]:
        """The connection table, oldest first."""
        return list(self.firewall.conns.values())

    @property
    def most_used(self) -> int:
        """The highest number of connections since boot."""
        return self.firewall.most_used

    @property
    def asp_drops(self) -> AspDrops:
        """The drop counters."""
        return self.firewall.drops

    @property
    def arp(self) -> list[ArpEntry]:
        """The ARP table, interface by interface; `interface` is the nameif."""
        return self._legs.neighbours()

    def interface_mac(self, _nameif: str) -> bytes:
        """All VLAN interfaces of a 5505 have one address."""
        return self._mac

    def interface_up(self, nameif: str) -> bool:
        """Whether the interface passes packets."""
        one = self.settings.interfaces.get(nameif)
        return one is not None and self._up(one)

    def routes(self) -> list[Route]:
        """The routing table."""
        return self.firewall.rib.routes()

    def mpf(self) -> Policies:
        """The policies in service."""
        return self.settings.policies

    def clear_conns(self, chosen: Callable[[Conn], bool]) -> int:
        """Tear down the connections that are chosen; their number."""
        return self.firewall.clear(chosen)

    def clear_arp(self) -> None:
        """Forget all neighbours."""
        self._legs.forget_neighbours()

    def packet_tracer(self, ingress: str, packet: Packet) -> Tracing:
        """Ask what would become of a packet; a drop counts in the asp counters, as on the real one."""
        tracing = trace_packet(self.firewall, ingress, packet)
        if tracing.drop_reason:
            self.asp_drops.count(tracing.drop_reason, packet)
        return tracing

    def start_ping(self, destination: IPv4Address, count: int = 5) -> PingRun:
        """Send echo requests, one after the other; look at the run while time passes."""
        return self._pinger.start(destination, count)

    def running_text(self) -> str:
        """`show running-config`."""
        one = self.identity
        return running.render(self.config, one.version, one.model, one.serial, self.checksum)

    def config_lines(self) -> list[str]:
        """The configuration without head and tail."""
        return running.lines_of(self.config)

    def canonical(self, line: str, _path: tuple[str, ...] = ()) -> str:
        """A class map without `match-all`, which is its default."""
        return canonical(line)

    def compile(self) -> None:
        """Settings, legs, routes, EIGRP."""
        if not self.up:
            return
        self.settings = compile_settings(self.config)
        self.firewall.settings = self.settings
        self._legs.configure(self.settings)
        for name, port in self.ports.items():
            section = self.config.section((f"interface {name}",))
            port.set_enabled(section is None or not section.has("shutdown"))
        links = eigrp_links(self.settings, self._live(), self._speak)
        self.eigrp.configure(self.settings.eigrp, links, told_from_outside(self.settings))
        self._routes_changed()

    def write_log(self, severity: int, tag: str, text: str) -> None:
        """Into the buffer, as far as the configuration lets it."""
        settings = self.settings
        if not settings.logging or severity > settings.buffered:
            return
        stamp = f"{self.wall:%b %d %Y %H:%M:%S}: " if settings.timestamps else ""
        record = LogRecord(self.events.now, severity, tag, text, stamp)
        self.record(record, int(self.config.root.first("logging buffer-size ") or BUFFER_BYTES))

    def _take(self, path: tuple[str, ...], line: str) -> str:
        return Editor(self.config).take(path, line)

    def _power_off(self) -> None:
        for port in self.ports.values():
            port.set_enabled(False)
        self.eigrp.stop()
        self.firewall.forget()
        self.firewall.drops.forget()
        self.captures.forget()
        self.firewall.most_used = self.firewall.built = 0
        self.clear_arp()

    def _power_on(self) -> None:
        self.compile()

    def _up(self, one: AsaInterface) -> bool:
        return (
            self.up
            and not one.shutdown
            and any(self.ports[name].up for name in one.ports if name in self.ports)
        )

    def _transmit(self, hardware: str, frame: Frame) -> None:
        one = self.settings.hardware[hardware]
        if self._up(one):
            self.captures.passing(one.nameif, one.vlan, frame, came_in=False)
        for name in one.ports:
            if name in self.ports and self.ports[name].enabled and self.ports[name].wire:
                self.ports[name].send(frame)

    def _receive(self, port: Port, frame: Frame) -> bool:
        one = next((one for one in self.settings.hardware.values() if port.name in one.ports), None)
        if one is None or not one.nameif or one.shutdown or one.address is None:
            return False
        if frame.destination not in (self._mac, BROADCAST, GROUP_MAC):
            return False
        self.captures.passing(one.nameif, one.vlan, frame, came_in=True)
        body = frame.body
        if isinstance(body, ArpMessage):
            self._legs.hear(one.hardware, body)
        elif body.protocol == EIGRP and body.destination in (GROUP, one.address.ip):
            self.eigrp.receive(one.nameif, body)
        elif self._is_own(body.destination) and not self.firewall.knows(one.nameif, body):
            self._to_the_box(one, body)
        elif frame.destination == self._mac:
            self.events.after(FORWARDING_S, lambda: self._pass(one.nameif, body))
        return True

    def _pass(self, ingress: str, packet: Packet) -> None:
        if not self.up:
            self._dropped(ingress, packet, Why.DEVICE_DOWN)
        elif ingress not in self.settings.interfaces:
            self._dropped(ingress, packet, Why.LINK_DOWN)
        else:
            self.firewall.receive(ingress, packet)

    def _to_the_box(self, one: AsaInterface, packet: Packet) -> None:
        assert one.address is not None
        if packet.protocol == ICMP and packet.icmp_type == 0 and self._pinger.take(packet):
            return
        if packet.protocol == ICMP and packet.icmp_type == 8 and packet.destination == one.address.ip:
            self._originate(
                replace(packet, source=packet.destination, destination=packet.source, icmp_type=0, ttl=255)
            )
        else:
            self._dropped(one.nameif, packet, Why.TO_THE_BOX)

    def _originate(self, packet: Packet) -> None:
        """Send a packet of our own."""
        route = self.firewall.rib.lookup(packet.destination)
        if route is None:
            self._dropped("", packet, Why.NO_ROUTE)
        else:
            self._send(route.interface, route.next_hop or packet.destination, packet)

    def _source_for(self, destination: IPv4Address) -> IPv4Address | None:
        route = self.firewall.rib.lookup(destination)
        address = self.settings.interfaces[route.interface].address if route else None
        return address.ip if address else None

    def _is_own(self, destination: IPv4Address) -> bool:
        return any(one.address and one.address.ip == destination for one in self.interfaces.values())

    def _send(self, nameif: str, next_hop: IPv4Address, packet: Packet) -> None:
        one = self.settings.interfaces.get(nameif)
        if one is None or not self._up(one):
            self._dropped(nameif, packet, Why.LINK_DOWN)
        else:
            self._legs.send(one.hardware, next_hop, packet)

    def _no_answer(self, nameif: str, packet: Packet) -> None:
        self.asp_drops.count("no-adjacency", packet)
        self._dropped(nameif, packet, Why.NO_ADJACENCY)

    def _dropped(self, nameif: str, packet: Packet, why: Why) -> None:
        self.ledger.drop(Drop(self.events.now, self.name, nameif, packet, why))

    def _forged(self, reset: Packet) -> None:
        self.ledger.forged.append(Forged(self.events.now, self.name, reset))

    def _ended(self, conn: Conn, reason: str) -> None:
        self.ledger.ended.append(Ended(self.events.now, self.name, opener_of(conn), conn.embryonic, reason))

    def _log_number(self, severity: int, number: int, text: str) -> None:
        self.write_log(severity, f"ASA-{severity}-{number}", text)

    def _live(self) -> dict[str, AsaInterface]:
        return {name: one for name, one in self.settings.interfaces.items() if self._up(one)}

    def _speak(self, hardware: str, packet: Packet) -> None:
        self._legs.speak(hardware, GROUP_MAC, packet)

    def _routes_changed(self) -> None:
        self.firewall.rib.install(own_routes(self.settings, self._live()) + self.eigrp.routes())
