"""Names an ASA gives to addresses (`name 10.1.1.1 server`) and prints in place of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Address

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.lines import text_lines
from bothways.state.device import Output

_NAME = re.compile(rf"name (?P<address>{DOTTED}) (?P<name>\S+)(?: description .*)?", re.ASCII)
_SAID_BY = ("show names", "show name", "show running-config")


def names_in(text: str) -> dict[str, IPv4Address]:
    """The names a text teaches; case matters, and a name may start with a digit."""
    found: dict[str, IPv4Address] = {}
    for line in text_lines(text):
        match = _NAME.fullmatch(line)
        host = address(match["address"]) if match else None
        if match and host is not None:
            found[match["name"]] = host
    return found


def read_names(outputs: Mapping[str, Output]) -> dict[str, IPv4Address]:
    """The names of a device, from whichever output tells them."""
    found: dict[str, IPv4Address] = {}
    for command in _SAID_BY:
        if command in outputs:
            found.update(names_in(outputs[command].text))
    return found
