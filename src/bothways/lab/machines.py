"""Devices and hosts, made from what a topology says of them."""

from __future__ import annotations

from collections.abc import Sequence

from bothways.lab.asa.device import AsaDevice
from bothways.lab.datagram import answer_datagrams
from bothways.lab.device import Identity
from bothways.lab.events import EventQueue
from bothways.lab.frames import mac_bytes
from bothways.lab.host import Card, Host, web_page
from bothways.lab.ios.device import IosDevice
from bothways.lab.ledger import Ledger
from bothways.lab.tftp import serve_tftp
from bothways.lab.topology import DeviceSpec, HostSpec, VariantSpec


def new_device(  # noqa: PLR0913, PLR0917 - what it is, and the world it lives in
    name: str,
    spec: DeviceSpec,
    variants: Sequence[VariantSpec],
    events: EventQueue,
    ledger: Ledger,
    seed: str,
) -> AsaDevice | IosDevice:
    """A device that was never switched on, changed as the variants want it."""
    for variant in variants:
        spec = spec.model_copy(update=variant.devices.get(name, {}))
    startup = spec.startup + "".join(variant.lines.get(name, "") for variant in variants)
    identity = Identity(name, spec.model, spec.version, spec.serial, spec.mac, seed)
    if spec.platform == "cisco_asa":
        return AsaDevice(identity, events, ledger, startup, spec.delta)
    return IosDevice(identity, events, ledger, startup, spec.sdm)


def new_host(name: str, spec: HostSpec, events: EventQueue, ledger: Ledger, seed: str) -> Host:
    """A host with its routes and servers."""
    host = Host(name, Card(mac_bytes(spec.mac), spec.address), events, ledger, seed)
    if spec.gateway is not None:
        host.set_gateway(spec.gateway)
    for network, hop in spec.routes.items():
        host.add_route(network, hop)
    for port in spec.listens:
        host.listeners[port] = web_page
    for port in spec.answers:
        answer_datagrams(host, port)
    if spec.tftp:
        serve_tftp(host)
    host.window = spec.window
    host.ctcp = frozenset(spec.ctcp)
    return host
