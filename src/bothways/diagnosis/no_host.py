"""Addresses of a connected network that no host can have."""

from __future__ import annotations

from ipaddress import IPv4Address

from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.state.snapshot import Snapshot

_POINT_TO_POINT = 31
"""From here on a network has no address of its own and no broadcast."""


def no_host(snapshot: Snapshot, address: IPv4Address) -> str:
    """What an address is instead of a host's: the network's own, or its broadcast; "" for a host's."""
    topology = Topology(Sight(snapshot))
    segment = topology.segment(address)
    if not segment or topology.owners(address) or segment[0].network.prefixlen >= _POINT_TO_POINT:
        return ""
    network = segment[0].network
    where = f"{network} ({segment[0]})"
    if address == network.network_address:
        return f"the address of the network {where} itself"
    return f"the broadcast address of {where}" if address == network.broadcast_address else ""
