"""Where a host is plugged in, and what that switch has behind it: read from MAC tables and configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any
from weakref import WeakKeyDictionary

from bothways.diagnosis.location import Location
from bothways.diagnosis.segments import Topology
from bothways.diagnosis.sight import Sight
from bothways.state.device import DeviceState, Evidence
from bothways.state.link_rows import EtherChannel
from bothways.state.rows import Arp, ConfigLine, Interface, Mac
from bothways.state.tables import Table

_PORT = re.compile(r"(?P<kind>[A-Za-z-]+)(?P<number>\d\S*)")
_INTERFACE = "interface "
_CHANNEL = "Port-channel"
_NO_UPLINK = ("channel-group ", "shutdown", "spanning-tree portfast")


_lines: WeakKeyDictionary[Table[Any], Mapping[str, tuple[str, ...]]] = WeakKeyDictionary()
"""Every walk asks every switch for its ports; the text is one and the same."""


def _by_interface(table: Table[ConfigLine]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in table:
        if not row.section and row.text.startswith(_INTERFACE):
            found.setdefault(row.text.removeprefix(_INTERFACE).strip(), [])
        elif row.section.startswith(_INTERFACE):
            found.setdefault(row.section.removeprefix(_INTERFACE).strip(), []).append(row.text.strip())
    return {name: tuple(lines) for name, lines in found.items()}


@dataclass(frozen=True)
class SwitchPorts:
    """The interfaces of a switch as its configuration has them.

    Attributes:
        lines: what stands under each, by its name.
    """

    switch: DeviceState
    lines: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, switch: DeviceState) -> SwitchPorts:
        """Those of a switch; none when its configuration was not read."""
        if not switch.sees(ConfigLine):
            return cls(switch, {})
        table = switch.table(ConfigLine)
        if table not in _lines:
            _lines[table] = _by_interface(table)
        return cls(switch, _lines[table])

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels of layer 2 that are not shut down."""
        return tuple(name for name in self._layer2_channels if "shutdown" not in self.lines[name])

    @property
    def shut_channels(self) -> tuple[str, ...]:
        """Channels of layer 2 that are shut down, and whose neighbours nobody learns any more."""
        return tuple(name for name in self._layer2_channels if "shutdown" in self.lines[name])

    @property
    def _layer2_channels(self) -> list[str]:
        channels = (name for name in self.lines if name.startswith(_CHANNEL))
        return [name for name in channels if "no switchport" not in self.lines[name]]

    @property
    def trunks(self) -> tuple[str, ...]:
        """Single trunk ports that have a link: another switch is behind them, perhaps one with a way out.

        Not those that are said to be the edge of spanning tree: servers.
        """
        return tuple(
            name
            for name, lines in self.lines.items()
            if "switchport mode trunk" in lines
            and not any(line.startswith(_NO_UPLINK) for line in lines)
            and not name.startswith(_CHANNEL)
            and self.is_up(name)
        )

    def says(self, name: str, start: str) -> str:
        """What follows these words under an interface, "" when nothing does."""
        return next((line[len(start) :] for line in self.lines[name] if line.startswith(start)), "")

    def is_up(self, name: str) -> bool:
        """Whether an interface has a link, as far as was read."""
        rows = self.switch.table(Interface).where(name=name) if self.switch.sees(Interface) else []
        return any(row.line_up for row in rows)

    def full_name(self, printed: str) -> str:
        """`Gi1/1` of a table as the configuration has it; as printed when it has no such interface."""
        short = _PORT.fullmatch(printed)
        if short is None:
            return printed
        kind, number = short["kind"], short["number"]
        fitting = (name for name in self.lines if name.startswith(kind) and name.endswith(number))
        return next((name for name in fitting if name.rstrip("0123456789/.") + number == name), printed)


