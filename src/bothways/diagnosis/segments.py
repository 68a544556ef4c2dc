"""Which device interfaces share a network, and who owns an address: read from the interfaces alone."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any
from weakref import WeakKeyDictionary

from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Interface, OwnAddress
from bothways.state.tables import Table


@dataclass(frozen=True, slots=True)
class Attachment:
    """A layer-3 interface of a device on a segment."""

    device: str
    interface: Interface
    address: IPv4Interface

    @property
    def network(self) -> IPv4Network:
        """The connected network."""
        return self.address.network

    def __str__(self) -> str:
        return f"{self.device} {self.interface.name}"


_attachments: WeakKeyDictionary[Table[Any], tuple[Attachment, ...]] = WeakKeyDictionary()


def _of_device(device: DeviceState, table: Table[Interface]) -> tuple[Attachment, ...]:
    known = _attachments.get(table)
    if known is None:
        rows = (row for row in table if row.name and row.address is not None and row.admin_up)
        known = _attachments[table] = tuple(
            Attachment(device.name, row, row.address) for row in rows if row.address is not None
        )
    return known


class Topology:
    """All attachments of a snapshot. Two interfaces with one connected network are taken as one segment."""

    def __init__(self, sight: Sight) -> None:
        self._segments: dict[IPv4Network, list[Attachment]] = {}
        self._owners: dict[IPv4Address, Attachment] = {}
        for device in sight.snapshot:
            table = sight.table(device, Interface)
            if table is None:
                continue
            attachments = _of_device(device, table)
            for attachment in attachments:
                self._segments.setdefault(attachment.network, []).append(attachment)
                self._owners.setdefault(attachment.address.ip, attachment)
            if device.platform == "cisco_ios":
                self._add_own_addresses(device, attachments)
        self._lengths = sorted({network.prefixlen for network in self._segments}, reverse=True)

    def _add_own_addresses(self, device: DeviceState, attachments: tuple[Attachment, ...]) -> None:
        by_name = {attachment.interface.name: attachment for attachment in attachments}
        for own in device.table(OwnAddress) if device.sees(OwnAddress) else ():
            if own.interface in by_name:
                self._owners.setdefault(own.address, by_name[own.interface])

    def segment(self, address: IPv4Address) -> tuple[Attachment, ...]:
        """The interfaces on the smallest connected network that holds `address`."""
        for length in self._lengths:
            network = IPv4Network((address, length), strict=False)
            if network in self._segments:
                return tuple(self._segments[network])
        return ()

    def owner(self, address: IPv4Address) -> Attachment | None:
        """The interface that answers to `address`."""
        return self._owners.get(address)

    def attachment(self, device: str, interface: str) -> Attachment | None:
        """A device's interface by name."""
        for attachments in self._segments.values():
            for attachment in attachments:
                if (attachment.device, attachment.interface.name) == (device, interface):
                    return attachment
        return None


def attachment_evidence(sight: Sight, attachment: Attachment) -> Evidence:
    """The line an attachment was read from."""
    return sight.snapshot.devices[attachment.device].evidence(attachment.interface)
