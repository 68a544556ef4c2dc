"""A network as YAML describes it: wires, hosts, devices, work."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bothways.document import load_yaml, read_text, validate
from bothways.errors import BadInput
from bothways.lab.topology_checks import check_topology

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


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
        answers: UDP ports on which it answers each datagram with one.
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
    answers: tuple[int, ...] = ()
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


class MoreSpec(BaseModel):
    """What a network has besides: wires, hosts and devices, as a topology names them."""

    model_config = _STRICT
    wires: dict[str, IPv4Network | None] = {}
    hosts: dict[str, HostSpec] = {}
    devices: dict[str, DeviceSpec] = {}


class VariantSpec(BaseModel):
    """A change to the network that a test or an option asks for.

    Attributes:
        lines: configuration lines by device, typed into its startup: a section header is followed by indented
            lines, `no` takes a line away.
        devices: other values of a device, by device and attribute.
        more: what is there besides.
    """

    model_config = _STRICT
    lines: dict[str, str] = {}
    devices: dict[str, dict[str, str]] = {}
    more: MoreSpec = MoreSpec()


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

    def varied(self, variants: Sequence[str]) -> Topology:
        """The network with what its variants add to it.

        Raises:
            BadInput: there is no such variant.
        """
        for name in variants:
            if name not in self.variants:
                known = ", ".join(self.variants) or "none"
                raise BadInput("variant", f"no variant {name!r}", f"known: {known}")
        more = [self.variants[name].more for name in variants]
        added = {
            "wires": {**self.wires, **{name: wire for one in more for name, wire in one.wires.items()}},
            "hosts": {**self.hosts, **{name: host for one in more for name, host in one.hosts.items()}},
            "devices": {**self.devices, **{name: box for one in more for name, box in one.devices.items()}},
        }
        return self.model_copy(update=added)


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
    check_topology(topology, where)
    for name in topology.variants:
        check_topology(topology.varied((name,)), where)
    return topology
