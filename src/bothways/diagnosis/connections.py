"""Connections: those the walk itself opens on a firewall, and those a snapshot shows as evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

import numpy as np

from bothways.diagnosis.packets import Packet
from bothways.flow import Protocol
from bothways.state.rows import Conn
from bothways.state.tables import Table

_MOST_ROWS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A connection that the walked flow has opened on one firewall.

    Attributes:
        opener: the packet that opened it, as it came in.
        real: the same with its real ends, as lists and classes see it.
        shown: the same as it goes out, its source perhaps hidden.
        ingress: where the opener came in.
        egress: where it went out.
        bypass: TCP state is not checked.
        moves_opener: the opener's sequence numbers are moved by a delta of this device.
        moves_answer: those of the other end are.
        answered: the other end's packet has been seen.
        takes_answer: the other end's packets belong to it; not those that answer an echo nobody inspects.
    """

    opener: Packet
    real: Packet
    shown: Packet
    ingress: str
    egress: str
    bypass: bool = False
    moves_opener: bool = False
    moves_answer: bool = False
    answered: bool = False
    takes_answer: bool = True

    def from_opener(self, packet: Packet) -> bool:
        """Whether `packet` comes from the end that opened it."""
        return _ends(packet) == _ends(self.opener)

    def expected(self, packet: Packet) -> str | None:
        """The interface that `packet` must come in by; None when it does not belong to it."""
        if self.from_opener(packet):
            return self.ingress
        return self.egress if self.takes_answer and self._answers(packet) else None

    def echoed_by(self, packet: Packet) -> bool:
        """Whether `packet` answers its uninspected echo: no part of it, and yet translated as it."""
        return not self.takes_answer and self._answers(packet)

    def _answers(self, packet: Packet) -> bool:
        source, destination = _ends(packet)
        return (destination, source) == _ends(self.shown)

    def translated(self, packet: Packet) -> Packet:
        """A packet of it with the ends that it goes out with."""
        to = self.shown
        if self.from_opener(packet):
            source, destination = (to.source, to.source_ports), (to.destination, to.destination_ports)
        else:
            to = self.opener
            source, destination = (to.destination, to.destination_ports), (to.source, to.source_ports)
        return replace(
            packet,
            source=source[0],
            source_ports=source[1],
            destination=destination[0],
            destination_ports=destination[1],
        )


def _ends(packet: Packet) -> tuple[tuple[object, ...], tuple[object, ...]]:
    return (
        (packet.protocol, packet.source, packet.source_ports),
        (packet.protocol, packet.destination, packet.destination_ports),
    )


class ConnectionTable:
    """The walk's own connections. Those of the snapshot are not used: a new flow has a new client port."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}

    def find(self, device: str, packet: Packet) -> Entry | None:
        """The connection of `packet` on `device`, wherever the packet comes in."""
        return next((entry for entry in self.on(device) if entry.expected(packet) is not None), None)

    def forget(self, device: str) -> None:
        """All connections of one device are gone."""
        self._entries.pop(device, None)

    def devices(self) -> tuple[str, ...]:
        """The firewalls that keep one, in the order in which they got it."""
        return tuple(self._entries)

    def open(self, device: str, entry: Entry) -> None:
        """Add a connection."""
        self._entries.setdefault(device, []).append(entry)

    def answered(self, device: str, entry: Entry) -> None:
        """Note that the other end was heard."""
        entries = self._entries[device]
        entries[entries.index(entry)] = replace(entry, answered=True)

    def on(self, device: str) -> tuple[Entry, ...]:
        """The connections of one device."""
        return tuple(self._entries.get(device, ()))


def seen_connections(table: Table[Conn], address: IPv4Address) -> Iterator[Conn]:
    """Rows of `show conn` with `address` at either end, found on the columns; at most a few hundred."""
    number = int(address)
    hits = (table.column("a_address") == number) | (table.column("b_address") == number)
    return (table.row(int(row)) for row in np.flatnonzero(hits)[:_MOST_ROWS])


def seen_between(table: Table[Conn], one: IPv4Address, other: IPv4Address) -> Iterator[Conn]:
    """Rows of `show conn` between two addresses."""
    ends = {one, other}
    return (row for row in seen_connections(table, one) if {row.a_address, row.b_address} == ends)


def embryonic(row: Conn) -> bool:
    """A TCP connection that still waits for a part of its handshake and has carried nothing."""
    waiting = any(flag in row.flags for flag in "Ss") or ("a" in row.flags.lower() and "U" not in row.flags)
    return row.protocol.lower() == Protocol.TCP and waiting and not row.bytes
