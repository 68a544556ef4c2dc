"""Addresses that a firewall shows for hosts behind it: nobody has them, its interface answers for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address

from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState
from bothways.state.nat_rows import ObjectNat


def shown_at(sight: Sight, topology: Topology, address: IPv4Address) -> Attachment | None:
    """The interface on whose side a rule shows somebody under `address`; None when none does."""
    for device in topology.devices:
        own, shut = topology.of_device(device.name), topology.shut_of(device.name)
        for rule in _rules(device, address):
            found = _side(rule, own, address)
            if found is None and rule.mapped_interface == "any" and not _side(rule, shut, address):
                found = next(iter(own), None)  # of no network of its own: by whichever way it is routed here
            if found is not None:
                line = device.evidence(rule)
                sight.evidence += [line] if line not in sight.evidence else []
                return found
    return None


def shown_in_vain(topology: Topology, address: IPv4Address) -> Attachment | None:
    """The interface that would answer for a translated `address` there, were it not shut down."""
    for device in topology.devices:
        shut = [one for one in topology.shut_of(device.name) if address in one.network]
        for rule in _rules(device, address):
            found = _side(rule, shut, address)
            if found is not None:
                return found
    return None


def _rules(device: DeviceState, address: IPv4Address) -> Iterator[ObjectNat]:
    if device.platform == "cisco_asa" and device.sees(ObjectNat):
        yield from (rule for rule in device.table(ObjectNat) if rule.mapped and address in rule.mapped)


def _side(rule: ObjectNat, own: Sequence[Attachment], address: IPv4Address) -> Attachment | None:
    """A rule for `any` interface shows its addresses on all of them; here on the one that they are from."""
    if rule.mapped_interface != "any":
        return next((one for one in own if one.interface.name == rule.mapped_interface), None)
    return next((one for one in own if address in one.network), None)
