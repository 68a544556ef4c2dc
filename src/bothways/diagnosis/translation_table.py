"""Translations that the walked flow leaves on routers, by which its later packets and answers go."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from bothways.diagnosis.packets import Packet, Ports
from bothways.flow import Protocol
from bothways.state.nat_rows import DynamicNat, PortNat, StaticNat

_End = tuple[IPv4Address, Ports]
_Key = tuple[str, Protocol, _End, _End]


@dataclass(frozen=True, slots=True)
class Full:
    """A translation with ports, made by one connection and for it alone.

    Attributes:
        local: the inside host as the inside knows it.
        world: the same as the outside knows it.
        line: by which it was made.
        peer: the other end as the inside knows it; None where no connection was kept yet.
    """

    local: _End
    world: _End
    line: PortNat | DynamicNat
    peer: IPv4Address | None = None


class TranslationTable:
    """By router and connection, what its first packet was translated by."""

    def __init__(self) -> None:
        self._named: dict[_Key, StaticNat] = {}
        self._going: dict[_Key, Full] = {}
        self._coming: dict[_Key, Full] = {}

    def note(self, router: str, entry: StaticNat, left: Packet) -> None:
        """A packet left for the outside by an extendable entry of an outside host."""
        self._named[_coming(router, left)] = entry

    def entry(self, router: str, packet: Packet) -> StaticNat | None:
        """The entry of an outside host that its answer goes by."""
        return self._named.get(_key(router, packet))

    def keep(self, router: str, inside: Packet, outside: Packet, full: Full) -> None:
        """A full translation was made.

        Args:
            router: who keeps it.
            inside: the packet as the inside knows it, from the inside host to its peer.
            outside: the same as the outside knows it.
            full: what becomes what.
        """
        kept = replace(full, peer=inside.destination)
        self._going[_key(router, inside)] = kept
        self._coming[_coming(router, outside)] = kept

    def going(self, router: str, packet: Packet) -> Full | None:
        """The translation of a packet that comes from inside."""
        return self._going.get(_key(router, packet))

    def coming(self, router: str, packet: Packet) -> Full | None:
        """The translation of a packet that comes from outside."""
        return self._coming.get(_key(router, packet))

    def shown_as(self, address: IPv4Address) -> Iterator[str]:
        """The routers on which somebody of the flow goes by an address."""
        for (router, *_), full in self._coming.items():
            if full.world[0] == address:
                yield router

    def dynamic(self) -> tuple[tuple[str, DynamicNat], ...]:
        """The routers that would forget a silent connection, with the line by which they know it."""
        found = [(key[0], full.line) for key, full in self._going.items()]
        return tuple(dict.fromkeys((name, line) for name, line in found if isinstance(line, DynamicNat)))


def _key(router: str, packet: Packet) -> _Key:
    sender, receiver = (packet.source, packet.source_ports), (packet.destination, packet.destination_ports)
    return router, packet.protocol, sender, receiver


def _coming(router: str, left: Packet) -> _Key:
    """The key of the answer to a packet."""
    router, protocol, sender, receiver = _key(router, left)
    return router, protocol, receiver, sender
