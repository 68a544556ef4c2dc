"""Why nobody answers ARP for an address, or perhaps nobody: it is an interface's, or a translation's."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.diagnosis.access_switch import macs_of
from bothways.diagnosis.legs import Drop
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.shown import perhaps_shown, shown_in_vain
from bothways.diagnosis.sight import Sight
from bothways.flow import Fate


def shut_down(sight: Sight, topology: Topology, address: IPv4Address) -> Drop | None:
    """It is on an interface that is shut down, and no router has heard of anybody else by that address."""
    shut = topology.shut(address)
    if shut is None or macs_of(sight, topology, address):
        return None
    return _nobody(f"{address} is on {shut}, which is shut down: nobody answers ARP for it")


def shut_rule(topology: Topology, address: IPv4Address) -> Drop | None:
    """The interface that would answer for a translated address is shut down."""
    shut = shown_in_vain(topology, address)
    return _nobody(f"{shut}, which answers ARP for {address}, is shut down") if shut is not None else None


def rule_not_walked(sight: Sight, topology: Topology, address: IPv4Address) -> Drop | None:
    """A line that is not walked may make a device answer for it."""
    unwalked = perhaps_shown(topology, address)
    if unwalked is None:
        return None
    device, rule = unwalked
    line = device.evidence(rule).text.strip()
    text = f"{device.name}: whether it answers for {address}, by {line!r}"
    sight.miss(text, deadly=True)
    return Drop(Fate.UNKNOWN, f"{text}; that NAT is not walked", label="NAT not walked")


def _nobody(reason: str) -> Drop:
    return Drop(Fate.NO_ADJACENCY, reason, "no-adjacency", "no ARP answer")
