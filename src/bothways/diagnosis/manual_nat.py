"""Manual NAT of an ASA (twice NAT), read: a line names source, destination and service together.

Its lines come before all object NAT, those with `after-auto` behind it. One whose real and mapped sides are
the same objects (an exemption, as for a VPN) changes nothing and keeps the lines behind it from being asked.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Network

from bothways.diagnosis.nat_rule import ALL, End, Translation
from bothways.diagnosis.network_objects import NetworkObjects, Networks
from bothways.diagnosis.packets import Ports
from bothways.state.device import DeviceState
from bothways.state.nat_rows import NatRule, ServiceObject
from bothways.state.rows import Interface

_LINE = re.compile(
    r"nat \((?P<real>[^,()]+),(?P<mapped>[^,()]+)\)(?: (?P<after>after-auto))?(?: \d+)?"
    r" source (?P<kind>static|dynamic) (?P<real_source>\S+) (?P<shown_source>.+?)"
    r"(?: destination static (?P<shown_peer>\S+) (?P<real_peer>\S+))?"
    r"(?: service (?P<near>\S+) (?P<far>\S+))?"
    r"(?P<options>(?: (?:no-proxy-arp|route-lookup|unidirectional|dns|net-to-net|inactive))*)"
    r"(?: description .*)?",
    re.ASCII,
)
# Of a pool of ports: what the other words say changes which port is taken, not whose address it is of.
_POOL = re.compile(
    r"pat-pool (?P<pool>\S+)"
    r"(?: (?:round-robin|extended|flat|include-reserve|block-allocation))*(?: interface)?",
    re.ASCII,
)
_Range = tuple[Ports | None, Ports | None]


def inactive(rule: NatRule) -> bool:
    """Whether a line is written down and switched off."""
    match = _LINE.fullmatch(rule.text.strip())
    words = match["options"].split() if match else rule.text.split()[-1:]
    return "inactive" in words


def after_auto(rule: NatRule) -> bool:
    """Whether it stands behind object NAT."""
    return " after-auto " in rule.text


def manual_nat(device: DeviceState, objects: NetworkObjects, rule: NatRule) -> Translation | None:
    """A line read; None for one of another kind, or of a form that is not known."""
    match = _LINE.fullmatch(rule.text.strip())
    if match is None:
        return None
    static = match["kind"] == "static"
    if "interface" in (match["shown_source"], match["shown_peer"]) and static and not match["near"]:
        return None  # all that calls the device itself would be for somebody behind it
    real, mapped = match["real"].strip(), match["mapped"].strip()
    options = match["options"].split()
    near, far, protocol = _services(device, match)
    shown = _shown(device, objects, match["shown_source"], mapped, static=static)
    peer = ALL
    if match["shown_peer"]:
        called = match["shown_peer"]
        peer = End(
            real=objects.networks(match["real_peer"]),
            shown=own_address(device, real) if called == "interface" else objects.networks(called),
            real_ports=far[1],
            shown_ports=near[1],
        )
    elif near[1] != far[1]:
        protocol = "?"  # ports of a destination that the line does not name
    else:
        peer = End(real=ALL.real, shown=ALL.shown, real_ports=far[1], shown_ports=near[1])
    return Translation(
        row=rule,
        name=rule.text.strip(),
        real_interface=real,
        mapped_interface=mapped,
        static=static,
        source=End(
            real=objects.networks(match["real_source"]),
            shown=shown,
            real_ports=near[0],
            shown_ports=far[0],
            many=not static,
        ),
        peer=peer,
        clause=match["shown_peer"] is not None,
        protocol=protocol,
        by_interface=match["shown_source"] == "interface",
        by_route="route-lookup" in options,
        one_way="unidirectional" in options,
        proxy_arp="no-proxy-arp" not in options,
    )


def own_address(device: DeviceState, interface: str) -> Networks | None:
    """The device's own address on an interface; None where that is not known."""
    rows = device.table(Interface).where(name=interface) if device.sees(Interface) else []
    return next(((IPv4Network(row.address.ip),) for row in rows if row.address is not None), None)


def _shown(
    device: DeviceState, objects: NetworkObjects, words: str, mapped: str, *, static: bool
) -> Networks | None:
    if words == "interface":
        return own_address(device, mapped)
    if static:
        return objects.networks(words)
    pool = _POOL.fullmatch(words)
    if pool is not None:
        return objects.networks(pool["pool"])
    return objects.networks(words) if " " not in words else None


def _services(device: DeviceState, match: re.Match[str]) -> tuple[_Range, _Range, str]:
    """Ports of source and destination as they come from the real side and as they leave; the protocol."""
    none: _Range = (None, None)
    if not match["near"]:
        return none, none, ""
    table = device.table(ServiceObject) if device.sees(ServiceObject) else None
    found = [table.where(name=match[word])[:1] if table is not None else [] for word in ("near", "far")]
    rows = [row for some in found for row in some]
    if len(rows) != 2:
        return none, none, "?"
    near, far = ((row.source_ports, row.destination_ports) for row in rows)
    if rows[0].protocol != rows[1].protocol or not all(map(_alike, near, far)):
        return none, none, "?"
    return near, far, rows[0].protocol


def _alike(one: Ports | None, other: Ports | None) -> bool:
    """Both name no port, or equally many."""
    if one is None or other is None:
        return one is other
    return one[1] - one[0] == other[1] - other[0]
