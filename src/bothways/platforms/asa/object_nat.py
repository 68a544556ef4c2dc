"""Translations inside the network objects of an ASA, in the order in which it looks at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Network

from bothways.platforms.addresses import DOTTED, address, network, prefix_length
from bothways.platforms.asa.service_object import port
from bothways.platforms.config_text import ConfigText, read_config
from bothways.state.nat_rows import NatRule, ObjectNat
from bothways.state.tables import Table, TableBuilder

_OBJECT = re.compile(r"object network (?P<name>\S+)", re.ASCII)
_HOST = re.compile(rf"host (?P<base>{DOTTED})", re.ASCII)
_SUBNET = re.compile(rf"subnet (?P<base>{DOTTED}) (?P<mask>{DOTTED})", re.ASCII)
# What is left out is not walked: pools, IPv6. `dns` changes answers of DNS alone.
_RULE = re.compile(
    r"nat \((?P<real>[^,()]+),(?P<mapped>[^,()]+)\) (?P<kind>static|dynamic) (?P<shown>\S+)"
    r"(?P<before>(?: (?:no-proxy-arp|route-lookup|dns))*)"
    r"(?: service (?P<protocol>tcp|udp) (?P<real_port>\S+) (?P<mapped_port>\S+))?"
    r"(?P<behind>(?: (?:no-proxy-arp|route-lookup|dns))*)",
    re.ASCII,
)
_NO_PORTS: tuple[None, None] = (None, None)
_ANY = re.compile(r"(?:(?:nat|static|global) \(|nat (?:source|static|dynamic) ).*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    line: int
    name: str
    real_interface: str
    mapped_interface: str
    static: bool
    real: IPv4Network
    mapped: IPv4Network | None
    protocol: str
    real_port: int | None
    mapped_port: int | None
    options: tuple[str, ...]

    @property
    def order(self) -> tuple[bool, int, int, str]:
        """Static first, then few addresses before many, low before high, and by name."""
        return (not self.static, self.real.num_addresses, int(self.real.network_address), self.name)


def parse_object_nat(text: str, command: str) -> Table[ObjectNat]:
    """The rules that are walked."""
    rows = TableBuilder(ObjectNat, command)
    for rule in sorted(_rules(read_config(text)).values(), key=lambda rule: rule.order):
        rows.add(**{name: getattr(rule, name) for name in _Rule.__dataclass_fields__})
    return rows.table()


def parse_nat_rules(text: str, command: str) -> Table[NatRule]:
    """The other NAT lines: of all releases, and those inside objects that say more than is walked."""
    config, rows = read_config(text), TableBuilder(NatRule, command)
    walked = _rules(config)
    for entry in config.entries:
        inside_object = entry.depth and _OBJECT.fullmatch(entry.section)
        mine = (not entry.depth or inside_object) and entry.number not in walked
        if mine and _ANY.fullmatch(entry.text):
            rows.add(line=entry.number, text=entry.text)
    return rows.table()


def _rules(config: ConfigText) -> dict[int, _Rule]:
    """By line. A release since 8.3 prints an object twice: what it holds, and what it translates."""
    held: dict[str, IPv4Network] = {}
    for entry in config.entries:
        named, real = _OBJECT.fullmatch(entry.section), _held(entry.text)
        if entry.depth and named and real is not None:
            held[named["name"]] = real
    found = {}
    for entry in config.entries:
        named, match = _OBJECT.fullmatch(entry.section), _RULE.fullmatch(entry.text)
        if entry.depth and named and match and named["name"] in held:
            rule = _read(entry.number, named["name"], match, held)
            if rule is not None:
                found[entry.number] = rule
    return found


def _held(text: str) -> IPv4Network | None:
    if match := _HOST.fullmatch(text):
        return network(address(match["base"]), 32)
    if match := _SUBNET.fullmatch(text):
        return network(address(match["base"]), prefix_length(match["mask"]))
    return None


def _read(line: int, name: str, match: re.Match[str], held: dict[str, IPv4Network]) -> _Rule | None:
    real, static = held[name], match["kind"] == "static"
    ports = _ports(match)
    mapped = None
    if match["shown"] != "interface":
        length = real.prefixlen if static else 32
        mapped = held.get(match["shown"]) or network(address(match["shown"]), length)
        if mapped is None or mapped.prefixlen != length:
            return None
    elif static and (ports == _NO_PORTS or real.num_addresses > 1):
        return None  # all that calls the firewall itself would go to the host
    if ports is None or (ports != _NO_PORTS and not static):
        return None
    return _Rule(
        line=line,
        name=name,
        real_interface=match["real"].strip(),
        mapped_interface=match["mapped"].strip(),
        static=static,
        real=real,
        mapped=mapped,
        protocol=match["protocol"] or "",
        real_port=ports[0],
        mapped_port=ports[1],
        options=tuple(f"{match['before']}{match['behind']}".split()),
    )


def _ports(match: re.Match[str]) -> tuple[int | None, int | None] | None:
    """Real and mapped port; None where a name of them is not known."""
    if not match["protocol"]:
        return _NO_PORTS
    real, mapped = (port(match[end], match["protocol"]) for end in ("real_port", "mapped_port"))
    return None if real is None or mapped is None else (real, mapped)
