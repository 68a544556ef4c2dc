"""A Catalyst 3560 or a router as a device: ports, routed interfaces, routes, log, SDM templates, life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address

from bothways.lab.arp import ArpEntry
from bothways.lab.config_tree import Rule
from bothways.lab.device import Device, Identity
from bothways.lab.eigrp import GROUP, GROUP_MAC, Eigrp
from bothways.lab.events import EventQueue
from bothways.lab.frames import BROADCAST, EIGRP, ICMP, ArpMessage, Frame, Packet, mac_bytes
from bothways.lab.ios import running
from bothways.lab.ios.clock import log_stamp
from bothways.lab.ios.editing import Editor, canonical
from bothways.lab.ios.forwarding import Way, find_way, hops_to_ask, is_own, routed
from bothways.lab.ios.lines import RULES
from bothways.lab.ios.routing import eigrp_links, own_routes, told_from_outside
from bothways.lab.ios.settings import AccessList, IosSettings, RouteMapEntry, Svi, compile_settings
from bothways.lab.ios.stack import Stack
from bothways.lab.ios.switching import MacEntry, Switching
from bothways.lab.ledger import Drop, Ledger, Why
from bothways.lab.leg import Leg
from bothways.lab.log import LogRecord
from bothways.lab.pinger import Pinger, PingRun
from bothways.lab.rib import Rib, Route
from bothways.lab.wire import Port

FORWARDING_S = 0.00005
BUFFER_BYTES = 4096
_SVI_MAC_OFFSET = 0x40


class IosDevice(Device):
    """A Catalyst 3560, or a router, whose every port is routed.

    Attributes:
        router: whether it is a router.
        switching: ports, VLANs, MAC addresses.
        settings: what the configuration says, typed.
        rib: the routing table.
        eigrp: the routing process.
        sdm_active, sdm_next: templates, as `sdm prefer` names them.
        stacks: what answers TCP and UDP on its own addresses.
        translated: packets that were translated.
    """

    platform = "cisco_ios"
    rules: Sequence[Rule] = RULES

    def __init__(
        self, identity: Identity, events: EventQueue, ledger: Ledger, startup_text: str, sdm: str = "default"
    ) -> None:
        super().__init__(identity, events, ledger, startup_text)
        self.router = not identity.model.startswith("WS-")
        self.settings = IosSettings()
        self.stacks: dict[IPv4Address, Stack] = {}
        self.translated = 0
        self.switching = Switching(events)
        self.rib = Rib()
        self.eigrp = Eigrp(events, self._routes_changed)
        self.sdm_active = sdm
        self.sdm_next = sdm
        self._mac = mac_bytes(identity.mac)
        self._legs: dict[str, Leg] = {}
        self._pinger = Pinger(events, self.source_for, self._is_own, self._originate)

    @property
    def default_hostname(self) -> str:
        """The name of a device that was given none."""
        return "Router" if self.router else "Switch"

    def stack(self, address: IPv4Address) -> Stack:
        """What speaks TCP from one of its addresses."""
        if address not in self.stacks:
            self.stacks[address] = Stack(f"{self.name}/{address}", address, self, self._originate)
        return self.stacks[address]

    def add_port(self, name: str) -> Port:
        """A socket at the front."""
        port = Port(self.name, name, self._receive, self._link_changed)
        self.switching.ports[name] = port
        return port

    @property
    def ports(self) -> dict[str, Port]:
        """The sockets at the front."""
        return self.switching.ports

    @property
    def svis(self) -> dict[str, Svi]:
        """Routed VLAN interfaces, by name."""
        return dict(self.settings.svis)

    @property
    def arp(self) -> list[ArpEntry]:
        """The ARP table."""
        return [entry for leg in self._legs.values() for entry in leg.arp.entries.values() if entry.mac]

    @property
    def mac_table(self) -> list[MacEntry]:
        """The MAC addresses, by VLAN."""
        return self.switching.table()

    @property
    def log_buffer(self) -> list[LogRecord]:
        """The messages in the buffer."""
        return self.log

    @property
    def route_maps(self) -> dict[str, tuple[RouteMapEntry, ...]]:
        """Route maps, by name."""
        return dict(self.settings.route_maps)

    @property
    def acls(self) -> dict[str, AccessList]:
        """Access lists, by name or number."""
        return dict(self.settings.acls)

    def routes(self) -> list[Route]:
        """The routing table."""
        return self.rib.routes()

    def interface_mac(self, name: str) -> bytes:
        """Of an SVI, or the base address."""
        return self._legs[name].mac if name in self._legs else self._mac

    def interface_up(self, name: str) -> bool:
        """Whether an SVI passes packets."""
        svi = self.settings.svis.get(name)
        return svi is not None and self._up(svi)

    def clear_arp(self) -> None:
        """Forget all neighbours, and ask them again at need."""
        for leg in self._legs.values():
            leg.arp.clear()

    def start_ping(
        self, destination: IPv4Address, count: int = 5, source: IPv4Address | None = None
    ) -> PingRun:
        """Send echo requests, one after the other; look at the run while time passes."""
        return self._pinger.start(destination, count, source)

    def running_text(self) -> str:
        """`show running-config`."""
        return running.render(self.config)

    def config_lines(self) -> list[str]:
        """The configuration without head and tail."""
        return running.lines_of(self.config)

    def canonical(self, line: str, _path: tuple[str, ...] = ()) -> str:
        """A route map with its action and sequence."""
        return canonical(line)

    def compile(self) -> None:
        """Settings, legs, routes, EIGRP."""
        if not self.up:
            return
        self.settings = compile_settings(self.config, routed=self.router)
        self.switching.settings = dict(self.settings.ports)
        for name, port in self.ports.items():
            one = self.settings.ports.get(name)
            port.set_enabled(one is None or not one.shutdown)
        for svi in self.settings.svis.values():
            leg = self._legs.get(svi.name) or self._new_leg(svi)
            if leg.address != svi.address:
                leg.address = svi.address
                leg.arp.clear()
        links = eigrp_links(self.settings, self._live(), self._speak)
        self.eigrp.configure(self.settings.eigrp, links, told_from_outside(self.settings))
        self._routes_changed()
        for name, hop in hops_to_ask(self.settings, self.rib):  # so that the first packet finds them
            if self._legs[name].arp.known(hop) is None:
                self._legs[name].arp.ask(hop)

    def write_log(self, severity: int, tag: str, text: str) -> None:
        """Into the buffer, and to those who watch."""
        stamp = log_stamp(self.config.root.first("service timestamps log ") or "uptime", self.uptime_s)
        record = LogRecord(self.events.now, severity, tag, text, stamp)
        self.record(record, BUFFER_BYTES)

    def _take(self, path: tuple[str, ...], line: str) -> str:
        editor = Editor(self.config, self.write_log, self.sdm_active, router=self.router)
        editor.sdm_next = self.sdm_next
        answer = editor.take(path, line)
        self.sdm_next = editor.sdm_next
        return answer

    def _power_off(self) -> None:
        for port in self.ports.values():
            port.set_enabled(False)
        self.eigrp.stop()
        self.clear_arp()
        self.switching.macs.clear()
        self.rib.install([])

    def _power_on(self) -> None:
        self.compile()
        self.write_log(5, "SYS-5-RESTART", "System restarted --")

    def boot(self) -> None:
        """Come up, on the template that was chosen last."""
        self.sdm_active = self.sdm_next
        super().boot()

    def _link_changed(self, port: Port) -> None:
        if not self.up:
            return
        state = "up" if port.up else "down"
        self.write_log(3, "LINK-3-UPDOWN", f"Interface {port.name}, changed state to {state}")
        if not port.up and port.name in self._legs:
            self._legs[port.name].arp.clear()
        elif not port.up:
            vlan = self.switching.vlan_of(port)
            self.switching.forget(port)
            if not self.switching.live(vlan) and f"Vlan{vlan}" in self._legs:
                self._legs[f"Vlan{vlan}"].arp.clear()
        self.compile()

    def _new_leg(self, svi: Svi) -> Leg:
        number = int.from_bytes(self._mac, "big") + _SVI_MAC_OFFSET + len(self._legs) + 1
        leg = Leg(
            svi.name,
            number.to_bytes(6, "big"),
            self.events,
            partial(self._transmit, svi.vlan or svi.name),
            lambda leg, packet: self._dropped(leg.name, packet, Why.NO_ADJACENCY),
        )
        self._legs[svi.name] = leg
        return leg

    def _transmit(self, out: int | str, frame: Frame) -> None:
        if isinstance(out, int):
            self.switching.bridge(out, frame, None)
        elif out in self.ports:
            self.ports[out].send(frame)

    def _up(self, svi: Svi) -> bool:
        if not self.up or svi.shutdown:
            return False
        if svi.vlan:
            return self.switching.live(svi.vlan)
        return svi.loopback or (svi.name in self.ports and self.ports[svi.name].up)

    def _receive(self, port: Port, frame: Frame) -> bool:
        if not self.up:
            return False
        if port.name in self.settings.svis:
            return self._receive_routed(self._legs[port.name], frame)
        self.switching.learn(port, frame)
        vlan = self.switching.vlan_of(port)
        leg = self._legs.get(f"Vlan{vlan}")
        ours = leg is not None and frame.destination == leg.mac
        bridged = not ours and self.switching.bridge(vlan, frame, port)
        if leg is not None and (ours or frame.destination in (BROADCAST, GROUP_MAC)):
            self._take_up(leg, frame)
        return ours or bridged

    def _receive_routed(self, leg: Leg, frame: Frame) -> bool:
        ours = frame.destination == leg.mac
        if ours or frame.destination in (BROADCAST, GROUP_MAC):
            self._take_up(leg, frame)
        return ours

    def _take_up(self, leg: Leg, frame: Frame) -> None:
        svi = self.settings.svis.get(leg.name)
        body = frame.body
        if svi is None or svi.shutdown or svi.address is None:
            if not isinstance(body, ArpMessage) and frame.destination == leg.mac:
                self._dropped(leg.name, body, Why.LINK_DOWN)
            return
        if isinstance(body, ArpMessage):
            leg.arp.receive(body)
        elif body.protocol == EIGRP and body.destination in (GROUP, svi.address.ip):
            self.eigrp.receive(leg.name, body)
        elif frame.destination == leg.mac:
            self.events.after(FORWARDING_S, lambda: self._route(svi.name, body))

    def _route(self, name: str, packet: Packet) -> None:
        svi = self.settings.svis.get(name)
        if not self.up or svi is None:
            self._dropped(name, packet, Why.LINK_DOWN if self.up else Why.DEVICE_DOWN)
            return
        way = find_way(self.settings, self.rib, self._legs, svi, packet)
        if way.packet is not None and way.packet != packet:
            self.translated += 1
            packet = way.packet
        if way.local:
            self._to_the_box(name, packet)
        elif way.why is not None:
            self._dropped(name, packet, way.why)
        elif packet.ttl <= 1:
            self._dropped(name, packet, Why.TTL)
        else:
            self._send(way, replace(packet, ttl=packet.ttl - 1))

    def _send(self, way: Way, packet: Packet) -> None:
        svi = self.settings.svis.get(way.interface)
        if svi is not None and svi.loopback:
            self._dropped(way.interface, packet, Why.LOOPBACK)
        elif svi is None or not self._up(svi) or way.next_hop is None:
            self._dropped(way.interface, packet, Why.LINK_DOWN)
        else:
            self._legs[svi.name].send(way.next_hop, packet)

    def _to_the_box(self, name: str, packet: Packet) -> None:
        if packet.protocol == ICMP and packet.icmp_type == 0 and self._pinger.take(packet):
            return
        if packet.protocol == ICMP and packet.icmp_type == 8:
            reply = replace(
                packet, source=packet.destination, destination=packet.source, icmp_type=0, ttl=255
            )
            self._originate(reply)
        elif packet.destination in self.stacks:
            self.stacks[packet.destination].take(packet)
        else:
            self._dropped(name, packet, Why.TO_THE_BOX)

    def _originate(self, packet: Packet) -> None:
        """Send a packet of our own: policy routing does not touch it."""
        if self._is_own(packet.destination):
            self.events.after(FORWARDING_S, lambda: self._to_the_box("", packet))
            return
        way = routed(self.settings, self.rib, packet.destination)
        if way.why is not None:
            self._dropped("", packet, way.why)
        else:
            self._send(way, packet)

    def source_for(self, destination: IPv4Address) -> IPv4Address | None:
        """The address from which it sends, unless told otherwise; None without a way."""
        svi = self.settings.svis.get(routed(self.settings, self.rib, destination).interface)
        return svi.address.ip if svi and svi.address else None

    def _is_own(self, destination: IPv4Address) -> bool:
        return is_own(self.settings, destination)

    def _dropped(self, interface: str, packet: Packet, why: Why) -> None:
        self.ledger.drop(Drop(self.events.now, self.name, interface, packet, why))

    def _live(self) -> dict[str, Svi]:
        return {name: svi for name, svi in self.settings.svis.items() if self._up(svi)}

    def _speak(self, name: str, packet: Packet) -> None:
        self._legs[name].speak(GROUP_MAC, packet)

    def _routes_changed(self) -> None:
        self.rib.install(own_routes(self.settings, self._live()) + self.eigrp.routes())
