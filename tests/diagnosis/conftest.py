"""Device state from rows: each row gets a text line of its own, so that evidence can be read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

import pytest

from bothways.state import log_rows, nat_rows, rows
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot
from bothways.state.tables import Row, Source, Table, TableBuilder

MOMENT = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
SHARED_ROWS: tuple[type[Row], ...] = (
    rows.Version,
    rows.Interface,
    rows.Route,
    rows.Arp,
    log_rows.LogLine,
    rows.AclEntry,
    rows.ConfigLine,
)
ASA_ROWS: tuple[type[Row], ...] = (
    *SHARED_ROWS,
    rows.Licence,
    rows.Nameif,
    rows.Conn,
    rows.ConnCount,
    log_rows.AspDrop,
    rows.AccessGroup,
    rows.SameSecurity,
    rows.ServicePolicy,
    rows.ReversePath,
    nat_rows.NatRule,
    nat_rows.ObjectNat,
    nat_rows.ServiceObject,
    rows.Timeout,
    rows.ResetService,
    rows.Failover,
)
IOS_ROWS: tuple[type[Row], ...] = (
    *SHARED_ROWS,
    rows.Mac,
    rows.PolicyBinding,
    rows.RouteMapEntry,
    rows.SdmTemplate,
    rows.OwnAddress,
    nat_rows.NatSide,
    nat_rows.StaticNat,
    nat_rows.PortNat,
    nat_rows.NatPool,
    nat_rows.DynamicNat,
    nat_rows.NatRule,
)


@dataclass
class Box:
    """A device under construction: row type to (text, values)."""

    name: str
    platform: str
    content: dict[type[Row], list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    unread: set[type[Row]] = field(default_factory=set)

    def add(self, row_type: type[Row], line: str, /, **values: Any) -> Box:
        self.content.setdefault(row_type, []).append((line, values))
        return self

    def drop(self, row_type: type[Row], text: str = "") -> Box:
        """Take rows away, all or those whose text holds `text`."""
        left = [item for item in self.content.get(row_type, []) if text not in item[0]]
        self.content[row_type] = left if text else []
        return self

    def not_read(self, *row_types: type[Row]) -> Box:
        self.unread |= set(row_types)
        return self

    def state(self) -> DeviceState:
        known = ASA_ROWS if self.platform == "cisco_asa" else IOS_ROWS
        outputs: dict[str, Output] = {}
        sources: dict[type[Row], Source] = {}
        for row_type in known:
            command = f"show {row_type.__name__.lower()}"
            content = self.content.get(row_type, [])
            sources[row_type] = Source(command, _parser(row_type, [values for _, values in content]))
            if row_type not in self.unread:
                outputs[command] = Output(command, "\n".join(text for text, _ in content), MOMENT)
        return DeviceState(self.name, self.platform, outputs, sources)

    # Rows of the field, short to write.

    def interface(self, name: str, address: str, mac: str = "", **other: Any) -> Box:
        values = {"acl_in": "", "acl_out": "", "policy": "", "admin_up": True, "line_up": True} | other
        return self.add(
            rows.Interface,
            f"{name} is up, address is {address}",
            name=name,
            port=other.pop("port", name),
            address=IPv4Interface(address),
            mac=mac,
            **{key: value for key, value in values.items() if key != "port"},
        )

    def route(self, code: str, prefix: str, interface: str, via: str | None = None, **other: Any) -> Box:
        values = {
            "distance": None if via is None else 90,
            "metric": None,
            "vrf": "",
            "tunneled": False,
        } | other
        text = f"{code} {prefix} via {via}, {interface}" if via else f"{code} {prefix} connected, {interface}"
        return self.add(
            rows.Route,
            text,
            prefix=IPv4Network(prefix),
            label=prefix,
            code=code,
            next_hop=IPv4Address(via) if via else None,
            interface=interface,
            **values,
        )

    def arp(self, address: str, mac: str, interface: str) -> Box:
        text = f"{interface} {address} {mac or 'Incomplete'}"
        return self.add(rows.Arp, text, address=IPv4Address(address), mac=mac, interface=interface, age=5)

    def conn(self, one: tuple[str, str, int], other: tuple[str, str, int], bytes_: int, flags: str) -> Box:
        text = (
            f"TCP {one[0]} {one[1]}:{one[2]} {other[0]} {other[1]}:{other[2]}, bytes {bytes_}, flags {flags}"
        )
        return self.add(
            rows.Conn,
            text,
            protocol="TCP",
            a_interface=one[0],
            a_address=IPv4Address(one[1]),
            a_port=one[2],
            b_interface=other[0],
            b_address=IPv4Address(other[1]),
            b_port=other[2],
            idle_s=3,
            bytes=bytes_,
            flags=flags,
        )

    def acl(self, name: str, action: str, protocol: str, source: str, destination: str, **other: Any) -> Box:
        sequence = 10 * (1 + sum(name == values["acl"] for _, values in self.content.get(rows.AclEntry, [])))
        values = {
            "source_ports": None,
            "destination_ports": None,
            "established": False,
            "hits": None,
            "active": True,
            "understood": True,
        } | other
        return self.add(
            rows.AclEntry,
            f"{name} {action} {protocol} {source} {destination}",
            acl=name,
            sequence=sequence,
            action=action,
            protocol=protocol,
            source=IPv4Network(source),
            destination=IPv4Network(destination),
            **values,
        )

    def access_group(self, acl: str, direction: str, interface: str = "") -> Box:
        text = f"access-group {acl} {direction} {interface}"
        return self.add(rows.AccessGroup, text, acl=acl, direction=direction, interface=interface)

    def permit(self, kind: str) -> Box:
        return self.add(rows.SameSecurity, f"same-security-traffic permit {kind}", kind=kind)

    def policy(self, interface: str, class_map: str, match: str, *settings: str) -> Box:
        return self.add(
            rows.ServicePolicy,
            f"class {class_map}: {'; '.join(settings)}",
            policy_map=f"{interface or 'global'}_policy",
            interface=interface,
            class_map=class_map,
            match=match,
            settings=settings,
        )

    def route_map(self, name: str, acls: Sequence[str], *next_hops: str, **other: Any) -> Box:
        values = {"action": "permit", "sequence": 10, "other": (), "down": ()} | other
        return self.add(
            rows.RouteMapEntry,
            f"route-map {name}, {values['action']}, sequence {values['sequence']}",
            route_map=name,
            acls=tuple(acls),
            next_hops=tuple(IPv4Address(hop) for hop in next_hops),
            **values,
        )

    def bind(self, interface: str, route_map: str) -> Box:
        text = f"{interface} {route_map}"
        return self.add(rows.PolicyBinding, text, interface=interface, route_map=route_map)

    def sdm(self, active: str, pbr_aces: int | None) -> Box:
        self.drop(rows.SdmTemplate)
        text = f'The current template is "{active}" template.'
        return self.add(rows.SdmTemplate, text, active=active, next=active, pbr_aces=pbr_aces)

    def log(self, code: str, text: str, severity: int = 6) -> Box:
        return self.add(
            log_rows.LogLine, f"%{code}: {text}", severity=severity, code=code, text=text, stamp=""
        )

    def drops(self, name: str, count: int, phase: str = "frame") -> Box:
        text = f"  {name} ({name}) {count}"
        return self.add(log_rows.AspDrop, text, phase=phase, name=name, description=name, count=count)


def _parser(row_type: type[Row], values: list[dict[str, Any]]) -> Callable[[str, str], Table[Any]]:
    def parse(_text: str, command: str) -> Table[Any]:
        builder: TableBuilder[Any] = TableBuilder(row_type, command)
        for line, row in enumerate(values, 1):
            builder.add(line=line, **row)
        return builder.table()

    return parse


class Story:
    """The hairpin network at the moment it hurts: ping works, TCP hangs."""

    def __init__(self) -> None:
        self.asa = _asa()
        self.switch = _switch()

    def snapshot(self, unread: Mapping[str, str] | None = None) -> Snapshot:
        boxes = [box for box in (self.asa, self.switch) if box.name not in (unread or {})]
        return Snapshot({box.name: box.state() for box in boxes}, MOMENT, unread or {})

    def routing_template(self) -> Story:
        self.switch.sdm("desktop routing", 512)
        return self

    def pbr(self, interface: str = "Vlan172", next_hop: str = "10.12.0.1") -> Story:
        """The cure on the switch, narrow: from the lab to the hosts."""
        self.switch.acl("FIX", "permit", "ip", "172.16.1.0/24", "10.12.0.128/26")
        self.switch.acl("FIX", "permit", "ip", "172.16.1.0/24", "10.12.0.4/30")
        self.switch.route_map("FIX_ROUTING", ["FIX"], next_hop).bind(interface, "FIX_ROUTING")
        return self

    def bypass(self, interface: str = "inside", *, towards_lab: bool = True) -> Story:
        """The cure on the firewall."""
        if towards_lab:
            self.asa.acl("BYPASS", "permit", "tcp", "10.12.0.0/24", "172.16.1.0/24")
        self.asa.acl("BYPASS", "permit", "tcp", "172.16.1.0/24", "10.12.0.0/24")
        self.asa.policy(
            interface,
            "tcp_bypass",
            "access-list BYPASS",
            "set connection timeout idle 0:15:00",
            "set connection advanced-options tcp-state-bypass",
        )
        return self


def _asa() -> Box:
    asa = Box("edge-asa", "cisco_asa")
    asa.interface("inside", "10.12.0.1/24", "0011.2233.0001").interface("outside", "203.0.113.2/24")
    for name, level in (("inside", 100), ("outside", 0)):
        asa.add(rows.Nameif, f"Vlan1 {name} {level}", port="Vlan1", name=name, level=level)
    asa.route("S", "0.0.0.0/0", "outside", "203.0.113.1", distance=1)
    asa.route("C", "10.12.0.0/24", "inside").route("C", "203.0.113.0/24", "outside")
    asa.route("D", "172.16.1.0/24", "inside", "10.12.0.254")
    asa.arp("10.12.0.254", "0011.2233.0254", "inside").arp("10.12.0.130", "0011.2233.0130", "inside")
    asa.conn(("outside", "203.0.113.80", 443), ("inside", "10.12.0.130", 51000), 9120, "UIO")
    asa.conn(("outside", "203.0.113.80", 443), ("inside", "10.12.0.5", 51001), 4711, "UIO")
    # Tries to reach another lab host: only these show that the workstation itself sends to the ASA.
    asa.conn(("inside", "172.16.1.20", 443), ("inside", "10.12.0.130", 50900), 0, "SaAB")
    return asa.permit("intra-interface").permit("inter-interface")


def _switch() -> Box:
    switch = Box("lab-switch", "cisco_ios")
    switch.interface("Vlan10", "10.12.0.254/24", "0011.2233.0254")
    switch.interface("Vlan172", "172.16.1.1/24", "0011.2233.0172")
    switch.route("D EX", "0.0.0.0/0", "Vlan10", "10.12.0.1")
    switch.route("C", "10.12.0.0/24", "Vlan10").route("C", "172.16.1.0/24", "Vlan172")
    for number in (1, 5, 130):
        switch.arp(f"10.12.0.{number}", f"0011.2233.0{number:03d}", "Vlan10")
    for number in (18, 20):
        switch.arp(f"172.16.1.{number}", f"0011.2233.17{number}", "Vlan172")
    for address, interface in (("10.12.0.254", "Vlan10"), ("172.16.1.1", "Vlan172")):
        own = IPv4Address(address)
        switch.add(rows.OwnAddress, f"ip address {own}", address=own, interface=interface, kind="svi")
    return switch.sdm("desktop default", 0)


class Failover:
    """The remote site at the moment its fibre is cut: both routers send through the firewall to MPLS."""

    def __init__(self) -> None:
        self.asa = asa = Box("mpls-asa", "cisco_asa")
        asa.interface("Inside", "10.10.254.1/29", "0011.2233.1001").interface("MPLS", "192.0.2.1/29")
        for name, level in (("Inside", 100), ("MPLS", 50)):
            asa.add(rows.Nameif, f"Vlan1 {name} {level}", port="Vlan1", name=name, level=level)
        asa.route("C", "10.10.254.0/29", "Inside").route("C", "192.0.2.0/29", "MPLS")
        asa.route("S", "10.10.0.0/24", "Inside", "10.10.254.2", distance=1)
        asa.route("S", "10.40.0.0/24", "MPLS", "192.0.2.2", distance=1)
        asa.arp("10.10.254.2", "0011.2233.1002", "Inside").arp("192.0.2.2", "0011.2233.4002", "MPLS")
        asa.acl("MPLS_in", "permit", "tcp", "10.40.0.0/24", "10.10.0.0/24").access_group(
            "MPLS_in", "in", "MPLS"
        )
        self.dc = _router("dc-switch", ("Vlan10", "10.10.0.1/24"), ("Vlan254", "10.10.254.2/29"))
        self.dc.route("S", "10.40.0.0/24", "Vlan254", "10.10.254.1", distance=200)
        self.dc.arp("10.10.254.1", "0011.2233.1001", "Vlan254").arp("10.10.0.20", "0011.2233.1020", "Vlan10")
        self.branch = _router("branch-switch", ("Vlan40", "10.40.0.1/24"), ("Vlan90", "192.0.2.2/29"))
        self.branch.route("S", "10.10.0.0/24", "Vlan90", "192.0.2.1", distance=200)
        self.branch.arp("192.0.2.1", "0011.2233.1001", "Vlan90")
        self.branch.arp("10.40.0.50", "0011.2233.4050", "Vlan40")

    def snapshot(self) -> Snapshot:
        boxes = (self.asa, self.dc, self.branch)
        return Snapshot({box.name: box.state() for box in boxes}, MOMENT, {})

    def bypass(self, *interfaces: str, towards_branch: bool = True) -> Failover:
        """The cure on the firewall, on these interfaces."""
        self.asa.acl("BYPASS", "permit", "tcp", "10.40.0.0/24", "10.10.0.0/24")
        if towards_branch:
            self.asa.acl("BYPASS", "permit", "tcp", "10.10.0.0/24", "10.40.0.0/24")
        for interface in interfaces:
            line = "set connection advanced-options tcp-state-bypass"
            self.asa.policy(interface, "tcp_bypass", "access-list BYPASS", line)
        return self


class Office:
    """A VPN client behind a firewall, and the headend before it; `looks` go into the global policy."""

    def __init__(self, *looks: tuple[str, ...]) -> None:
        self.asa = asa = Box("office-asa", "cisco_asa")
        asa.interface("inside", "10.30.0.1/24", "0011.2233.3001").interface("outside", "203.0.113.2/24")
        for name, level in (("inside", 100), ("outside", 0)):
            asa.add(rows.Nameif, f"Vlan1 {name} {level}", port="Vlan1", name=name, level=level)
        asa.route("C", "10.30.0.0/24", "inside").route("C", "203.0.113.0/24", "outside")
        asa.arp("10.30.0.21", "0011.2233.3021", "inside").arp("203.0.113.90", "0011.2233.0090", "outside")
        for class_map, match, *settings in looks:
            asa.policy("", class_map, match, *settings)

    def snapshot(self) -> Snapshot:
        return Snapshot({"office-asa": self.asa.state()}, MOMENT, {})


class Hosting:
    """An office that hides behind one address, and an application whose firewall shows it under another."""

    def __init__(self) -> None:
        self.office = _firewall(
            "office-asa", "10.20.0.1/24", "198.51.100.2/29", "203.0.113.80/28", "198.51.100.6"
        )
        self.app = _firewall("app-asa", "10.30.0.1/24", "198.51.100.6/29", "192.0.2.0/28", "198.51.100.2")
        self.office.arp("10.20.0.25", "0011.2233.2025", "inside")
        self.app.arp("10.30.0.80", "0011.2233.3080", "inside")
        self.nat(self.office, "office", "10.20.0.0/24", "192.0.2.10/32", static=False)
        self.nat(self.app, "app", "10.30.0.80/32", "203.0.113.80/32")
        self.app.acl("outside_in", "permit", "tcp", "0.0.0.0/0", "10.30.0.80/32")
        self.app.access_group("outside_in", "in", "outside")
        self.keeps(self.app, 900)

    def nat(self, box: Box, name: str, real: str, mapped: str | None, *, static: bool = True) -> None:
        kind = "static" if static else "dynamic"
        box.add(
            nat_rows.ObjectNat,
            f"nat (inside,outside) {kind} {mapped or 'interface'}",
            name=name,
            real_interface="inside",
            mapped_interface="outside",
            static=static,
            real=IPv4Network(real),
            mapped=IPv4Network(mapped) if mapped else None,
            protocol="",
            real_port=None,
            mapped_port=None,
            options=(),
        )

    def keeps(self, box: Box, seconds: int) -> None:
        """Silent connections, for so long."""
        box.drop(rows.Timeout).add(rows.Timeout, f"timeout conn {seconds}", name="conn", seconds=seconds)

    def resets(self, kind: str, interface: str, *, on: bool) -> None:
        text = f"{'' if on else 'no '}service {kind} {interface}"
        self.app.add(rows.ResetService, text, kind=kind, interface=interface, on=on)

    def snapshot(self) -> Snapshot:
        return Snapshot({box.name: box.state() for box in (self.office, self.app)}, MOMENT, {})


def _firewall(name: str, inside: str, outside: str, beyond: str, hop: str) -> Box:
    asa = Box(name, "cisco_asa").interface("inside", inside).interface("outside", outside)
    for interface, level, address in (("inside", 100, inside), ("outside", 0, outside)):
        asa.add(rows.Nameif, f"Vlan1 {interface} {level}", port="Vlan1", name=interface, level=level)
        asa.route("C", str(IPv4Interface(address).network), interface)
    return asa.route("S", beyond, "outside", hop).arp(hop, "0011.2233.9999", "outside")


def _router(name: str, *sides: tuple[str, str]) -> Box:
    router = Box(name, "cisco_ios")
    for interface, address in sides:
        own = IPv4Interface(address)
        router.interface(interface, address).route("C", str(own.network), interface)
        text = f"ip address {own.ip}"
        router.add(rows.OwnAddress, text, address=own.ip, interface=interface, kind="svi")
    return router.sdm("desktop default", 0)


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def failover() -> Failover:
    return Failover()


@pytest.fixture
def make_office() -> type[Office]:
    return Office


@pytest.fixture
def hosting() -> Hosting:
    return Hosting()
