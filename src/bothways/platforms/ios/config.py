"""What the running configuration of IOS tells that no other command does: the addresses it answers to."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.config_text import read_config
from bothways.state.rows import OwnAddress
from bothways.state.tables import Table, TableBuilder

_INTERFACE = re.compile(r"interface (?P<name>\S+)(?: .*)?")
_ADDRESS = re.compile(
    rf"ip address (?P<address>{DOTTED}) {DOTTED}(?P<secondary> secondary)?(?: .*)?", re.ASCII
)
_VIRTUAL = re.compile(
    rf"(?P<kind>standby|vrrp|glbp)(?: \d{{1,4}})? ip (?P<address>{DOTTED})(?: secondary)?", re.ASCII
)
_VIRTUAL_KINDS = {"standby": "hsrp", "vrrp": "vrrp", "glbp": "glbp"}
_NUMBERLESS = re.compile(r"ip address (?:dhcp|negotiated|pool)\b|(?:standby|glbp)(?: \d{1,4})? ip$", re.ASCII)
_STARTS = re.compile(r"ip address |(?:standby|vrrp|glbp)(?: \d{1,4})? ip\b", re.ASCII)


def _primary_kind(interface: str) -> str:
    if interface.startswith("Loopback"):
        return "loopback"
    return "svi" if interface.startswith("Vlan") else "routed"


def parse_own_addresses(text: str, command: str) -> Table[OwnAddress]:
    """Primary, secondary and virtual addresses of all interfaces.

    Besides the kinds of `OwnAddress` there are `routed` (a routed port), `vrrp` and `glbp`.
    """
    rows = TableBuilder(OwnAddress, command)
    for entry in read_config(text).entries:
        interface = _INTERFACE.fullmatch(entry.section)
        if interface is None:
            continue
        name = interface["name"]
        real, virtual = _ADDRESS.fullmatch(entry.text), _VIRTUAL.fullmatch(entry.text)
        match = real or virtual
        own = address(match["address"]) if match else None
        if match is not None and own is not None:
            kind = _VIRTUAL_KINDS[match["kind"]] if virtual else _primary_kind(name)
            if real and real["secondary"]:
                kind = "secondary"
            rows.add(line=entry.number, address=own, interface=name, kind=kind)
        elif _STARTS.match(entry.text) and not _NUMBERLESS.match(entry.text):
            rows.unknown(entry.number)
    return rows.table()
