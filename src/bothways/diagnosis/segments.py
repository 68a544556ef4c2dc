"""Which device interfaces share a network, and who owns an address: read from the interfaces alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any
from weakref import WeakKeyDictionary

from bothways.diagnosis.failover import stands_by
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Interface, OwnAddress
from bothways.state.tables import Table

_CONFIG = "show running-config"
_VIRTUAL = ("hsrp", "vrrp", "glbp")
_NOT_HEX = str.maketrans("", "", ".:-")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A layer-3 interface of a device on a segment.

    Attributes:
        device: its name, with the VRF's where the interface is in one.
        box: the name of the whole device.
    """

    device: str
    interface: Interface
    address: IPv4Interface
    box: str

    def may_meet(self, other: Attachment) -> bool:
        """Whether both may be on one wire: two tables of one box have a wire each."""
        return self.network != other.network or self.box != other.box or self.device == other.device

    @property
    def network(self) -> IPv4Network:
        """The connected network."""
        return self.address.network

    def __str__(self) -> str:
        return f"{self.device} {self.interface.name}"


_attachments: WeakKeyDictionary[Table[Any], tuple[tuple[Attachment, ...], tuple[Attachment, ...]]] = (
    WeakKeyDictionary()
)


def _of_device(
    device: DeviceState, table: Table[Interface]
) -> tuple[tuple[Attachment, ...], tuple[Attachment, ...]]:
    """The interfaces that have an address: those that are on, and those that are shut down."""
    known = _attachments.get(table)
    if known is None:
        all_of_it = [
            Attachment(device.name, row, row.address, device.box) for row in table if row.address is not None
        ]
        known = _attachments[table] = (
            tuple(one for one in all_of_it if one.interface.name and one.interface.admin_up),
            tuple(one for one in all_of_it if not one.interface.admin_up),
        )
    return known


