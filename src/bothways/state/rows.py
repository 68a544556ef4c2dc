"""The rows of device state, one meaning for all platforms. Values only; parsers live in `platforms`.

An interface is named as the device names it in the tables it prints: nameif on an ASA, `Vlan172` on IOS.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from bothways.state.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(Row):
    """`show version`: who the device is. One row."""

    hostname: str
    version: str
    model: str
    serial: str
    image: str
    uptime: str
    licences: tuple[str, ...]
    """ASA: the licensed-features lines as printed; IOS: the feature set named in the image line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence(Row):
    """ASA: one line of what `show version` says is licensed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface(Row):
    """A layer-3 interface. ASA: `show interface`; IOS: `show ip interface`.

    `port` is the hardware name; `name` is the nameif on an ASA ("" when it has none), on IOS the port.
    """

    name: str
    port: str
    address: IPv4Interface | None
    mac: str
    admin_up: bool
    line_up: bool
    acl_in: str
    acl_out: str
    policy: str
    """IOS: route-map of `ip policy`, "" for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameif(Row):
    """ASA `show nameif`."""

    port: str
    name: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Row):
    """One next hop of one prefix (ECMP: one row each)."""

    prefix: IPv4Network | None
    """None when the device prints a name that cannot be resolved here; see `label`."""
    label: str
    """The destination as printed."""
    code: str
    """`C`, `L`, `S`, `D`, `O IA`, …; the `*` of a candidate default is dropped."""
    distance: int | None
    metric: int | None
    next_hop: IPv4Address | None
    interface: str
    """"" when the table names none (BGP, static through an address on IOS)."""
    vrf: str
    tunneled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arp(Row):
    """An ARP entry. `mac` is "" for an incomplete one, else the device's own notation in lower case."""

    address: IPv4Address
    mac: str
    interface: str
    age: int | None
    """Seconds on an ASA, minutes on IOS; None for the device's own or a static one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac(Row):
    """`show mac address-table`."""

    vlan: str
    mac: str
    kind: str
    port: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conn(Row):
    """ASA `show conn`: two ends as printed; which is the initiator is not promised by their order."""

    protocol: str
    a_interface: str
    a_address: IPv4Address
    a_port: int
    b_interface: str
    b_address: IPv4Address
    b_port: int
    idle_s: int | None
    bytes: int | None
    flags: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnCount(Row):
    """ASA `show conn count`. One row."""

    in_use: int
    most_used: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry(Row):
    """One rule of an access list (`show access-list`, `show access-lists`), in its order.

    A side is None when the rule says something we do not model (an object group whose members were
    not expanded, time ranges, …); then `understood` is False and no verdict may lean on the rule.
    """

    acl: str
    sequence: int
    action: str
    """`permit`, `deny`, or "" where a line of the list was not understood at all."""
    protocol: str
    """`ip`, `tcp`, `udp`, `icmp`, or as printed."""
    source: IPv4Network | None
    source_ports: tuple[int, int] | None
    """Inclusive range; None for any."""
    destination: IPv4Network | None
    destination_ports: tuple[int, int] | None
    established: bool
    hits: int | None
    active: bool
    understood: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessGroup(Row):
    """ASA `access-group ACL in interface inside`; `interface` is "" for a global one."""

    acl: str
    direction: str
    """`in`, `out` or `global`."""
    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SameSecurity(Row):
    """ASA `same-security-traffic permit …`: kind `intra-interface` or `inter-interface`."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePolicy(Row):
    """One class of a bound ASA policy-map, in the map's order.

    A class bound through two service-policies stands twice.
    """

    policy_map: str
    interface: str
    """nameif, or "" for `global`."""
    class_map: str
    match: str
    """The match line of the class-map without its first word: `access-list A`, `any`, …

    Several stand with `, ` between them where all must match, and with ` or ` where one is enough. Ports are
    numbers.
    """
    settings: tuple[str, ...]
    """The lines under the class, as the running configuration has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversePath(Row):
    """ASA `ip verify reverse-path interface X`."""

    interface: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout(Row):
    """One timer of an ASA's global `timeout` lines: `conn`, `half-closed`, `xlate`, …; 0 is never."""

    name: str
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetService(Row):
    """A line about `service resetinbound` or `resetoutbound` of an ASA; defaults are no lines."""

    kind: str
    interface: str
    """"" for all."""
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpEnd(Row):
    """IOS `show tcp brief`: a connection that ends on the device itself."""

    local: IPv4Address
    local_port: int
    remote: IPv4Address
    remote_port: int
    state: str
    """As IOS spells it: `ESTAB`, `SYNSENT`, `TIMEWAIT`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBinding(Row):
    """IOS `show ip policy`: which interface is policy routed, by which map. `local` is the box itself."""

    interface: str
    route_map: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMapEntry(Row):
    """One sequence of IOS `show route-map`."""

    route_map: str
    action: str
    sequence: int
    acls: tuple[str, ...]
    next_hops: tuple[IPv4Address, ...]
    down: tuple[IPv4Address, ...]
    """Next hops that are passed over, as their track is down."""
    other: tuple[str, ...]
    """Match and set clauses besides `ip address` and `ip next-hop`, as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SdmTemplate(Row):
    """IOS `show sdm prefer`. One row."""

    active: str
    """As printed between the quotes: `desktop default`."""
    next: str
    """Template after the next reload; equal to `active` when none is pending."""
    pbr_aces: int | None
    """Policy based routing ACEs the active template has room for; 0.5K is 512. None when not printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAddress(Row):
    """An address the device itself answers to, from the configuration.

    `kind` is `svi`, `loopback`, `secondary` or `hsrp`.
    """

    address: IPv4Address
    interface: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failover(Row):
    """ASA `show failover`. One row; `role` is `Active`, `Standby Ready`, … or "" when failover is off."""

    enabled: bool
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmodelled(Row):
    """A line of the running configuration that does something to packets which is not walked."""

    interface: str
    """Where it works; "" for the whole device."""
    text: str
    diverts: bool
    """It may send a packet elsewhere, change it, or let one live; otherwise it can only drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigLine(Row):
    """One line of the running configuration."""

    section: str
    """The unindented line it stands under; "" for an unindented line."""
    text: str
    """The line without its indentation."""
