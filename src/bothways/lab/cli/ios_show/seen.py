"""From an emulated 3560 or router to the values its show commands print."""

from __future__ import annotations

from bothways.lab.cli.ios_show.view import AccessList, Arp, Mac, Neighbor, Port, Route, Sequence
from bothways.lab.cli.shell import Shell
from bothways.lab.frames import mac_text
from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.ranges import short

_SOURCES = {"connected": "C", "static": "S", "eigrp": "D", "eigrp-external": "D EX"}
_DEFAULT_SOURCES = {"static": "S*", "eigrp": "D*", "eigrp-external": "D*EX"}


def device(shell: Shell) -> IosDevice:
    """The device behind a session."""
    found = shell.device
    assert isinstance(found, IosDevice)
    return found


def ports(device: IosDevice) -> list[Port]:
    """Routed interfaces first, loopbacks last of them, then the sockets at the front."""
    routed = [
        Port(
            svi.name,
            mac_text(device.interface_mac(svi.name)),
            svi.address,
            not svi.shutdown,
            device.interface_up(svi.name),
            None,
            policy=svi.policy,
            access_group_in=svi.acl_in,
            access_group_out=svi.acl_out,
            nat=svi.nat,
        )
        for svi in sorted(device.svis.values(), key=lambda svi: svi.loopback)
    ]
    base = int.from_bytes(device.interface_mac(""), "big")
    sockets = []
    for at, (name, one) in enumerate(device.settings.ports.items()):
        if name in device.svis:
            continue
        up = device.link_up(name)
        mac = mac_text((base + at + 1).to_bytes(6, "big"))
        sockets.append(Port(name, mac, None, not one.shutdown, up, one.vlan, one.description))
    return routed + sockets


def arp(device: IosDevice, vrf: str = "") -> list[Arp]:
    """The ARP table of one routing table, our own addresses among it, in the order of addresses."""
    now = device.events.now
    svis = {svi.name: svi for svi in device.svis.values() if svi.vrf == vrf}
    own = [
        Arp(svi.address.ip, mac_text(device.interface_mac(svi.name)), None, svi.name)
        for svi in svis.values()
        if svi.address is not None and not svi.loopback
    ]
    learnt = [
        Arp(entry.address, mac_text(entry.mac), now - entry.learnt_s, entry.interface)
        for entry in device.arp
        if entry.mac is not None and entry.interface in svis
    ]
    return sorted(own + learnt, key=lambda row: row.address)


def routes(device: IosDevice, vrf: str = "") -> list[Route]:
    """The global routing table, or that of a VRF."""
    now = device.events.now
    return [
        Route(
            _DEFAULT_SOURCES[route.source] if route.network.prefixlen == 0 else _SOURCES[route.source],
            route.network,
            route.distance,
            route.metric,
            route.next_hop,
            route.interface,
            now - route.since_s,
        )
        for route in device.routes(vrf)
    ]


def neighbors(device: IosDevice) -> list[Neighbor]:
    """EIGRP neighbours."""
    now = device.events.now
    return [
        Neighbor(one.address, short(one.interface), now - one.since_s, one.heard_s - now)
        for one in device.eigrp.neighbours.values()
    ]


def macs(device: IosDevice) -> list[Mac]:
    """The learnt MAC addresses."""
    return [Mac(entry.vlan, mac_text(entry.mac), short(entry.port)) for entry in device.mac_table]


def vlans(device: IosDevice) -> dict[int, str]:
    """VLANs by number: those configured, and those in use."""
    found = {1: "default"}
    for section in device.config.sections("vlan "):
        word = section.text.split()[1]
        if word.isdigit():
            found[int(word)] = section.first("name ") or f"VLAN{int(word):04}"
    for port in device.settings.ports.values():
        found.setdefault(port.vlan, f"VLAN{port.vlan:04}")
    return found


def route_maps(device: IosDevice) -> list[Sequence]:
    """Every statement of every route-map."""
    return [
        Sequence(
            name,
            "permit" if entry.permit else "deny",
            entry.sequence,
            entry.acls,
            tuple(str(hop) for hop in entry.next_hops),
            other_sets=tuple(
                line.removeprefix("set ") for line in entry.unsupported if line.startswith("set")
            ),
        )
        for name, entries in sorted(device.route_maps.items())
        for entry in entries
    ]


def access_lists(device: IosDevice) -> list[AccessList]:
    """Every access list; numbered ones first."""
    return [
        AccessList(
            acl.name,
            "standard" if acl.standard else "extended",
            tuple((entry.number, entry.ace.text, 0) for entry in acl.entries),
        )
        for acl in sorted(device.acls.values(), key=lambda acl: (not acl.name.isdigit(), acl.name.zfill(6)))
    ]


def section_text(device: IosDevice, header: str) -> str:
    """One section of the configuration, "" when there is none."""
    found = device.config.section((header,))
    if found is None:
        return ""
    lines = device.config_lines()
    start = lines.index(header)
    inside = [header]
    for line in lines[start + 1 :]:
        if not line.startswith(" "):
            break
        inside.append(line)
    return "".join(f"{line}\n" for line in inside)
