"""The routed interfaces of an ASA: their names, their neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Address

from bothways.lab.arp import ArpEntry
from bothways.lab.asa.settings import AsaSettings
from bothways.lab.events import EventQueue
from bothways.lab.frames import ArpMessage, Frame, Packet
from bothways.lab.leg import Leg


class Legs:
    """Legs by hardware name, which the configuration gives a `nameif`.

    Args:
        mac: all VLAN interfaces of a 5505 have one address.
        transmit: puts a frame out of an interface.
        stands_for: whether a translation shows somebody under an address on an interface with that name.
        no_answer: told of packets whose next hop did not answer, with the name of the interface.
    """

    def __init__(
        self,
        mac: bytes,
        events: EventQueue,
        transmit: Callable[[str, Frame], None],
        stands_for: Callable[[str, IPv4Address], bool],
        no_answer: Callable[[str, Packet], None],
    ) -> None:
        self._mac = mac
        self._events = events
        self._transmit = transmit
        self._stands_for = stands_for
        self._no_answer = no_answer
        self._legs: dict[str, Leg] = {}
        self._names: dict[str, str] = {}

    def configure(self, settings: AsaSettings) -> None:
        """Names and addresses as the configuration wants them now."""
        self._names = {one.hardware: one.nameif for one in settings.interfaces.values()}
        for one in settings.hardware.values():
            leg = self._legs.get(one.hardware) or self._new(one.hardware)
            if leg.address != one.address:
                leg.address = one.address
                leg.arp.clear()

    def send(self, hardware: str, next_hop: IPv4Address, packet: Packet) -> None:
        """Send a packet to a neighbour."""
        self._legs[hardware].send(next_hop, packet)

    def speak(self, hardware: str, group_mac: bytes, packet: Packet) -> None:
        """Send a packet of a routing protocol."""
        self._legs[hardware].speak(group_mac, packet)

    def hear(self, hardware: str, message: ArpMessage) -> None:
        """Take an ARP message that came in."""
        self._legs[hardware].arp.receive(message)

    def neighbours(self) -> list[ArpEntry]:
        """The ARP table, interface by interface; `interface` is the nameif."""
        return [
            replace(entry, interface=self._names[hardware])
            for hardware, leg in self._legs.items()
            if hardware in self._names
            for entry in leg.arp.entries.values()
            if entry.mac is not None
        ]

    def forget_neighbours(self) -> None:
        """Forget all of them."""
        for leg in self._legs.values():
            leg.arp.clear()

    def _new(self, hardware: str) -> Leg:
        leg = Leg(hardware, self._mac, self._events, partial(self._transmit, hardware), self._lost)
        leg.arp.stands_in = lambda address: self._stands_for(self._names.get(hardware, ""), address)
        self._legs[hardware] = leg
        return leg

    def _lost(self, leg: Leg, packet: Packet) -> None:
        self._no_answer(self._names.get(leg.name, leg.name), packet)
