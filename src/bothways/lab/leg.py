"""A routed interface: an address, its ARP table, and a way to put frames out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface

from bothways.lab.arp import ArpCache
from bothways.lab.events import EventQueue
from bothways.lab.frames import Frame, Packet, packet_frame


@dataclass(eq=False)
class Leg:
    """A routed interface.

    Attributes:
        name: of the interface: nameif on the ASA, `Vlan172` on IOS.
        mac: its own.
        address: with its mask; None without.
        transmit: puts a frame out.
        give_up: told of packets whose next hop did not answer ARP.
    """

    name: str
    mac: bytes
    events: EventQueue
    transmit: Callable[[Frame], None]
    give_up: Callable[[Leg, Packet], None]
    address: IPv4Interface | None = None
    arp: ArpCache = field(init=False)

    def __post_init__(self) -> None:
        self.arp = ArpCache(
            self.name,
            self.mac,
            self._own,
            self.transmit,
            lambda packet: self.give_up(self, packet),
            self.events,
        )

    def _own(self) -> IPv4Address | None:
        return self.address.ip if self.address else None

    def send(self, next_hop: IPv4Address, packet: Packet) -> None:
        """Send a packet to a neighbour."""
        self.arp.send(next_hop, packet)

    def speak(self, group_mac: bytes, packet: Packet) -> None:
        """Send a packet of a routing protocol: to one neighbour, or to the group of all who listen."""
        if packet.destination.is_multicast:
            self.transmit(packet_frame(self.mac, group_mac, packet))
        else:
            self.send(packet.destination, packet)
