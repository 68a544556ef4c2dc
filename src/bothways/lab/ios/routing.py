"""Routes of the 3560, and what it tells its EIGRP neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Network

from bothways.lab.eigrp import Link
from bothways.lab.eigrp_packets import Advertised
from bothways.lab.frames import Packet
from bothways.lab.ios.settings import IosSettings, Svi
from bothways.lab.rib import Route

_BANDWIDTH, _DELAY = 1_000_000, 1
"""kbit/s and tens of microseconds of an SVI."""


def eigrp_links(
    settings: IosSettings, live: Mapping[str, Svi], speak: Callable[[str, Packet], None]
) -> list[Link]:
    """The interfaces on which EIGRP speaks.

    Args:
        settings: of the device.
        live: the SVIs that are up, by name.
        speak: sends a packet out of an SVI.
    """
    return [
        Link(
            name,
            svi.address.ip,
            svi.address.network,
            _DELAY,
            _BANDWIDTH,
            name in settings.passive or "default" in settings.passive,
            partial(speak, name),
        )
        for name, svi in live.items()
        if svi.address
        and not svi.vrf
        and any(svi.address.ip in network for network in settings.eigrp_networks)
    ]


def told_from_outside(settings: IosSettings) -> list[Advertised]:
    """Static routes that are redistributed."""
    metric = settings.redistributed
    return [replace(metric, network=network) for network, _, _ in settings.statics] if metric else []


def own_routes(settings: IosSettings, live: Mapping[str, Svi], vrf: str = "") -> list[Route]:
    """Of one table: what is up, static routes whose next hop is there, and those that NAT lines add."""
    connected = [
        Route(address.network, None, name, "connected")
        for name, svi in live.items()
        for address in (svi.address, *svi.secondary)
        if address is not None and svi.vrf == vrf
    ]
    statics = [
        Route(network, hop, "", "static", distance)
        for network, hop, distance in (settings.vrf_statics.get(vrf, ()) if vrf else settings.statics)
        if any(hop in one.network for one in connected)
    ]
    reached = [*connected, *statics]
    return reached + [
        Route(IPv4Network(entry.local_address), entry.global_address, "", "static", 1)
        for entry in (() if vrf else settings.nat)
        if entry.add_route and any(entry.global_address in one.network for one in reached)
    ]
