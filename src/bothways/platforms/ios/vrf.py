"""VRFs of IOS: which interface is in which, what leads from one to another, and what to ask about them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bothways.platforms.config_text import read_config
from bothways.platforms.lines import text_lines
from bothways.state.device import Output
from bothways.state.tables import Table, TableBuilder
from bothways.state.vrf_rows import VrfLeak, VrfMember

_CONFIG, _INTERFACES = "show running-config", "show ip interface"
_INTERFACE = re.compile(r"interface (?P<name>\S+)(?: .*)?")
_MEMBER = re.compile(r"(?:ip )?vrf forwarding (?P<vrf>\S+)")
_HEAD = re.compile(r"(?P<name>[A-Za-z]\S*) is [a-z ]+, line protocol is ")
_SHOWN = re.compile(r'\s+VPN Routing/Forwarding "(?P<vrf>[^"]+)"')
_DEFINITION = re.compile(r"(?:ip vrf|vrf definition) (?P<vrf>\S+)")
_STATIC = re.compile(r"ip route vrf (?P<vrf>\S+) .* global(?: .*)?")
_IMPORTS = re.compile(r"(?:import|export) (?:ipv4 |map )|route-replicate ")
_ASKABLE = re.compile(r"[\w.:-]{1,32}", re.ASCII)


def parse_vrf_members(text: str, command: str) -> Table[VrfMember]:
    """As the configuration says it."""
    rows = TableBuilder(VrfMember, command)
    for entry in read_config(text).entries:
        interface, member = _INTERFACE.fullmatch(entry.section), _MEMBER.fullmatch(entry.text)
        if interface and member:
            rows.add(line=entry.number, interface=interface["name"], vrf=member["vrf"])
    return rows.table()


def parse_shown_members(text: str, command: str) -> Table[VrfMember]:
    """As `show ip interface` says it."""
    rows, name = TableBuilder(VrfMember, command), ""
    for number, line in enumerate(text_lines(text), 1):
        head, member = _HEAD.match(line), _SHOWN.match(line)
        name = head["name"] if head else name
        if member and name:
            rows.add(line=number, interface=name, vrf=member["vrf"])
    return rows.table()


def parse_vrf_leaks(text: str, command: str) -> Table[VrfLeak]:
    """Static routes of a VRF through the global table, and what a VRF imports, exports or replicates."""
    rows = TableBuilder(VrfLeak, command)
    for entry in read_config(text).entries:
        static, within = _STATIC.fullmatch(entry.text), _DEFINITION.fullmatch(entry.section)
        if static:
            rows.add(line=entry.number, vrf=static["vrf"], text=entry.text)
        elif within and _IMPORTS.match(entry.text):
            rows.add(line=entry.number, vrf=within["vrf"], text=entry.text)
    return rows.table()


def vrf_commands(outputs: Mapping[str, Output]) -> tuple[str, ...]:
    """What to ask once it is known which VRFs have interfaces."""
    for command, parse in ((_CONFIG, parse_vrf_members), (_INTERFACES, parse_shown_members)):
        output = outputs.get(command)
        if output is not None and output.complete:
            names = dict.fromkeys(row.vrf for row in parse(output.text, command))
            kinds = ("show ip route vrf", "show ip arp vrf")
            return tuple(f"{kind} {name}" for name in names if _ASKABLE.fullmatch(name) for kind in kinds)
    return ()
