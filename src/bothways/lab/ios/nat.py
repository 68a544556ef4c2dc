"""Static translation of addresses on a router.

Documented: what comes in on the outside is translated, then routed; what leaves from the inside is routed,
then translated. An outside static entry therefore needs a route to its local address. It is permanent:
there is no state that a first packet makes. Believed: only packets between an inside and an outside
interface are translated; `add-route` adds a host route to the local address by way of the global one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.lab.config_tree import ConfigTree
from bothways.lab.frames import Packet


@dataclass(frozen=True, slots=True)
class StaticNat:
    """One line.

    Attributes:
        outside: whether it names a host outside, not inside.
        local_address: under which the inside knows the host.
        global_address: under which the outside knows it.
        add_route: whether it brings a route to the local address.
    """

    outside: bool
    local_address: IPv4Address
    global_address: IPv4Address
    add_route: bool = False


def static_nats(config: ConfigTree) -> tuple[StaticNat, ...]:
    """The lines of a configuration: inside ones name the local address first, outside ones the global."""
    found = []
    for text in config.root.texts("ip nat "):
        _, _, side, _, kind, first, second, *rest = text.split()
        if kind == "static":
            one, other = IPv4Address(first), IPv4Address(second)
            outside = side == "outside"
            local, world = (other, one) if outside else (one, other)
            found.append(StaticNat(outside, local, world, "add-route" in rest))
    return tuple(found)


def inward(entries: Iterable[StaticNat], packet: Packet) -> Packet:
    """A packet from the outside as the inside sees it."""
    for entry in entries:
        if entry.outside and packet.source == entry.global_address:
            packet = replace(packet, source=entry.local_address)
        if not entry.outside and packet.destination == entry.global_address:
            packet = replace(packet, destination=entry.local_address)
    return packet


def outward(entries: Iterable[StaticNat], packet: Packet) -> Packet:
    """A packet from the inside as the outside sees it."""
    for entry in entries:
        if entry.outside and packet.destination == entry.local_address:
            packet = replace(packet, destination=entry.global_address)
        if not entry.outside and packet.source == entry.local_address:
            packet = replace(packet, source=entry.global_address)
    return packet
