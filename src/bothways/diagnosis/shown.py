"""Addresses that a firewall shows for hosts behind it: nobody has them, its interface answers for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import pairwise

from bothways.diagnosis.nat_table import translations
from bothways.diagnosis.policy_route import same_interface
from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.shown_asa import shown_by, silent_for
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, NatSide, PortNat, StaticNat
from bothways.state.tables import Row


def perhaps_shown(topology: Topology, address: IPv4Address) -> tuple[DeviceState, Row] | None:
    """The device on whose network an address is, and its NAT line that may make it answer for it."""
    for device in topology.devices:
        if not any(address in one.network for one in topology.of_device(device.name)):
            continue
        silent = silent_for(device, address)
        if silent is not None:
            return device, silent
        for row in _unread(device):
            if _names(row.text, address):
                return device, row
        for entry, _ in _static_entries(device, address):
            if entry.local != entry.world:  # by no interface of its side: it shows nobody here, or not yet
                return device, entry
    return None


def _unread(device: DeviceState) -> list[NatRule]:
    """Lines that are not walked."""
    if device.platform != "cisco_asa":
        return list(device.table(NatRule)) if device.sees(NatRule) else []
    rows = (rule.row for rule in translations(device) if not rule.readable)
    return [row for row in rows if isinstance(row, NatRule)]


def _names(text: str, address: IPv4Address) -> bool:
    """Whether a line says an address; `network` lines say the first of theirs."""
    words = text.split()
    if str(address) in words:
        return True
    if "network" not in words:
        return False
    for word, length in pairwise(words):
        try:
            if address in IPv4Network(f"{word}{length}" if length.startswith("/") else f"{word}/{length}"):
                return True
        except ValueError:
            continue
    return False


def shown_at(sight: Sight, topology: Topology, address: IPv4Address) -> Attachment | None:
    """The interface on whose side a rule shows somebody under `address`; None when none does."""
    for device in topology.devices:
        own, shut = topology.of_device(device.name), topology.shut_of(device.name)
        for row, at in shown_by(device, own, shut, address):
            return _told(sight, device, row, at)
        for entry, side in _static_entries(device, address):
            found = _on_side(device, side, own, address)
            if found is not None:
                return _told(sight, device, entry, found)
    return None


def stands_for(device: DeviceState, own: Attachment) -> bool:
    """Whether ports of a router's own address are those of hosts behind it."""
    if device.platform != "cisco_ios" or not device.mentions(PortNat, "ip nat "):
        return False
    for row in device.table(PortNat) if device.sees(PortNat) else ():
        if row.world == own.address.ip or (
            row.interface and same_interface(row.interface, own.interface.name)
        ):
            return True
    return False


def _told(sight: Sight, device: DeviceState, row: Row, found: Attachment) -> Attachment:
    line = device.evidence(row)
    sight.evidence += [line] if line not in sight.evidence else []
    return found


def _static_entries(device: DeviceState, address: IPv4Address) -> Iterator[tuple[StaticNat | PortNat, str]]:
    """IOS answers ARP for the other name of a host, on the side that knows it by that name."""
    if device.platform != "cisco_ios" or not device.mentions(StaticNat, "ip nat "):
        return
    for row in device.table(StaticNat) if device.sees(StaticNat) else ():
        if address == (row.world if row.side == "inside" else row.local):
            yield row, "outside" if row.side == "inside" else "inside"
    for port in device.table(PortNat).where(world=address) if device.sees(PortNat) else ():
        yield port, "outside"


def _on_side(
    device: DeviceState, side: str, own: Sequence[Attachment], address: IPv4Address
) -> Attachment | None:
    names = (
        [row.interface for row in device.table(NatSide) if row.side == side] if device.sees(NatSide) else []
    )
    for one in own:
        if address in one.network and any(same_interface(one.interface.name, name) for name in names):
            return one
    return None


def shown_in_vain(topology: Topology, address: IPv4Address) -> Attachment | None:
    """The interface that would answer for a translated `address` there, were it not shut down."""
    for device in topology.devices:
        shut = [one for one in topology.shut_of(device.name) if address in one.network]
        if not shut:
            continue
        for _, found in shown_by(device, shut, (), address):
            return found
        sides = (_on_side(device, side, shut, address) for _, side in _static_entries(device, address))
        found_here = next((one for one in sides if one is not None), None)
        if found_here is not None:
            return found_here
    return None
