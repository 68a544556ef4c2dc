"""Routing tables of their own, as IOS prints them."""

from __future__ import annotations

from bothways.lab.cli.dialect import Words
from bothways.lab.cli.ios_show import interfaces, routing, seen
from bothways.lab.cli.shell import Shell
from bothways.lab.ios.device import IosDevice
from bothways.lab.ios.ranges import short

_WIDTH = 55


def render_vrfs(device: IosDevice) -> str:
    """`show ip vrf`."""
    lines = ["  Name                             Default RD          Interfaces"]
    for name, rd in sorted(device.settings.vrfs.items()):
        members = [short(svi.name) for svi in device.svis.values() if svi.vrf == name] or [""]
        lines.append(f"  {name:<33}{rd or '<not set>':<20}{members[0]}".rstrip())
        lines += [" " * _WIDTH + member for member in members[1:]]
    return "".join(f"{line}\n" for line in lines)


def render_members(device: IosDevice) -> str:
    """`show ip vrf interfaces`."""
    lines = ["Interface              IP-Address      VRF                              Protocol"]
    for svi in sorted(device.svis.values(), key=lambda svi: svi.vrf):
        if svi.vrf:
            address = str(svi.address.ip) if svi.address else "unassigned"
            state = "up" if device.interface_up(svi.name) else "down"
            lines.append(f"{short(svi.name):<22} {address:<15} {svi.vrf:<32} {state:<8}")
    return "".join(f"{line}\n" for line in lines)


def show_routes(shell: Shell, words: Words) -> str:
    """`show ip route vrf NAME`."""
    device, name = seen.device(shell), words[4]
    if name not in device.settings.vrfs:
        return f"% IP routing table {name} does not exist\n"
    return f"Routing Table: {name}\n{routing.render_routes(seen.routes(device, name))}"


def show_arp(shell: Shell, words: Words) -> str:
    """`show ip arp vrf NAME`."""
    device, name = seen.device(shell), words[4]
    if name not in device.settings.vrfs:
        return f"% IP routing table {name} does not exist\n"
    return interfaces.render_arp(seen.arp(device, name))
