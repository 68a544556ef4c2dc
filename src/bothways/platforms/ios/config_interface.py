"""Interfaces as the configuration of IOS has them, for where nobody asked what state they are in."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, interface_address
from bothways.platforms.config_text import ConfigEntry, read_config
from bothways.state.rows import Interface
from bothways.state.tables import Table, TableBuilder

_INTERFACE = re.compile(r"interface (?P<name>\S+)")
_ADDRESS = re.compile(rf"ip address (?P<address>{DOTTED}) (?P<mask>{DOTTED})", re.ASCII)
_LIST = re.compile(r"ip access-group (?P<name>\S+) (?P<side>in|out)")
_POLICY = re.compile(r"ip policy route-map (?P<name>\S+)")


def parse_config_interfaces(text: str, command: str) -> Table[Interface]:
    """One row a section. Nothing tells whether a line is up; one that is not shut down is taken to be."""
    rows = TableBuilder(Interface, command)
    config = read_config(text)
    for entry, match in config.top(_INTERFACE):
        _add(rows, entry.number, match["name"], tuple(config.under(entry)))
    return rows.table()


def _add(rows: TableBuilder[Interface], number: int, name: str, lines: tuple[ConfigEntry, ...]) -> None:
    own = next(filter(None, (_ADDRESS.fullmatch(line.text) for line in lines)), None)
    address = interface_address(own["address"], _length(own["mask"])) if own else None
    lists = {match["side"]: match["name"] for line in lines if (match := _LIST.fullmatch(line.text))}
    policy = next(filter(None, (_POLICY.fullmatch(line.text) for line in lines)), None)
    up = all(line.text != "shutdown" for line in lines)
    rows.add(
        line=number,
        name=name,
        port=name,
        address=address,
        mac="",
        admin_up=up,
        line_up=up,
        acl_in=lists.get("in", ""),
        acl_out=lists.get("out", ""),
        policy=policy["name"] if policy else "",
    )


def _length(mask: str) -> int:
    return sum(int(part).bit_count() for part in mask.split("."))
