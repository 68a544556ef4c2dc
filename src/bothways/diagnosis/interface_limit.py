"""How many interfaces with a name the licence of a firewall allows, and how many it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bothways.state.device import DeviceState
from bothways.state.rows import Licence, Nameif

_VLANS = re.compile(r"(?:Maximum )?VLANs\s*:\s*(?P<most>\d+)\s*(?P<restriction>.*)")


@dataclass(frozen=True, slots=True)
class InterfaceLimit:
    """What the licence leaves free.

    Attributes:
        used: interfaces that have a name.
        free: how many more may have one and send to every other. An ASA 5505 with `DMZ Restricted` may
            name its last one only with `no forward interface`: that one is not free.
        licence: the line that says so.
    """

    used: int
    free: int
    licence: Licence

    def __str__(self) -> str:
        return f"licence: {' '.join(self.licence.text.split())}; {self.used} in use"


def interface_limit(firewall: DeviceState) -> InterfaceLimit | None:
    """The limit; None when no licence line of `show version` names one.

    Raises:
        CouldNotSee: `show version` or `show nameif` was not read.
    """
    names = {row.name for row in firewall.table(Nameif) if row.name}
    for row in firewall.table(Licence):
        if match := _VLANS.match(row.text):
            restricted = "restricted" in match["restriction"].lower().split()[1:2]
            return InterfaceLimit(len(names), int(match["most"]) - len(names) - restricted, row)
    return None
