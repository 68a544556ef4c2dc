"""Interface names: IOS shortens them in some tables, and tables must join."""

from __future__ import annotations

import re

_LONG = {
    "Et": "Ethernet",
    "Fa": "FastEthernet",
    "Gi": "GigabitEthernet",
    "Te": "TenGigabitEthernet",
    "Po": "Port-channel",
    "Vl": "Vlan",
    "Lo": "Loopback",
    "Tu": "Tunnel",
    "Se": "Serial",
}
_SHORT = re.compile(r"(?P<kind>[A-Z][a-z])(?P<number>\d.*)", re.ASCII)


def long_name(printed: str) -> str:
    """`Gi0/1.146` becomes GigabitEthernet0/1.146; a long name stays."""
    match = _SHORT.fullmatch(printed)
    if match is None or match["kind"] not in _LONG:
        return printed
    return _LONG[match["kind"]] + match["number"]
