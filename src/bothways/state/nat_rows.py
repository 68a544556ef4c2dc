"""Rows about address translation, as each platform says it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class NatRule(Row):
    """A NAT line of the running configuration, as written; not walked, so it limits what can be seen.

    ASA: those that are no `ObjectNat`. IOS: those that are no `StaticNat`, `PortNat` or `DynamicNat`.
    """

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectNat(Row):
    """ASA `nat (real,mapped) …` inside a network object, in the order in which the ASA looks at them."""

    name: str
    real_interface: str
    """nameif, or `any`."""
    mapped_interface: str
    static: bool
    """In both directions; a dynamic one only for what the real side opens."""
    real: IPv4Network
    mapped: IPv4Network | None
    """None: the address of the mapped interface."""
    protocol: str
    """`tcp` or `udp` of a rule for one port, else ""."""
    real_port: int | None
    mapped_port: int | None
    options: tuple[str, ...]
    """Such as `no-proxy-arp`, `route-lookup`, `dns`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceObject(Row):
    """ASA `object service`, as manual NAT lines name them; ports are inclusive ranges, None for every one."""

    name: str
    protocol: str
    source_ports: tuple[int, int] | None
    destination_ports: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NatSide(Row):
    """IOS `ip nat inside` or `ip nat outside` under an interface."""

    interface: str
    side: str
    """`inside` or `outside`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticNat(Row):
    """IOS `ip nat inside|outside source static`, one address for one: permanent, no packet makes it."""

    side: str
    """Where the host is: `inside` or `outside`."""
    local: IPv4Address
    """Under which the inside knows it."""
    world: IPv4Address
    """Under which the outside knows it; Cisco's word is global."""
    add_route: bool
    extendable: bool
    """A packet of the inside that uses it makes a full translation, which its answer is translated by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortNat(Row):
    """IOS `ip nat inside source static tcp|udp`: one port of an inside host under another name."""

    protocol: str
    """`tcp` or `udp`."""
    local: IPv4Address
    local_port: int
    world: IPv4Address | None
    """None: the address of `interface`."""
    interface: str
    """"" where `world` is written out."""
    world_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NatPool(Row):
    """IOS `ip nat pool`: the addresses from `first` to `last`, each as good as the other."""

    name: str
    first: IPv4Address
    last: IPv4Address


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicNat(Row):
    """IOS `ip nat inside source list`: who matches the list is shown under an address taken when he calls."""

    acl: str
    pool: str
    """"" where the address is that of `interface`."""
    interface: str
    overload: bool
    """Ports tell those apart who share an address."""
