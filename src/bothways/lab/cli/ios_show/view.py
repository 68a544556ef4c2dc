"""What the show commands of IOS print from: values only, whatever the device behind them keeps."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class Port:
    """An interface.

    Attributes:
        name: in full, `FastEthernet0/1`, `Vlan10`.
        mac: dotted.
        address: with its mask; None without one.
        admin_up: not shut down.
        link_up: carrier and line protocol.
        vlan: access VLAN of a switch port; None for a routed interface.
    """

    name: str
    mac: str
    address: IPv4Interface | None
    admin_up: bool
    link_up: bool
    vlan: int | None
    description: str = ""
    policy: str = ""
    access_group_in: str = ""
    access_group_out: str = ""
    nat: str = ""

    @property
    def short(self) -> str:
        """`Fa0/1`, `Vl10`, `Gi0/1`."""
        letters = self.name.rstrip("0123456789/.")
        return letters[:2] + self.name[len(letters) :]

    @property
    def virtual(self) -> bool:
        """An SVI or a loopback."""
        return self.name.startswith(("Vlan", "Loopback"))

    @property
    def loopback(self) -> bool:
        """A loopback."""
        return self.name.startswith("Loopback")

    @property
    def status(self) -> str:
        """What `show ip interface brief` says."""
        if not self.admin_up:
            return "administratively down"
        return "up" if self.link_up else "down"

    @property
    def protocol(self) -> str:
        """The line protocol."""
        return "up" if self.admin_up and self.link_up else "down"


@dataclass(frozen=True, slots=True)
class Arp:
    """A row of the ARP table; `age_s` is None for our own address, `mac` while nobody answered."""

    address: IPv4Address
    mac: str | None
    age_s: float | None
    interface: str


@dataclass(frozen=True, slots=True)
class Route:
    """A route.

    Attributes:
        code: `C`, `S`, `S*`, `D`, `D EX`, `D*EX`.
        next_hop: None when directly connected.
        interface: where it goes out, "" for a static by next hop.
        age_s: of a learnt one.
    """

    code: str
    network: IPv4Network
    distance: int
    metric: int
    next_hop: IPv4Address | None
    interface: str
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Mac:
    """A row of the MAC table."""

    vlan: int
    mac: str
    port: str
    kind: str = "DYNAMIC"


@dataclass(frozen=True, slots=True)
class Sequence:
    """One statement of a route-map."""

    name: str
    action: str
    number: int
    match_acls: tuple[str, ...]
    next_hops: tuple[str, ...]
    other_matches: tuple[str, ...] = ()
    other_sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessList:
    """An access list; entries in full words, each with its number and its hits."""

    name: str
    kind: str
    entries: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class Neighbor:
    """An EIGRP neighbour; `heard_s` is negative, seconds since its last hello."""

    address: IPv4Address
    interface: str
    age_s: float
    heard_s: float = 0.0
