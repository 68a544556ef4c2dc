"""Routes of the ASA, and what it tells its EIGRP neighbours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from bothways.lab.asa.settings import AsaInterface, AsaSettings
from bothways.lab.eigrp import Link
from bothways.lab.eigrp_packets import Advertised
from bothways.lab.frames import Packet
from bothways.lab.rib import Route

_BANDWIDTH, _DELAY = 100_000, 10
"""kbit/s and tens of microseconds of a VLAN interface of the 5505."""


def eigrp_links(
    settings: AsaSettings, live: Mapping[str, AsaInterface], speak: Callable[[str, Packet], None]
) -> list[Link]:
    """The interfaces on which EIGRP speaks.

    Args:
        settings: of the device.
        live: the interfaces that are up, by nameif.
        speak: sends a packet out of a hardware interface.
    """
    return [
        Link(
            name,
            one.address.ip,
            one.address.network,
            _DELAY,
            _BANDWIDTH,
            name in settings.passive or "default" in settings.passive,
            partial(speak, one.hardware),
        )
        for name, one in live.items()
        if one.address and any(one.address.ip in network for network in settings.eigrp_networks)
    ]


def told_from_outside(settings: AsaSettings) -> list[Advertised]:
    """Static routes that are redistributed."""
    metric = settings.redistributed
    return [replace(metric, network=network) for _, network, _, _ in settings.statics] if metric else []


def own_routes(settings: AsaSettings, live: Mapping[str, AsaInterface]) -> list[Route]:
    """Connected and static routes of the interfaces that are up."""
    connected = [
        Route(one.address.network, None, name, "connected") for name, one in live.items() if one.address
    ]
    return connected + [
        Route(network, hop, nameif, "static", distance)
        for nameif, network, hop, distance in settings.statics
        if nameif in live
    ]
