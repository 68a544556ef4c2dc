"""What a network must not contradict itself about."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING

from bothways.errors import BadInput

if TYPE_CHECKING:
    from bothways.lab.topology import DeviceSpec, HostSpec, Topology

_ADDRESS = re.compile(r"^ *ip address (\d\S+) ", re.MULTILINE)


def check_topology(topology: Topology, where: str) -> None:
    """Refuse a network that contradicts itself.

    Raises:
        BadInput: one line that says what is wrong.
    """
    _check_wires(topology, where)
    _check_unique(
        where,
        "MAC address",
        [(h.mac, n) for n, h in topology.hosts.items()] + [(d.mac, n) for n, d in topology.devices.items()],
    )
    addresses = [(str(h.address.ip), n) for n, h in topology.hosts.items()]
    for name, device in topology.devices.items():
        addresses += [(address, name) for address in _ADDRESS.findall(device.startup)]
    _check_unique(where, "address", addresses)
    for name, host in topology.hosts.items():
        _check_host(topology, where, name, host)
    for name, device in topology.devices.items():
        _check_device(topology, where, name, device)
    _check_aboard(topology, where)
    for work in topology.workloads:
        if work.client not in topology.hosts:
            raise BadInput(where, f"workloads: no host {work.client!r}")
    named = {name for variant in topology.variants.values() for name in (*variant.lines, *variant.devices)}
    for name in sorted(named - set(topology.devices)):
        raise BadInput(where, f"variants: no device {name!r}")


def _check_aboard(topology: Topology, where: str) -> None:
    for name, one in topology.aboard.items():
        router = topology.devices.get(one.device)
        if router is None or str(one.address) not in _ADDRESS.findall(router.startup):
            raise BadInput(where, f"aboard.{name}: {one.address} is no address of a device {one.device!r}")
    for name, firewall in topology.firewalls.items():
        for wire in (firewall.inside, firewall.outside):
            if wire not in topology.wires:
                raise BadInput(where, f"firewalls.{name}: no wire {wire!r}")


def _check_wires(topology: Topology, where: str) -> None:
    named = [(name, subnet) for name, subnet in topology.wires.items() if subnet is not None]
    for (first, one), (second, other) in combinations(named, 2):
        if one.overlaps(other):
            raise BadInput(where, f"wires {first} and {second} overlap: {one} and {other}")
    plugs = Counter(wire for device in topology.devices.values() for wire in device.ports.values())
    plugs.update(wire for host in topology.hosts.values() for wire in (host.wire, *host.team))
    for name in topology.cables:
        if name in topology.wires or plugs[name] != 2:
            raise BadInput(where, f"cable {name}: it has two ends and a name of its own; {plugs[name]} ends")


def _check_device(topology: Topology, where: str, name: str, device: DeviceSpec) -> None:
    for port, wire in device.ports.items():
        if not _has_wire(topology, wire):
            raise BadInput(where, f"devices.{name}.ports.{port}: no wire {wire!r}")


def _has_wire(topology: Topology, name: str) -> bool:
    return name in topology.wires or name in topology.cables


def _check_host(topology: Topology, where: str, name: str, host: HostSpec) -> None:
    for wire in (host.wire, *host.team):
        if not _has_wire(topology, wire):
            raise BadInput(where, f"hosts.{name}: no wire {wire!r}")
    network = topology.wires.get(host.wire)
    if network is not None and host.address.network != network:
        raise BadInput(where, f"hosts.{name}.address: {host.address} is not in {network} of wire {host.wire}")
    for hop in (host.gateway, *host.routes.values()):
        if hop is not None and hop not in host.address.network:
            raise BadInput(where, f"hosts.{name}: next hop {hop} is not in {host.address.network}")


def _check_unique(where: str, what: str, pairs: list[tuple[str, str]]) -> None:
    owners: dict[str, str] = {}
    for value, owner in pairs:
        if value in owners:
            raise BadInput(where, f"{owners[value]} and {owner} have the same {what} {value}")
        owners[value] = owner
