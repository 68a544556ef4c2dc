"""Full translations that the walked flow leaves on routers: by which name it called an outside host."""

from __future__ import annotations

from bothways.diagnosis.packets import Packet, Ports
from bothways.flow import Protocol
from bothways.state.nat_rows import StaticNat

_Key = tuple[str, Protocol, object, Ports, object, Ports]


class NamedOutside:
    """By router and connection, the extendable entry that its first packet went by."""

    def __init__(self) -> None:
        self._entries: dict[_Key, StaticNat] = {}

    def note(self, router: str, entry: StaticNat, left: Packet) -> None:
        """A packet left for the outside by an extendable entry."""
        there, here = (left.destination, left.destination_ports), (left.source, left.source_ports)
        self._entries[router, left.protocol, *there, *here] = entry

    def entry(self, router: str, packet: Packet) -> StaticNat | None:
        """The entry that an answer from the outside goes by."""
        there, here = (packet.source, packet.source_ports), (packet.destination, packet.destination_ports)
        return self._entries.get((router, packet.protocol, *there, *here))
