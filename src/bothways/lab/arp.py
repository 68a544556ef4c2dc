"""ARP: who has an address, and the packets that wait for the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from bothways.lab.events import Event, EventQueue
from bothways.lab.frames import BROADCAST, NO_MAC, ArpMessage, Frame, Packet, arp_frame, packet_frame

REQUEST, REPLY = 1, 2
_TRIES = 3
_RETRY_S = 1.0


@dataclass(slots=True)
class ArpEntry:
    """What is known of an address.

    Attributes:
        mac: None while nobody answered.
        learnt_s: when it was last confirmed.
    """

    address: IPv4Address
    interface: str
    mac: bytes | None
    learnt_s: float


@dataclass
class _Waiting:
    packets: list[Packet] = field(default_factory=list)
    tries: int = 0
    retry: Event | None = None


@dataclass
class ArpCache:
    """The ARP table of one interface.

    While an address is asked for, packets to it wait; real gear keeps one or none of them. A request is
    repeated each second, three times, and nobody is asked again for an address that is known.

    Attributes:
        interface: its name in the table.
        mac: our own address there.
        own: our own IP address there.
        stands_in: whether we answer for another address: one that is translated here.
        transmit: puts a frame out of that interface.
        give_up: told of each packet whose next hop did not answer.
        lifetime_s: after which an entry is asked for anew.
    """

    interface: str
    mac: bytes
    own: Callable[[], IPv4Address | None]
    transmit: Callable[[Frame], None]
    give_up: Callable[[Packet], None]
    events: EventQueue
    lifetime_s: float = 14400.0
    stands_in: Callable[[IPv4Address], bool] = lambda _address: False
    entries: dict[IPv4Address, ArpEntry] = field(default_factory=dict)
    _waiting: dict[IPv4Address, _Waiting] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everybody."""
        self.entries.clear()
        for waiting in self._waiting.values():
            if waiting.retry:
                waiting.retry.cancel()
        lost = [packet for waiting in self._waiting.values() for packet in waiting.packets]
        self._waiting.clear()
        for packet in lost:
            self.give_up(packet)

    def known(self, address: IPv4Address) -> bytes | None:
        """The MAC address, when it is known."""
        entry = self.entries.get(address)
        if entry is None or self.events.now - entry.learnt_s > self.lifetime_s:
            return None
        return entry.mac

    def ask(self, address: IPv4Address) -> None:
        """Send a request, unless one is under way."""
        if address not in self._waiting:
            self._waiting[address] = _Waiting()
            self._request(address)

    def send(self, next_hop: IPv4Address, packet: Packet) -> None:
        """Send a packet to a neighbour, once its MAC address is known."""
        mac = self.known(next_hop)
        if mac is not None:
            self.transmit(packet_frame(self.mac, mac, packet))
            return
        if next_hop not in self._waiting:
            self._waiting[next_hop] = _Waiting([packet])
            self._request(next_hop)
        else:
            self._waiting[next_hop].packets.append(packet)

    def receive(self, message: ArpMessage) -> None:
        """Take a message: learn from those that concern us, answer those that ask for us."""
        own = self.own()
        if own is None or message.sender == own:
            return
        for_us = message.target == own
        if for_us or message.sender in self.entries or message.sender in self._waiting:
            self._learn(message)
        if message.operation == REQUEST and (for_us or self.stands_in(message.target)):
            reply = ArpMessage(REPLY, self.mac, message.target, message.sender_mac, message.sender)
            self.transmit(arp_frame(self.mac, message.sender_mac, reply))

    def _learn(self, message: ArpMessage) -> None:
        self.entries[message.sender] = ArpEntry(
            message.sender, self.interface, message.sender_mac, self.events.now
        )
        waiting = self._waiting.pop(message.sender, None)
        if waiting is None:
            return
        if waiting.retry:
            waiting.retry.cancel()
        for packet in waiting.packets:
            self.transmit(packet_frame(self.mac, message.sender_mac, packet))

    def _request(self, address: IPv4Address) -> None:
        waiting = self._waiting[address]
        own = self.own()
        if waiting.tries == _TRIES or own is None:
            del self._waiting[address]
            self.entries.pop(address, None)
            for packet in waiting.packets:
                self.give_up(packet)
            return
        waiting.tries += 1
        request = ArpMessage(REQUEST, self.mac, own, NO_MAC, address)
        self.transmit(arp_frame(self.mac, BROADCAST, request))
        waiting.retry = self.events.after(_RETRY_S, lambda: self._request(address))
