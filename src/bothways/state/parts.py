"""A device that keeps several routing tables apart, as so many routers inside one box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import cast

from bothways.errors import CouldNotSee
from bothways.state.device import DeviceState, Evidence
from bothways.state.nat_rows import NatSide
from bothways.state.rows import Arp, Interface, Route
from bothways.state.tables import R, Row, Source, Table, TableBuilder
from bothways.state.vrf_rows import VrfMember

_MEMBERSHIP = re.compile(r"vrf forwarding |VPN Routing/Forwarding ")
_OF_TABLE = re.compile(r"(?:via \S+|is directly connected) \((?P<vrf>[\w.:-]+)\)", re.ASCII)


def part_name(box: str, vrf: str) -> str:
    """What a VRF of a device is called; the global table goes by the device's own name."""
    return f"{box} vrf {vrf}" if vrf else box


def parts_of(device: DeviceState) -> tuple[DeviceState, ...]:
    """Its routing tables, the global one first, each with what belongs to it; itself where it has one."""
    if not device.parts:
        device.parts = _split(device) if device.mentions(VrfMember, _MEMBERSHIP) else (device,)
    return device.parts


def _split(device: DeviceState) -> tuple[DeviceState, ...]:
    try:
        members = {row.interface: row.vrf for row in device.table(VrfMember)}
    except CouldNotSee:
        return (device,)
    names = dict.fromkeys(("", *members.values())) if members else ()
    return tuple(Part(device, vrf, members) for vrf in names) or (device,)


class Part(DeviceState):
    """One routing table of a device, with its interfaces and its ARP: a router of its own."""

    def __init__(self, whole: DeviceState, vrf: str, members: Mapping[str, str]) -> None:
        sources = dict(whole._sources)  # noqa: SLF001 - the same device, read with the same parsers
        for kind in (Route, Arp) if vrf else ():
            sources[kind] = _of_vrf(sources[kind], whole, vrf)
        super().__init__(part_name(whole.name, vrf), whole.platform, whole.outputs, sources)
        self.box, self.vrf, self.parts = whole.name, vrf, (self,)
        self._whole, self._members = whole, members

    def vrf_of(self, interface: str) -> str:
        """The table an interface of the box is in."""
        return self._members.get(interface, "")

    def evidence(self, row: Row) -> Evidence:
        """The line a row came from."""
        own = self.vrf and isinstance(row, Route | Arp)
        return super().evidence(row) if own else self._whole.evidence(row)

    def _parsed(self, row_type: type[R]) -> Table[R]:
        if self.vrf and issubclass(row_type, Route):
            return cast("Table[R]", self._own_routes(super()._parsed(Route)))
        if self.vrf and issubclass(row_type, Arp):
            return super()._parsed(row_type)
        table = self._whole.table(row_type)
        if issubclass(row_type, Interface | Arp | NatSide):
            return table.only([self._is_here(row) for row in table])
        return table

    def _is_here(self, row: Row) -> bool:
        if isinstance(row, Interface):
            # A switch port without an address is in no table, and carries what is for all of them.
            port = row.address is None and row.name not in self._members
            return port or self.vrf_of(row.name) == self.vrf
        assert isinstance(row, Arp | NatSide)
        return self.vrf_of(row.interface) == self.vrf

    def _own_routes(self, table: Table[Route]) -> Table[Route]:
        """The rows of this VRF, as those of the only table there is; what another one lends leads nowhere."""
        rows, lines = TableBuilder(Route, table.command), self.outputs[table.command].text.split("\n")
        named = {self.vrf, *(("",) if table.command.endswith(f" {self.vrf}") else ())}
        for row in (row for row in table if row.vrf in named):
            lent = _OF_TABLE.search(lines[row.line - 1])
            own = replace(row, vrf="")
            if lent is not None and lent["vrf"] != self.vrf:
                own = replace(own, interface="", next_hop=None)
            rows.add(**{field.name: getattr(own, field.name) for field in fields(own)})
        for number in table.unknown:
            rows.unknown(number)
        return rows.table()


def _of_vrf(source: Source, whole: DeviceState, vrf: str) -> Source:
    """The command that shows a VRF's table; where it was not asked, the one that shows those of all."""
    own, every = f"{source.command} vrf {vrf}", f"{source.command} vrf *"
    return replace(source, command=every if own not in whole.outputs and every in whole.outputs else own)
