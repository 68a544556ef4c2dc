"""A router as an end of a connection: the TCP of a host, on one of the router's own addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

from bothways.lab.device import Device
from bothways.lab.frames import NO_MAC, Packet
from bothways.lab.host import Card, Host


class Stack(Host):
    """A host without a wire: the router sends for it, and hands it what comes for its address."""

    def __init__(
        self, name: str, address: IPv4Address, device: Device, originate: Callable[[Packet], None]
    ) -> None:
        card = Card(NO_MAC, IPv4Interface(address))
        super().__init__(name, card, device.events, device.ledger, device.identity.seed)
        self._originate = originate

    def send(self, packet: Packet) -> None:
        """Send a packet by the router's routes."""
        self._ident = (self._ident + 1) & 0xFFFF
        self._originate(replace(packet, ident=self._ident))

    def take(self, packet: Packet) -> None:
        """A packet that the router has for this address."""
        self._packet(packet)
