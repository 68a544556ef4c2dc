"""Address translation in the running configuration of IOS: who is inside, who outside, and the lines."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.config_text import read_config
from bothways.platforms.ios.nat_pools import DYNAMIC
from bothways.state.nat_rows import NatRule, NatSide, PortNat, StaticNat
from bothways.state.tables import Table, TableBuilder

_INTERFACE = re.compile(r"interface (?P<name>\S+)(?: .*)?")
_LAST_PORT = 65_535
_SIDE = re.compile(r"ip nat (?P<side>inside|outside)")
# Options that only say where the entry stands; what limits it (a route-map, a VRF, redundancy,
# no answer to ARP) is not walked.
_STATIC = re.compile(
    rf"ip nat (?P<side>inside|outside) source static (?P<first>{DOTTED}) (?P<second>{DOTTED})"
    r"(?P<options>(?: (?:add-route|extendable|no-payload))*)",
    re.ASCII,
)
_FORWARD = re.compile(
    rf"ip nat inside source static (?P<protocol>tcp|udp) (?P<local>{DOTTED}) (?P<local_port>\d{{1,5}}) "
    rf"(?:interface (?P<interface>\S+)|(?P<world>{DOTTED})) (?P<world_port>\d{{1,5}})"
    r"(?: (?:extendable|no-payload))*",
    re.ASCII,
)
_RULE = re.compile(r"ip nat (?:inside|outside) .+")


def parse_nat_sides(text: str, command: str) -> Table[NatSide]:
    """The interfaces between which addresses are translated."""
    rows = TableBuilder(NatSide, command)
    for entry in read_config(text).entries:
        interface, side = _INTERFACE.fullmatch(entry.section), _SIDE.fullmatch(entry.text)
        if interface and side:
            rows.add(line=entry.number, interface=interface["name"], side=side["side"])
    return rows.table()


def parse_static_nat(text: str, command: str) -> Table[StaticNat]:
    """One address for one. An inside line names the local address first, an outside line the global one."""
    rows = TableBuilder(StaticNat, command)
    for entry, match in read_config(text).top(_STATIC):
        first, second = address(match["first"]), address(match["second"])
        if first is None or second is None:
            rows.unknown(entry.number)
            continue
        outside = match["side"] == "outside"
        rows.add(
            line=entry.number,
            side=match["side"],
            local=second if outside else first,
            world=first if outside else second,
            add_route="add-route" in match["options"].split(),
            extendable="extendable" in match["options"].split(),
        )
    return rows.table()


def parse_port_nat(text: str, command: str) -> Table[PortNat]:
    """One port of an inside host for one of a global address or of an interface's."""
    rows = TableBuilder(PortNat, command)
    for entry, match in read_config(text).top(_FORWARD):
        local, world = address(match["local"]), address(match["world"] or "")
        ports = int(match["local_port"]), int(match["world_port"])
        if local is None or (match["world"] and world is None) or max(ports) > _LAST_PORT:
            rows.unknown(entry.number)
            continue
        rows.add(
            line=entry.number,
            protocol=match["protocol"],
            local=local,
            local_port=ports[0],
            world=world,
            interface=match["interface"] or "",
            world_port=ports[1],
        )
    return rows.table()


def parse_nat_rules(text: str, command: str) -> Table[NatRule]:
    """The other lines: networks, route-maps, VRFs, what is dynamic on the outside."""
    rows = TableBuilder(NatRule, command)
    for entry, _ in read_config(text).top(_RULE):
        if not any(known.fullmatch(entry.text) for known in (_STATIC, _FORWARD, DYNAMIC)):
            rows.add(line=entry.number, text=entry.text)
    return rows.table()
