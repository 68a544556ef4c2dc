"""The show commands of IOS: patterns, and what answers each."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address

from bothways.lab.cli.dialect import Handler, Words
from bothways.lab.cli.ios_show import interfaces, policy, routing, seen, system, vrf
from bothways.lab.cli.ios_show.channels import render_channels
from bothways.lab.cli.ios_show.chassis import CHASSIS, render_chassis_inventory, render_chassis_version
from bothways.lab.cli.ios_show.link_state import render_link_groups
from bothways.lab.cli.ios_show.nat import render_statistics, render_translations
from bothways.lab.cli.ios_show.router_version import render_router_inventory, render_router_version
from bothways.lab.cli.ios_show.sdm import render_sdm
from bothways.lab.cli.ios_show.tcp import render_tcp_brief
from bothways.lab.cli.ios_show.version import render_inventory, render_version
from bothways.lab.cli.ios_show.view import Port
from bothways.lab.cli.shell import Shell
from bothways.lab.cli.timing import ios_clock
from bothways.lab.ios.device import IosDevice


def _of(render: Callable[[IosDevice], str]) -> Handler:
    """A handler that only looks at the device."""

    def run(shell: Shell, _words: Words) -> str:
        return render(seen.device(shell))

    return run


def _only_on(render: Callable[[IosDevice], str], *, router: bool) -> Handler:
    """A handler of a command that only routers, or only switches, know; else the caret is under its word."""
    return _where(lambda device: device.router is router, lambda device, _words: render(device))


def _where(known: Callable[[IosDevice], bool], render: Callable[[IosDevice, Words], str]) -> Handler:
    """A handler of a command that not every device knows."""

    def run(shell: Shell, words: Words) -> str:
        device = seen.device(shell)
        if known(device):
            return render(device, words)
        prompt = shell.station.dialect.prompt(device.hostname, shell.mode)
        return f"{' ' * (len(prompt) + len(words[0]) + 1)}^\n% Invalid input detected at '^' marker.\n\n"

    return run


def _says(text: str) -> Handler:
    return lambda _shell, _words: text


def _version(shell: Shell, _words: Words) -> str:
    device = seen.device(shell)
    one = device.identity
    reason = "power-on" if device.booted_s == 0 else "reload"
    if device.identity.model in CHASSIS:
        return render_chassis_version(one, device.hostname, device.uptime_s, reason)
    if device.router:
        return render_router_version(device.hostname, one.serial, device.uptime_s, reason)
    return render_version(device.hostname, one.serial, one.mac, device.uptime_s, reason)


def _inventory(device: IosDevice) -> str:
    if device.identity.model in CHASSIS:
        return render_chassis_inventory(device.identity)
    return (render_router_inventory if device.router else render_inventory)(device.identity.serial)


def _interfaces(shell: Shell, words: Words) -> str:
    return interfaces.render_interfaces(_named(shell, words, 2))


def _ip_interfaces(shell: Shell, words: Words) -> str:
    return interfaces.render_ip_interfaces(_named(shell, words, 3))


def _named(shell: Shell, words: Words, skip: int) -> list[Port]:
    ports = seen.ports(seen.device(shell))
    return [port for port in ports if port.name == words[skip]] if len(words) > skip else ports


def _arp(shell: Shell, words: Words) -> str:
    rows = seen.arp(seen.device(shell))
    wanted = words[-1]
    if wanted not in ("arp", "ip"):
        rows = [row for row in rows if wanted in (str(row.address), row.interface, row.mac)]
    return interfaces.render_arp(rows)


def _route(shell: Shell, words: Words) -> str:
    device = seen.device(shell)
    routes = seen.routes(device)
    arguments = words[3:]
    if not arguments:
        return routing.render_routes(routes)
    if arguments[0] in _ROUTE_KINDS:
        return routing.render_routes([r for r in routes if r.code[0] == _ROUTE_KINDS[arguments[0]]])
    address = IPv4Address(arguments[0].partition("/")[0])
    return routing.render_entry(routing.find_route(routes, address), str(device.settings.eigrp))


_ROUTE_KINDS = {"connected": "C", "static": "S", "eigrp": "D"}


def _neighbors(shell: Shell, _words: Words) -> str:
    device = seen.device(shell)
    process = str(device.settings.eigrp)
    return routing.render_neighbors(process, seen.neighbors(device)) if device.settings.eigrp else ""


def _route_map(shell: Shell, words: Words) -> str:
    found = seen.route_maps(seen.device(shell))
    if len(words) > 2:
        found = [sequence for sequence in found if sequence.name == words[2]]
        if not found:
            return f"route-map {words[2]} not found\n"
    return policy.render_route_maps(found)


def _access_lists(shell: Shell, words: Words) -> str:
    found = seen.access_lists(seen.device(shell))
    name = words[-1] if words[-1] != "access-lists" else ""
    return policy.render_access_lists(acl for acl in found if name in ("", acl.name))


def _running(shell: Shell, words: Words) -> str:
    device = seen.device(shell)
    if len(words) == 2 or words[2] == "all":
        return device.running_text() + "\n"
    part = seen.section_text(device, f"interface {words[3]}")
    return f"Building configuration...\n\nCurrent configuration : {len(part) + 2} bytes\n!\n{part}end\n\n"


def _users(shell: Shell, _words: Words) -> str:
    return system.render_users(shell.station.shells, shell)


def _clock(shell: Shell, _words: Words) -> str:
    return ios_clock(seen.device(shell).uptime_s) + "\n"


def _privilege(shell: Shell, _words: Words) -> str:
    return f"Current privilege level is {shell.privilege}\n"


SHOWS: dict[str, Handler] = {
    "show version": _version,
    "show clock": _clock,
    "show privilege": _privilege,
    "show users": _users,
    "show inventory": _of(_inventory),
    "show hosts": _of(lambda device: system.render_hosts(device.config.root.first("ip domain-name ") or "")),
    "show arp": _arp,
    "show ip arp [ <ip> | <if> | <mac> ]": _arp,
    "show interfaces [ <if> ]": _interfaces,
    "show ip interface [ <if> ]": _ip_interfaces,
    "show ip interface brief": _of(lambda device: interfaces.render_brief(seen.ports(device))),
    "show ip route [ connected | static | eigrp ]": _route,
    "show ip route ( <ip> | <prefix> ) [ <ip> ]": _route,
    "show ip eigrp neighbors": _neighbors,
    "show ip route vrf <word>": vrf.show_routes,
    "show ip arp vrf <word>": vrf.show_arp,
    "show ip vrf": _of(vrf.render_vrfs),
    "show ip vrf interfaces": _of(vrf.render_members),
    "show mac address-table": _only_on(
        lambda device: interfaces.render_macs(seen.macs(device)), router=False
    ),
    "show mac-address-table": _only_on(
        lambda device: interfaces.render_macs(seen.macs(device)), router=False
    ),
    "show sdm prefer": _where(
        lambda device: not device.router and device.identity.model not in CHASSIS,
        lambda device, _words: render_sdm(device.sdm_active, device.sdm_next),
    ),
    "show etherchannel summary": _only_on(render_channels, router=False),
    "show link state group [ <n> ] [ detail ]": _where(
        lambda device: device.most_link_groups > 0,
        lambda device, words: render_link_groups(device, words[4:]),
    ),
    "show vlan [ brief ]": _only_on(
        lambda device: interfaces.render_vlans(seen.vlans(device), seen.ports(device)), router=False
    ),
    "show tcp brief": _of(render_tcp_brief),
    "show ip nat translations": _only_on(render_translations, router=True),
    "show ip nat statistics": _only_on(render_statistics, router=True),
}
"""What level 1 may see."""

PRIVILEGED_SHOWS: dict[str, Handler] = {
    "show running-config [ all | interface <if> ]": _running,
    "show startup-config": _of(lambda device: system.render_startup(device.startup_text)),
    "show logging": _of(
        lambda device: system.render_logging([record.line for record in device.log_buffer], 4096)
    ),
    "show ip policy": _of(lambda device: policy.render_policies(seen.ports(device))),
    "show route-map [ <word> ]": _route_map,
    "show access-lists [ <word> ]": _access_lists,
    "show ip access-lists [ <word> ]": _access_lists,
    "show archive": _says("Archive feature not enabled\n"),
}
"""What level 15 may see besides."""
