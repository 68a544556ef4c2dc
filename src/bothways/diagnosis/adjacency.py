"""ARP: what a device knows of the next hop's hardware address. Entries age, so absence proves nothing."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.rows import Arp


@dataclass(frozen=True, slots=True)
class Adjacency:
    """What ARP says of an address.

    Attributes:
        entry: the line, complete or not; None when there is none, or the table was not read.
        read: the table was read.
    """

    entry: Arp | None
    read: bool

    @property
    def resolved(self) -> bool:
        """A complete entry."""
        return self.entry is not None and bool(self.entry.mac)

    @property
    def failed(self) -> bool:
        """The device asked and nobody answered."""
        return self.entry is not None and not self.entry.mac


def adjacency(sight: Sight, device: DeviceState, interface: str, address: IPv4Address) -> Adjacency:
    """The ARP entry for `address` on `interface`; an incomplete one names no interface on IOS."""
    table = sight.table(device, Arp)
    if table is None:
        return Adjacency(None, read=False)
    rows = [row for row in table.where(address=address) if row.interface in (interface, "")]
    complete = next((row for row in rows if row.mac), None)
    return Adjacency(complete or (rows[0] if rows else None), read=True)
