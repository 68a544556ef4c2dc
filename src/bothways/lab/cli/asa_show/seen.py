"""From the emulated ASA to the values its show commands print."""

from __future__ import annotations

from ipaddress import IPv4Network

from bothways.lab.asa import asp
from bothways.lab.asa import conn as table
from bothways.lab.asa.device import AsaDevice
from bothways.lab.asa.objects import Objects, names_objects
from bothways.lab.cli.asa_show.view import (
    AccessList,
    Arp,
    Conn,
    Drop,
    End,
    Entry,
    LogSettings,
    Policy,
    PolicyClass,
    Port,
    Route,
)
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.timing import asa_clock
from bothways.lab.frames import ICMP, TCP, UDP, mac_text

_PROTOCOLS = {TCP: "tcp", UDP: "udp", ICMP: "icmp"}
_SOURCES = {"connected": "C", "static": "S", "eigrp": "D", "eigrp-external": "D EX"}


def device(shell: Shell) -> AsaDevice:
    """The device behind a session."""
    found = shell.device
    assert isinstance(found, AsaDevice)
    return found


def modified(device: AsaDevice, user: str) -> str:
    """The last line of `show version`."""
    if device.changed_s is None:
        return "Configuration has not been modified since last system restart."
    return f"Configuration last modified by {user} at {asa_clock(device.changed_s)}"


def ports(device: AsaDevice) -> list[Port]:
    """Routed interfaces first, then the switch ports."""
    mac = device.identity.mac
    routed = [
        Port(
            one.hardware,
            one.nameif,
            one.security,
            one.address,
            mac,
            not one.shutdown,
            any(device.ports[name].up for name in one.ports if name in device.ports),
        )
        for one in device.settings.hardware.values()
    ]
    return [
        _socket(device, section.text.split()[1]) for section in device.config.sections("interface Eth")
    ] + routed


def _socket(device: AsaDevice, name: str) -> Port:
    port = device.ports.get(name)
    if port is None:
        shut = device.config.find((f"interface {name}",), "shutdown") is not None
        return Port(name, "", 0, None, device.identity.mac, not shut, False)
    return Port(name, "", 0, None, device.identity.mac, port.enabled, port.up)


def arp(device: AsaDevice) -> list[Arp]:
    """The ARP table."""
    now = device.events.now
    return [
        Arp(entry.interface, entry.address, mac_text(entry.mac), now - entry.learnt_s)
        for entry in device.arp
        if entry.mac is not None
    ]


def routes(device: AsaDevice) -> list[Route]:
    """The routing table; every own address is a local route, as this release prints it."""
    now = device.events.now
    found = [
        Route("L", IPv4Network(one.address.ip), 0, 0, None, name)
        for name, one in device.interfaces.items()
        if one.address is not None and device.interface_up(name)
    ]
    for route in device.routes():
        code = _SOURCES[route.source]
        if route.network.prefixlen == 0:
            code = "D*EX" if route.source == "eigrp-external" else f"{code}*"
        learnt = route.source.startswith("eigrp")
        age_s = now - route.since_s if learnt else None
        found.append(
            Route(code, route.network, route.distance, route.metric, route.next_hop, route.interface, age_s)
        )
    return found


def conns(device: AsaDevice) -> list[Conn]:
    """The connection table, oldest first."""
    return [conn_row(device, conn) for conn in device.conns]


def conn_row(device: AsaDevice, conn: table.Conn) -> Conn:
    """One connection."""
    now = device.events.now
    return Conn(
        _PROTOCOLS.get(conn.protocol, str(conn.protocol)),
        _end(conn, conn.outside),
        _end(conn, conn.inside),
        conn.flags if conn.protocol != ICMP else "",
        conn.octets,
        now - conn.last_s,
        now - conn.created_s,
        conn.embryonic_s if conn.embryonic else conn.idle_limit_s,
        conn.initiator.address,
    )


def _end(conn: table.Conn, end: table.End) -> End:
    shown = conn.mapped(end)
    return End(end.interface, end.address, end.port, f"{shown.address}/{shown.port}")


def drops(device: AsaDevice) -> list[Drop]:
    """The drop counters; a reason whose words we do not know is printed by its name."""
    counters = device.asp_drops
    frame = [Drop("frame", name, asp.FRAME_TEXTS.get(name, name), n) for name, n in counters.frame.items()]
    flow = [Drop("flow", name, asp.FLOW_TEXTS.get(name, name), n) for name, n in counters.flow.items()]
    return frame + flow


def drops_cleared(device: AsaDevice) -> str:
    """Behind `Last clearing:`."""
    counters = device.asp_drops
    if counters.cleared_s is None:
        return "Never"
    hour, _, rest = asa_clock(counters.cleared_s).partition(".")
    return f"{hour} {rest.partition(' ')[2]} by {counters.cleared_by}"


def access_lists(device: AsaDevice) -> list[AccessList]:
    """Every list, entries as configured behind its name."""
    found: dict[str, list[Entry]] = {}
    objects = Objects.of(device.config)
    for text in device.config.root.texts("access-list "):
        _, name, rest = text.split(" ", 2)
        kind, *words = rest.split()
        group = kind == "extended" and names_objects(tuple(words))
        members = objects.expanded(tuple(words)) if group else ()
        found.setdefault(name, []).append(Entry(rest, 0, tuple(" ".join((kind, *one)) for one in members)))
    return [AccessList(name, tuple(entries)) for name, entries in found.items()]


def policies(device: AsaDevice) -> list[Policy]:
    """Policies in service."""
    found = device.mpf()
    rows = []
    for place, name in found.services.items():
        policy = found.maps.get(name)
        classes = () if policy is None else policy.classes
        rows.append(
            Policy(
                name,
                "" if place == "global" else place,
                tuple(PolicyClass(one.name, one.lines) for one in classes),
            )
        )
    return rows


def log_lines(device: AsaDevice) -> list[str]:
    """The buffer."""
    return [record.line for record in device.log]


def logging_settings(device: AsaDevice) -> LogSettings:
    """What the head of `show logging` says."""
    settings = device.settings
    level = device.config.root.first("logging buffered ") if settings.logging else None
    return LogSettings(settings.logging, settings.timestamps, level or "disabled")
