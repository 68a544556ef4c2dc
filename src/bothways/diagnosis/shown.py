"""Addresses that a firewall shows for hosts behind it: nobody has them, its interface answers for them."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.diagnosis.segments import Attachment, Topology
from bothways.diagnosis.sight import Sight
from bothways.state.nat_rows import ObjectNat


def shown_at(sight: Sight, topology: Topology, address: IPv4Address) -> Attachment | None:
    """The interface on whose side a static rule shows somebody under `address`; None when none does."""
    for device in topology.devices:
        if device.platform != "cisco_asa" or not device.sees(ObjectNat):
            continue
        for rule in device.table(ObjectNat):
            if rule.static and rule.mapped is not None and address in rule.mapped:
                found = topology.attachment(device.name, rule.mapped_interface)
                if found is not None:
                    line = device.evidence(rule)
                    sight.evidence += [line] if line not in sight.evidence else []
                    return found
    return None
