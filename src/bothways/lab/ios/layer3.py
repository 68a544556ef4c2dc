"""Layer 3 of an IOS device: its legs, its routes, where a packet goes, and what is for the device itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address

from bothways.lab.device import Device
from bothways.lab.eigrp import GROUP, GROUP_MAC, Eigrp
from bothways.lab.eigrp_neighbour import Neighbour
from bothways.lab.frames import BROADCAST, EIGRP, ICMP, ArpMessage, Frame, Packet, mac_bytes
from bothways.lab.ios.forwarding import (
    Known,
    Way,
    aliased,
    find_way,
    hops_to_ask,
    is_own,
    policy_next_hop,
    routed,
)
from bothways.lab.ios.nat import FullTranslations
from bothways.lab.ios.routing import eigrp_links, own_routes, told_from_outside
from bothways.lab.ios.settings import IosSettings, Svi
from bothways.lab.ios.stack import Stack
from bothways.lab.ios.translations import Translations
from bothways.lab.ledger import Drop, Why
from bothways.lab.leg import Leg
from bothways.lab.pinger import Pinger
from bothways.lab.rib import Rib

FORWARDING_S = 0.00005
_SVI_MAC_OFFSET = 0x40


class Layer3:
    """The router within the device.

    Attributes:
        device: that it is a part of.
        settings: what the configuration says, typed.
        rib: the global routing table.
        vrfs: the others, by name.
        eigrp: the routing process.
        legs: routed interfaces, by name.
        stacks: what answers TCP and UDP on its own addresses.
        translated: packets that were translated.
        full: translations of connections.
        made: translations that packets of the inside made.
        pinger: its own echo requests.
    """

    def __init__(
        self, device: Device, carries: Callable[[Svi], bool], transmit: Callable[[int | str, Frame], None]
    ) -> None:
        self.device = device
        self.settings = IosSettings()
        self.rib = Rib()
        self.vrfs: dict[str, Rib] = {}
        self.eigrp = Eigrp(device.events, self._routes_changed, self._neighbour_changed)
        self.legs: dict[str, Leg] = {}
        self.stacks: dict[IPv4Address, Stack] = {}
        self.translated = 0
        self.full = FullTranslations()
        self.made = Translations(lambda: device.events.now)
        self.pinger = Pinger(device.events, self.source_for, self._is_own, self._originate)
        self._carries = carries
        self._transmit = transmit
        self._events = device.events
        self._mac = mac_bytes(device.identity.mac)

    def configure(self, settings: IosSettings) -> None:
        """Legs, routes and EIGRP as the configuration wants them now."""
        self.settings = settings
        self.full.keep(settings.nat)
        self.made.configure(settings.nat_sources, settings.nat, settings.nat_lifetimes)
        for svi in settings.svis.values():
            leg = self.legs.get(svi.name) or self._new_leg(svi)
            if leg.address != svi.address:
                leg.address = svi.address
                leg.arp.clear()
        links = eigrp_links(settings, self._live(), self._speak)
        self.eigrp.configure(settings.eigrp, links, told_from_outside(settings))
        self._routes_changed()
        for name, hop in hops_to_ask(settings, self.rib):  # so that the first packet finds them
            if self.legs[name].arp.known(hop) is None:
                self.legs[name].arp.ask(hop)

    def stop(self) -> None:
        """Lose all that a reload loses."""
        self.eigrp.stop()
        self.full.keep(())
        self.made.clear()
        self.forget_neighbours()
        self.rib.install([])
        self.vrfs.clear()

    def forget_neighbours(self, *names: str) -> None:
        """Forget those of some legs, or of all, and ask them again at need."""
        for name in names or tuple(self.legs):
            if name in self.legs:
                self.legs[name].arp.clear()

    def mac(self, name: str) -> bytes:
        """Of a leg, or the base address."""
        return self.legs[name].mac if name in self.legs else self._mac

    def stack(self, address: IPv4Address) -> Stack:
        """What speaks TCP from one of its addresses."""
        if address not in self.stacks:
            name = f"{self.device.name}/{address}"
            self.stacks[address] = Stack(name, address, self.device, self._originate)
        return self.stacks[address]

    def table(self, vrf: str) -> Rib:
        """The routes by which a packet of a table goes; "" for the global one."""
        return self.vrfs.get(vrf, Rib()) if vrf else self.rib

    def source_for(self, destination: IPv4Address) -> IPv4Address | None:
        """The address from which it sends, unless told otherwise; None without a way."""
        svi = self.settings.svis.get(routed(self.settings, self.rib, destination).interface)
        return svi.address.ip if svi and svi.address else None

    def wants(self, leg: Leg, frame: Frame) -> bool:
        """Whether a frame is for a leg; it is taken up when it is, or when it is for everybody."""
        ours = frame.destination == leg.mac
        if ours or frame.destination in (BROADCAST, GROUP_MAC):
            self._take_up(leg, frame)
        return ours

    def _new_leg(self, svi: Svi) -> Leg:
        number = int.from_bytes(self._mac, "big") + _SVI_MAC_OFFSET + len(self.legs) + 1
        leg = Leg(
            svi.name,
            number.to_bytes(6, "big"),
            self._events,
            partial(self._transmit, svi.vlan or svi.name),
            lambda leg, packet: self._dropped(leg.name, packet, Why.NO_ADJACENCY),
        )
        leg.arp.stands_in = partial(self._alias, leg)
        self.legs[svi.name] = leg
        return leg

    def _alias(self, leg: Leg, address: IPv4Address) -> bool:
        """Whether it answers ARP for an address that it translates: one of the leg's own network."""
        svi = self.settings.svis.get(leg.name)
        near = leg.address is not None and address in leg.address.network
        return near and svi is not None and aliased(self.settings, svi.nat, address)

    def _take_up(self, leg: Leg, frame: Frame) -> None:
        svi = self.settings.svis.get(leg.name)
        body = frame.body
        if svi is None or svi.shutdown or svi.address is None:
            if not isinstance(body, ArpMessage) and frame.destination == leg.mac:
                self._dropped(leg.name, body, Why.LINK_DOWN)
            return
        if isinstance(body, ArpMessage):
            leg.arp.receive(body)
        elif body.protocol == EIGRP and self._heeds(svi, body):
            self.eigrp.receive(leg.name, body)
        elif frame.destination == leg.mac:
            self._events.after(FORWARDING_S, lambda: self._route(svi.name, body))

    def _heeds(self, svi: Svi, packet: Packet) -> bool:
        """Whether a packet of another router reaches the routing process.

        Documented: policy routing is for unicast only, and takes even what is for the switch itself.
        """
        if packet.destination == GROUP:
            return True
        own = svi.address is not None and packet.destination == svi.address.ip
        return own and policy_next_hop(self.settings, self.rib, self.legs, svi, packet) is None

    def _route(self, name: str, packet: Packet) -> None:
        svi = self.settings.svis.get(name)
        if not self.device.up or svi is None:
            self._dropped(name, packet, Why.LINK_DOWN if self.device.up else Why.DEVICE_DOWN)
            return
        rib = self.table(svi.vrf)
        way = find_way(self.settings, Known(rib, self.legs, self.full, self.made), svi, packet)
        if way.packet is not None and way.packet != packet:
            self.translated += 1
            came, packet, told = packet, way.packet, self.device.ledger.stands_for
            told((came.source, came.sport), (packet.source, packet.sport))
            told((packet.destination, packet.dport), (came.destination, came.dport))
        if way.local:
            self._to_the_box(name, packet, svi.vrf)
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
        elif svi is None or not self._carries(svi) or way.next_hop is None:
            self._dropped(way.interface, packet, Why.LINK_DOWN)
        else:
            self.legs[svi.name].send(way.next_hop, packet)

    def _to_the_box(self, name: str, packet: Packet, vrf: str = "") -> None:
        if not vrf and packet.protocol == ICMP and packet.icmp_type == 0 and self.pinger.take(packet):
            return
        if packet.protocol == ICMP and packet.icmp_type == 8:
            reply = replace(
                packet, source=packet.destination, destination=packet.source, icmp_type=0, ttl=255
            )
            self._originate(reply, vrf)
        elif packet.destination in self.stacks and not vrf and packet.protocol != EIGRP:  # no neighbour's
            self.stacks[packet.destination].take(packet)
        else:
            self._dropped(name, packet, Why.TO_THE_BOX)

    def _originate(self, packet: Packet, vrf: str = "") -> None:
        """Send a packet of our own: policy routing does not touch it."""
        if is_own(self.settings, packet.destination, vrf):
            self._events.after(FORWARDING_S, lambda: self._to_the_box("", packet, vrf))
            return
        way = routed(self.settings, self.table(vrf), packet.destination)
        if way.why is not None:
            self._dropped("", packet, way.why)
        else:
            self._send(way, packet)

    def _is_own(self, destination: IPv4Address) -> bool:
        return is_own(self.settings, destination)

    def _dropped(self, interface: str, packet: Packet, why: Why) -> None:
        self.device.ledger.drop(Drop(self._events.now, self.device.name, interface, packet, why))

    def _live(self) -> dict[str, Svi]:
        return {name: svi for name, svi in self.settings.svis.items() if self._carries(svi)}

    def _speak(self, name: str, packet: Packet) -> None:
        self.legs[name].speak(GROUP_MAC, packet)

    def _neighbour_changed(self, neighbour: Neighbour, what: str) -> None:
        where = f"Neighbor {neighbour.address} ({neighbour.interface})"
        text = f"IP-EIGRP(0) {self.eigrp.number}: {where} is {what}"
        self.device.write_log(5, "DUAL-5-NBRCHANGE", text)

    def _routes_changed(self) -> None:
        live = self._live()
        self.rib.install(own_routes(self.settings, live) + self.eigrp.routes())
        self.vrfs = {name: Rib() for name in self.settings.vrfs}
        for name, rib in self.vrfs.items():
            rib.install(own_routes(self.settings, live, name))
