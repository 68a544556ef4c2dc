"""Which hosts a router translates as they call, and behind what: lists, pools, interfaces, lifetimes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from bothways.lab.config_tree import ConfigTree
from bothways.lab.frames import ICMP, TCP, UDP

OVERLOAD = "overload"
_DEFAULTS = {"timeout": 86400.0, "tcp": 86400.0, "udp": 300.0, "icmp": 60.0, "finrst": 60.0}
_NAMES = {TCP: "tcp", UDP: "udp", ICMP: "icmp"}


@dataclass(frozen=True, slots=True)
class Pool:
    """Addresses in a row.

    Attributes:
        name: as the lines name it.
        first, last: as numbers.
        mask: the words behind them, as they were typed.
    """

    name: str
    first: int
    last: int
    mask: str

    def __contains__(self, address: IPv4Address) -> bool:
        return self.first <= int(address) <= self.last

    def addresses(self) -> Iterator[IPv4Address]:
        """One after the other."""
        return map(IPv4Address, range(self.first, self.last + 1))


@dataclass(frozen=True, slots=True)
class InsideSource:
    """One `ip nat inside source list` line.

    Attributes:
        acl: the list that chooses.
        pool: behind whose addresses; None for the address of an interface.
        interface: its name, "" with a pool.
        address: of that interface; None while it has none.
        overload: whether ports tell many hosts of one address apart.
    """

    acl: str
    pool: Pool | None
    interface: str
    address: IPv4Address | None
    overload: bool

    def addresses(self) -> Iterator[IPv4Address]:
        """Those it may use."""
        if self.pool is not None:
            yield from self.pool.addresses()
        elif self.address is not None:
            yield self.address


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Seconds without a packet, by kind: as documented, unless `ip nat translation` says otherwise."""

    seconds: Mapping[str, float]

    def of(self, protocol: int, *, simple: bool, closing: bool) -> float:
        """Of one entry."""
        if simple:
            return self.seconds["timeout"]
        return self.seconds["finrst" if closing else _NAMES.get(protocol, "timeout")]


def pools(config: ConfigTree) -> dict[str, Pool]:
    """By name."""
    found = {}
    for text in config.root.texts("ip nat pool "):
        name, first, last, *mask = text.split()[3:]
        found[name] = Pool(name, int(IPv4Address(first)), int(IPv4Address(last)), " ".join(mask))
    return found


def inside_sources(config: ConfigTree, own: Mapping[str, IPv4Address]) -> tuple[InsideSource, ...]:
    """The lines of a configuration, in their order.

    Args:
        config: of the router.
        own: the addresses of its interfaces, by name.
    """
    known, found = pools(config), []
    for text in config.root.texts("ip nat inside source list "):
        acl, kind, name, *rest = text.split()[5:]
        if kind == "pool" and name in known:
            found.append(InsideSource(acl, known[name], "", None, OVERLOAD in rest))
        elif kind == "interface":
            found.append(InsideSource(acl, None, name, own.get(name), True))
    return tuple(found)


def lifetimes(config: ConfigTree) -> Lifetimes:
    """What is documented, and what the configuration changes of it."""
    seconds = dict(_DEFAULTS)
    for text in config.root.texts("ip nat translation "):
        kind, value = text.split()[3:5]
        seconds[kind.removesuffix("-timeout")] = math.inf if value == "never" else float(value)
    return Lifetimes(seconds)