class Topology:
    """All attachments of a snapshot. Two interfaces with one connected network are taken as one segment.

    Attributes:
        devices: those that forward: a standby unit is not among them.
    """

    def __init__(self, sight: Sight) -> None:
        self.devices: list[DeviceState] = []
        self._segments: dict[IPv4Network, list[Attachment]] = {}
        self._by_device: dict[str, list[Attachment]] = {}
        self._owners: dict[IPv4Address, dict[str, Attachment]] = {}
        self._virtual: dict[IPv4Address, list[Evidence]] = {}
        self._shut: dict[IPv4Address, Attachment] = {}
        self._settled: dict[IPv4Address, Attachment] = {}
        for device in sight.snapshot:
            if stands_by(sight, device):
                continue
            self.devices.append(device)
            table = sight.table(device, Interface)
            if table is None:
                continue
            _say_assumed(sight, device, table)
            attachments, shut = _of_device(device, table)
            self._shut |= {one.address.ip: one for one in shut}
            for attachment in attachments:
                self._segments.setdefault(attachment.network, []).append(attachment)
                self._by_device.setdefault(device.name, []).append(attachment)
                self._own(attachment.address.ip, attachment)
            if device.platform == "cisco_ios":
                self._add_own_addresses(device, attachments)
        self._lengths = sorted({network.prefixlen for network in self._segments}, reverse=True)

    def _own(self, address: IPv4Address, attachment: Attachment) -> None:
        self._owners.setdefault(address, {}).setdefault(attachment.device, attachment)

    def _add_own_addresses(self, device: DeviceState, attachments: tuple[Attachment, ...]) -> None:
        by_name = {attachment.interface.name: attachment for attachment in attachments}
        for own in device.table(OwnAddress) if device.sees(OwnAddress) else ():
            if own.interface in by_name:
                self._own(own.address, by_name[own.interface])
                if own.kind in _VIRTUAL:
                    self._virtual.setdefault(own.address, []).append(device.evidence(own))

    @property
    def networks(self) -> Iterable[IPv4Network]:
        """All connected networks."""
        return self._segments

    def segment(self, address: IPv4Address) -> tuple[Attachment, ...]:
        """The interfaces on the smallest connected network that holds `address`."""
        around, wire = self._around(address), self._settled.get(address)
        return around if wire is None else tuple(one for one in around if one.may_meet(wire))

    def _around(self, address: IPv4Address) -> tuple[Attachment, ...]:
        for length in self._lengths:
            network = IPv4Network((address, length), strict=False)
            if network in self._segments:
                return tuple(self._segments[network])
        return ()

    def tables(self, address: IPv4Address) -> tuple[Attachment, ...]:
        """Of a network that several tables of one box have: that box's interfaces, else nothing.

        They are on as many wires: who is on one of them is none of the others' business.
        """
        around = self._around(address)
        boxes = Counter(one.box for one in around)
        return tuple(one for one in around if boxes[one.box] > 1)

    def settle(self, address: IPv4Address, wire: Attachment) -> None:
        """A host of such a network is on the wire of that interface."""
        self._settled[address] = wire

    def wire_of(self, address: IPv4Address) -> Attachment | None:
        """Where such a host was found to be."""
        return self._settled.get(address)

    def owners(self, address: IPv4Address, beside: Attachment | None = None) -> tuple[Attachment, ...]:
        """The interfaces that may answer to `address`, one a device: several share a virtual address.

        Args:
            address: whose.
            beside: the interface that asks; another table of its box is on another wire.
        """
        found = tuple(self._owners.get(address, {}).values())
        return found if beside is None else tuple(one for one in found if one.may_meet(beside))

    def shut(self, address: IPv4Address) -> Attachment | None:
        """The interface that would own `address`, were it not shut down; None where anybody else has it."""
        return None if address in self._owners else self._shut.get(address)

    def shut_on(self, segment: Sequence[Attachment]) -> tuple[Attachment, ...]:
        """The interfaces that would be on a segment, were they not shut down."""
        networks = {attachment.network for attachment in segment}
        return tuple(one for one in self._shut.values() if one.network in networks)

    def shut_around(self, address: IPv4Address) -> Attachment | None:
        """An interface on whose network an address would be, were it not shut down."""
        return next((one for one in self._shut.values() if address in one.network), None)

    def shut_of(self, device: str) -> tuple[Attachment, ...]:
        """The interfaces of a device that are shut down, and have an address."""
        return tuple(one for one in self._shut.values() if one.device == device)

    def virtual(self, attachment: Attachment) -> IPv4Address | None:
        """The virtual address an interface stands behind; None when it has none, or several."""
        found = [
            address
            for address in self._virtual
            if address in attachment.network and attachment.device in self._owners[address]
        ]
        return found[0] if len(found) == 1 else None

    def shared(self, segment: Sequence[Attachment]) -> IPv4Address | None:
        """The one virtual address that all interfaces of a segment stand behind."""
        found = {self.virtual(attachment) for attachment in segment}
        return found.pop() if len(found) == 1 else None

    def answering(
        self, sight: Sight, address: IPv4Address, mac: str = "", beside: Attachment | None = None
    ) -> Attachment | None:
        """The interface that answers to `address`; None when no device of the snapshot may.

        Args:
            beside: who asks, where that is known.
            sight: told what remains open; when several may answer, the walk chooses.
            address: a next hop, or a gateway somebody declared.
            mac: what the sender has in ARP for it: the burned-in one of an interface proves the owner.
        """
        owners = self.owners(address, beside)
        proven = [owner for owner in owners if mac and _same_mac(mac, owner.interface.mac)]
        if len(proven) == 1 and len(owners) > 1:
            sight.evidence.append(attachment_evidence(sight, proven[0]))
            return proven[0]
        sight.evidence += [line for line in self._virtual.get(address, ()) if line not in sight.evidence]
        if len(owners) == 1 and address in self._virtual and not proven:
            sight.miss(
                f"{address} is a virtual address of {owners[0].device}: whether that is the active router; "
                f"show standby brief, show vrrp brief or show glbp brief"
            )
        if len(owners) < 2:
            if owners and not proven:
                self.say_unproven(sight, owners[0], beside)
            return owners[0] if owners else None
        question = f"which of {', '.join(str(owner) for owner in owners)} answers to {address}"
        if self.tables(address):
            question += ": several VRFs have its network"
        else:
            question += "; show standby brief, show vrrp brief or show glbp brief"
        return owners[sight.choose(question, [f"{owner.device} answers to {address}" for owner in owners])]

    def say_unproven(self, sight: Sight, owner: Attachment, beside: Attachment | None) -> None:
        """An address of a network that several VRFs of a box have may be somebody else's on this wire."""
        tables = self.tables(owner.address.ip)
        if tables and beside is not None and owner.device != beside.device:
            names = " and ".join(str(one) for one in tables)
            sight.miss(f"whether {owner} is on the wire of {beside}: {names} have one network", deadly=True)

    def of_device(self, device: str) -> tuple[Attachment, ...]:
        """All interfaces of a device."""
        return tuple(self._by_device.get(device, ()))

    def attachment(self, device: str, interface: str) -> Attachment | None:
        """A device's interface by name."""
        return next((one for one in self.of_device(device) if one.interface.name == interface), None)


def _say_assumed(sight: Sight, device: DeviceState, table: Table[Interface]) -> None:
    """A configuration says neither whether an interface is up nor, cut short, what else it holds."""
    if table.command != _CONFIG:
        return
    text = f"the interfaces of {device.name} are up: only its configuration was read"
    sight.infer(text, Confidence.POSSIBLE)
    if device.outputs[_CONFIG].part:
        what = f"only a part of `{_CONFIG}` was read: lists, other translations and routes may be missing"
        sight.miss(f"{device.name}: {what}", deadly=True)


def _same_mac(one: str, other: str) -> bool:
    left, right = (mac.lower().translate(_NOT_HEX) for mac in (one, other))
    return bool(left) and left == right


def attachment_evidence(sight: Sight, attachment: Attachment) -> Evidence:
    """The line an attachment was read from."""
    return sight.snapshot.devices[attachment.device].evidence(attachment.interface)