@dataclass(frozen=True)
class Seat:
    """A host at a port of a switch that passes its frames on to a router.

    Attributes:
        port: as the configuration names it.
        uplink: the interface behind which the host's router is.
        gateway: hardware addresses of that router.
        rivals: channels that are up and show no address, and trunks: perhaps further uplinks.
        evidence: the lines that say so.
    """

    switch: DeviceState
    vlan: str
    port: str
    uplink: str
    gateway: tuple[str, ...]
    rivals: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def seat(sight: Sight, topology: Topology, host: Location) -> Seat | None:
    """The seat of a host; None when no switch of the snapshot shows it."""
    routers = routers_of(sight, topology, host)
    found = [
        (_crowd(switch, row), row, switch)
        for mac in macs_of(sight, topology, host.address)
        for switch in sight.snapshot
        if switch.sees(Mac)
        for row in switch.table(Mac).where(mac=mac)
        if not row.port.startswith("Po")
    ]
    # A host's own port shows the fewest addresses; on the ports between switches there are many.
    for _, row, switch in sorted(found, key=lambda one: one[0]):
        sight.table(switch, ConfigLine)  # says so, where the ports' configuration was not read
        sitting = _seated(switch, row, routers)
        if sitting is not None:
            return sitting
    for switch in sight.snapshot:
        if switch.platform == "cisco_ios":
            sight.table(switch, Mac)  # says so, where it may hang on one whose table was not read
    return None


def _crowd(switch: DeviceState, row: Mac) -> int:
    return len(switch.table(Mac).where(port=row.port))


def _seated(switch: DeviceState, row: Mac, wanted: tuple[str, ...]) -> Seat | None:
    ports = SwitchPorts.of(switch)
    port, channels = ports.full_name(row.port), ports.channels or ports.shut_channels
    there = [one for mac in wanted for one in switch.table(Mac).where(mac=mac, vlan=row.vlan)]
    learnt = [one for one in there if one.port.upper() != "CPU"]
    only = {channels[0]} if len(channels) == 1 else set()
    uplinks = {ports.full_name(one.port) for one in learnt} or only
    is_router = len(there) > len(learnt)
    if is_router or len(uplinks) != 1 or port in uplinks or port not in ports.lines:
        return None
    (uplink,) = uplinks
    shown = {ports.full_name(one.port) for one in switch.table(Mac)}
    rivals = tuple(name for name in channels if name not in {uplink, *shown} and ports.is_up(name))
    rivals += tuple(name for name in ports.trunks if name not in {uplink, port})
    channel = switch.table(EtherChannel).where(name=uplink) if switch.sees(EtherChannel) else []
    lines = tuple(switch.evidence(one) for one in (row, *learnt, *channel))
    return Seat(switch, row.vlan, port, uplink, wanted, rivals, lines)


def ports_of(device: DeviceState, address: IPv4Address) -> tuple[str, ...]:
    """The ports behind which a device has learnt a host that is in its ARP; none where it does not tell."""
    if not (device.sees(Arp) and device.sees(Mac)):
        return ()
    macs = [row.mac for row in device.table(Arp).where(address=address) if row.mac]
    return tuple(row.port for mac in macs for row in device.table(Mac).where(mac=mac))


def macs_of(sight: Sight, topology: Topology, address: IPv4Address) -> tuple[str, ...]:
    """The hardware addresses that routers have in ARP for an address."""
    names = dict.fromkeys(one.device for one in topology.segment(address))
    tables = (sight.table(sight.snapshot.devices[name], Arp) for name in names)
    rows = [row for table in tables if table is not None for row in table.where(address=address)]
    return tuple(dict.fromkeys(row.mac for row in rows if row.mac))


def routers_of(sight: Sight, topology: Topology, host: Location) -> tuple[str, ...]:
    """The hardware addresses of the router it sends to, else of all on its network.

    A router has itself in ARP, with its virtual addresses; an ASA has not, and says them of its interfaces.
    """
    found: dict[str, None] = {}
    for attachment in (host.entry,) if host.entry is not None else topology.segment(host.address):
        device = attachment.device
        if attachment.interface.mac:
            found[attachment.interface.mac] = None
        table = sight.table(sight.snapshot.devices[device], Arp)
        for row in table.where(interface=attachment.interface.name, age=None) if table is not None else ():
            if row.mac and any(owner.device == device for owner in topology.owners(row.address)):
                found[row.mac] = None
    return tuple(found)
