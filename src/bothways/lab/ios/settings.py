"""What the data plane of a 3560 or a router needs, compiled from its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from bothways.lab.config_tree import ConfigTree, Line
from bothways.lab.eigrp_packets import Advertised
from bothways.lab.ios.lists import AccessList, read_lists
from bothways.lab.ios.nat import StaticNat, static_nats
from bothways.lab.ios.nat_rules import InsideSource, Lifetimes, inside_sources, lifetimes

Statics = tuple[tuple[IPv4Network, IPv4Address, int], ...]


@dataclass(frozen=True, slots=True)
class SwitchPort:
    """An access port, or a channel of several.

    Attributes:
        name: of the interface.
        vlan: its VLAN.
        shutdown: whether it is down by configuration.
        description: free text.
        channel: the channel it is a member of, "" for none.
        lacp: whether it asks its neighbour before it joins.
    """

    name: str
    vlan: int
    shutdown: bool
    description: str
    channel: str = ""
    lacp: bool = False


@dataclass(frozen=True, slots=True)
class Svi:
    """A routed interface: of a VLAN, a port of its own, or a loopback.

    Attributes:
        name: `Vlan172`, `FastEthernet0/0`, `Loopback0`.
        vlan: its number; 0 when it is none of a VLAN.
        address: with its mask; None without.
        secondary: further addresses.
        shutdown: whether it is down by configuration.
        policy: route map for packets that come in here, "" without.
        acl_in, acl_out: access lists, "" without.
        vrf: routing table it belongs to, "" for the global one.
        nat: inside or outside of address translation, "" for neither.
    """

    name: str
    vlan: int
    address: IPv4Interface | None
    secondary: tuple[IPv4Interface, ...]
    shutdown: bool
    policy: str
    acl_in: str
    acl_out: str
    vrf: str
    nat: str = ""

    @property
    def loopback(self) -> bool:
        """Whether it leads nowhere."""
        return self.name.startswith("Loopback")


@dataclass(frozen=True, slots=True)
class RouteMapEntry:
    """One sequence of a route map.

    Attributes:
        permit: or deny, which the 3560 does not do in hardware.
        sequence: its number.
        acls: lists of `match ip address`; () matches everything.
        next_hops: in order.
        unsupported: lines that the 3560 cannot do.
    """

    permit: bool
    sequence: int
    acls: tuple[str, ...]
    next_hops: tuple[IPv4Address, ...]
    unsupported: tuple[str, ...]


@dataclass(frozen=True)
class IosSettings:
    """Everything, typed.

    Attributes:
        ports, svis: by name.
        routing: `ip routing`.
        statics: (network, next hop, distance).
        vrfs: what `rd` says, "" without, by the name of a routing table of its own.
        vrf_statics: as `statics`, by the name of the table.
        acls, route_maps: by name.
        eigrp: number of the process, 0 without.
        eigrp_networks: as (network) of its `network` lines.
        redistributed: the metric under which static routes are told.
        passive: interfaces on which it does not speak.
        nat: static translations.
        nat_sources: lines that translate whom they choose as they call.
        nat_lifetimes: of what those leave behind.
    """

    ports: Mapping[str, SwitchPort] = field(default_factory=dict)
    svis: Mapping[str, Svi] = field(default_factory=dict)
    routing: bool = False
    statics: Statics = ()
    acls: Mapping[str, AccessList] = field(default_factory=dict)
    route_maps: Mapping[str, tuple[RouteMapEntry, ...]] = field(default_factory=dict)
    eigrp: int = 0
    eigrp_networks: tuple[IPv4Network, ...] = ()
    redistributed: Advertised | None = None
    passive: frozenset[str] = frozenset()
    vrfs: Mapping[str, str] = field(default_factory=dict)
    vrf_statics: Mapping[str, Statics] = field(default_factory=dict)
    nat: tuple[StaticNat, ...] = ()
    nat_sources: tuple[InsideSource, ...] = ()
    nat_lifetimes: Lifetimes = field(default_factory=lambda: Lifetimes({}))


def compile_settings(config: ConfigTree, *, routed: bool = False) -> IosSettings:
    """Read the whole tree.

    Args:
        config: of the device.
        routed: whether it is a router: every port of it is routed, and it routes without being told to.
    """
    interfaces = list(config.sections("interface "))
    routers = list(config.sections("router eigrp "))
    router = routers[0] if routers else Line("")
    svis = {one.name: one for section in interfaces if (one := _svi(section, routed=routed)) is not None}
    own = {name: one.address.ip for name, one in svis.items() if one.address}
    vrfs = {one.text.split()[2]: one.first("rd ") or "" for one in config.sections("ip vrf ")}
    return IosSettings(
        ports={
            one.name: one
            for one in map(_port, interfaces)
            if "Ethernet" in one.name or one.name.startswith("Port-channel")
        },
        svis=svis,
        routing=routed or config.root.has("ip routing"),
        statics=_statics(config, ()),
        vrfs=vrfs,
        vrf_statics={name: _statics(config, ("vrf", name)) for name in vrfs},
        acls=read_lists(config),
        route_maps=_route_maps(config),
        eigrp=int(router.text.split()[-1]) if router.text else 0,
        eigrp_networks=tuple(_network(text) for text in router.texts("network ")),
        redistributed=_redistributed(router),
        passive=frozenset(text.split()[-1] for text in router.texts("passive-interface ")),
        nat=static_nats(config, own),
        nat_sources=inside_sources(config, own),
        nat_lifetimes=lifetimes(config),
    )


def _port(section: Line) -> SwitchPort:
    channel = (section.first("channel-group ") or "").split()
    return SwitchPort(
        section.text.split()[1],
        int(section.first("switchport access vlan ") or 1),
        section.has("shutdown"),
        section.first("description ") or "",
        f"Port-channel{channel[0]}" if channel else "",
        channel[-1:] in (["active"], ["passive"]),
    )


def _svi(section: Line, *, routed: bool) -> Svi | None:
    name = section.text.split()[1]
    routed_port = "Ethernet" in name and (routed or section.has("no switchport"))
    if not (routed_port or name.startswith(("Vlan", "Loopback"))):
        return None
    texts = section.texts("ip address ")
    primary = [text for text in texts if not text.endswith("secondary")]
    groups = {text.split()[3]: text.split()[2] for text in section.texts("ip access-group ")}
    return Svi(
        name,
        int(name.removeprefix("Vlan")) if name.startswith("Vlan") else 0,
        _interface(primary[0]) if primary else None,
        tuple(_interface(text) for text in texts if text.endswith("secondary")),
        section.has("shutdown"),
        section.first("ip policy route-map ") or "",
        groups.get("in", ""),
        groups.get("out", ""),
        section.first("ip vrf forwarding ") or "",
        (section.first("ip nat ") or "") if section.first("ip vrf forwarding ") is None else "",
    )


def _interface(text: str) -> IPv4Interface:
    _, _, address, mask, *_ = text.split()
    return IPv4Interface(f"{address}/{mask}")


def _statics(config: ConfigTree, table: tuple[str, ...]) -> Statics:
    """Those of one routing table: of the words `vrf NAME`, or of none."""
    rows = []
    for text in config.root.texts("ip route "):
        words = text.split()[2:]
        if tuple(words[:2]) != table and (table or words[0] == "vrf"):
            continue
        network, mask, hop, *rest = words[len(table) :]
        if hop[0].isdigit():
            distance = int(rest[0]) if rest and rest[0].isdigit() else 1
            rows.append((IPv4Network(f"{network}/{mask}"), IPv4Address(hop), distance))
    return tuple(rows)


def _network(text: str) -> IPv4Network:
    """`network 10.12.0.0 0.0.0.255`; without a wildcard the classful network."""
    words = text.split()[1:]
    if len(words) > 1:
        length = 32 - int(IPv4Address(words[1])).bit_length()
        return IPv4Network(f"{words[0]}/{length}", strict=False)
    first = int(words[0].split(".")[0])
    return IPv4Network(f"{words[0]}/{8 if first < 128 else 16 if first < 192 else 24}", strict=False)


def _redistributed(router: Line) -> Advertised | None:
    text = router.first("redistribute static")
    if text is None:
        return None
    words = text.split()
    bandwidth, delay = (int(words[1]), int(words[2])) if words[:1] == ["metric"] else (100_000, 10)
    return Advertised(IPv4Network("0.0.0.0/0"), delay, bandwidth, external=True)


def _route_maps(config: ConfigTree) -> dict[str, tuple[RouteMapEntry, ...]]:
    found: dict[str, list[RouteMapEntry]] = {}
    for section in config.sections("route-map "):
        _, name, action, sequence = section.text.split()
        hops = (section.first("set ip next-hop ") or "").split()
        entry = RouteMapEntry(
            action == "permit",
            int(sequence),
            tuple((section.first("match ip address ") or "").split()),
            tuple(IPv4Address(hop) for hop in hops if hop[0].isdigit() and "." in hop),
            tuple(text for text in section.texts() if not text.startswith(_SUPPORTED)),
        )
        found.setdefault(name, []).append(entry)
    return {name: tuple(sorted(rows, key=lambda row: row.sequence)) for name, rows in found.items()}


_SUPPORTED = ("match ip address ", "set ip next-hop ", "description ")
