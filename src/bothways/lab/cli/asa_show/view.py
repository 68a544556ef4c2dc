"""What the ASA's show commands print from: values only, whatever the device behind them keeps."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class Port:
    """An interface, named (`Vlan1`, `inside`) or a bare switch port (`nameif` empty)."""

    name: str
    nameif: str
    level: int
    address: IPv4Interface | None
    mac: str
    admin_up: bool
    link_up: bool
    vlan: int | None = None

    @property
    def status(self) -> str:
        """What `show interface ip brief` says."""
        if not self.admin_up:
            return "administratively down"
        return "up" if self.link_up else "down"

    @property
    def protocol(self) -> str:
        """The line protocol."""
        return "up" if self.admin_up and self.link_up else "down"


@dataclass(frozen=True, slots=True)
class Arp:
    """A row of the ARP table."""

    nameif: str
    address: IPv4Address
    mac: str
    age_s: float


@dataclass(frozen=True, slots=True)
class Route:
    """A route; `next_hop` is None when directly connected."""

    code: str
    network: IPv4Network
    distance: int
    metric: int
    next_hop: IPv4Address | None
    nameif: str
    age_s: float | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One end of a connection; `shown` is how the other side knows it, where it is translated."""

    nameif: str
    address: IPv4Address
    port: int
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Conn:
    """A connection: `far` is printed first, as the ASA does with the less secure end."""

    protocol: str
    far: End
    near: End
    flags: str
    bytes: int
    idle_s: float
    uptime_s: float
    timeout_s: float
    initiator: IPv4Address


@dataclass(frozen=True, slots=True)
class Xlate:
    """A translation; `flags` as printed, `real` and `mapped` as `nameif:address` or `nameif:address/port`."""

    protocol: str
    real: str
    mapped: str
    flags: str
    idle_s: float
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Nat:
    """A rule, as `show nat` prints it: its line behind the number, and what `detail` adds."""

    section: int
    line: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """A counter of dropped packets; `section` is `frame` or `flow`."""

    section: str
    name: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an access list, as it is configured behind the list's name.

    Attributes:
        members: what it stands for, where it names objects.
    """

    text: str
    hits: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessList:
    """An access list."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PolicyClass:
    """A class of a policy-map and what is done there, as it is configured."""

    name: str
    actions: tuple[str, ...]
    packets: int = 0
    drops: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy-map where it is bound; `nameif` is empty for the global one."""

    name: str
    nameif: str
    classes: tuple[PolicyClass, ...]


@dataclass(frozen=True, slots=True)
class LogSettings:
    """What the device logs."""

    enabled: bool
    timestamps: bool
    level: str

    @property
    def buffered(self) -> bool:
        """Whether messages go to the buffer."""
        return self.level != "disabled"
