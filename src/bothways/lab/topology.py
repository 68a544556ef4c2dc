"""A network as YAML describes it: wires, hosts, devices, work."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bothways.document import load_yaml, read_text, validate
from bothways.errors import BadInput

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)
_ADDRESS = re.compile(r"^ *ip address (\d\S+) ", re.MULTILINE)


class HostSpec(BaseModel):
    """A host.

    Attributes:
        address: with its mask.
        wire: what it is plugged into.
        team: further wires or cables, each on a card of its own that stands in for those before it.
        mac: its own.
        gateway: of its default route; None without.
        routes: further routes, next hop by network.
        listens: TCP ports of its servers.
        tftp: whether it serves TFTP.
        window: of its TCP.
        ctcp: TCP ports, its own or a server's, on which it speaks cTCP.
    """

    model_config = _STRICT
    address: IPv4Interface
    wire: str
    team: tuple[str, ...] = ()
    mac: str = Field(pattern=r"^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$")
    gateway: IPv4Address | None = None
    routes: dict[IPv4Network, IPv4Address] = {}
    listens: tuple[int, ...] = ()
    tftp: bool = False
    window: int = Field(default=64240, ge=1, le=65535)
    ctcp: tuple[int, ...] = ()


class DeviceSpec(BaseModel):
    """A device.

    Attributes:
        platform: cisco_asa or cisco_ios.
        model, version, serial, mac: what is printed on the box.
        ports: wire by port.
        startup: the configuration it boots from.
        sdm: template of a switch.
        delta: which half the changes of sequence numbers come from; "" is any.
    """

    model_config = _STRICT
    platform: Literal["cisco_asa", "cisco_ios"]
    model: str
    version: str
    serial: str
    mac: str = Field(pattern=r"^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$")
    ports: dict[str, str]
    startup: str
    sdm: Literal[
        "default", "routing", "vlan", "access",
        "dual-ipv4-and-ipv6 default", "dual-ipv4-and-ipv6 routing", "dual-ipv4-and-ipv6 vlan",
    ] = "default"  # fmt: skip
    delta: Literal["", "above", "below"] = ""


class AboardSpec(BaseModel):
    """A host that is a router's own address: its loopback, as a rule.

    Attributes:
        device: the router.
        address: its own.
        listens: TCP ports of its servers.
    """

    model_config = _STRICT
    device: str
    address: IPv4Address
    listens: tuple[int, ...] = ()


class FirewallSpec(BaseModel):
    """A firewall that nobody logs in to, between two wires of one network."""

    model_config = _STRICT
    inside: str
    outside: str


class WorkSpec(BaseModel):
    """Something that a host does all the time.

    Attributes:
        kind: browse opens a connection again and again, ping sends echo requests, hold keeps one connection.
        client: name of the host.
        server: address.
        port: of the server; 0 for ping.
        every_s: pause between two.
        first_s: when it begins.
    """

    model_config = _STRICT
    kind: Literal["browse", "ping", "hold"]
    client: str
    server: IPv4Address
    port: int = Field(default=0, ge=0, le=65535)
    every_s: float = Field(default=10.0, gt=0)
    first_s: float = Field(default=1.0, ge=0)


class VariantSpec(BaseModel):
    """A change to the network that a test or an option asks for.

    Attributes:
        lines: configuration lines by device, typed into its startup: a section header is followed by indented
            lines, `no` takes a line away.
        devices: other values of a device, by device and attribute.
    """

    model_config = _STRICT
    lines: dict[str, str] = {}
    devices: dict[str, dict[str, str]] = {}


class Topology(BaseModel):
    """A network.

    Attributes:
        seed: of all random numbers.
        wires: subnet by name, None for a wire without.
        cables: wires with two ends, which lose their link together.
        settle_s: how long it runs before anyone looks.
        aboard: hosts that are addresses of routers.
        firewalls: those that are no devices of the inventory.
    """

    model_config = _STRICT
    name: str
    seed: int = 0
    settle_s: float = 20.0
    wires: dict[str, IPv4Network | None]
    cables: tuple[str, ...] = ()
    hosts: dict[str, HostSpec] = {}
    devices: dict[str, DeviceSpec] = {}
    aboard: dict[str, AboardSpec] = {}
    firewalls: dict[str, FirewallSpec] = {}
    workloads: tuple[WorkSpec, ...] = ()
    variants: dict[str, VariantSpec] = {}


@cache
def load_story(name: str) -> Topology:
    """A topology that the lab brings along.

    Raises:
        BadInput: there is no such story.
    """
    folder = files("bothways.lab.stories")
    known = sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))
    if name not in known:
        raise BadInput("story", f"no story {name!r}", f"known: {', '.join(known)}")
    return read_topology((folder / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")


def load_topology(path: Path) -> Topology:
    """A topology from a file.

    Raises:
        BadInput: it cannot be read, or contradicts itself.
    """
    return read_topology(read_text(path), str(path))


def read_topology(text: str, where: str) -> Topology:
    """A topology from YAML.

    Raises:
        BadInput: one line that says what is wrong.
    """
    topology = validate(load_yaml(text, where), Topology)
    _check(topology, where)
    return topology


def _check(topology: Topology, where: str) -> None:
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
