"""The state bypasses of a firewall, and the lists they go by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bothways.diagnosis.service_policy import BYPASS
from bothways.state.device import DeviceState
from bothways.state.rows import AclEntry, ServicePolicy

_IDLE = re.compile(r"set connection timeout (?:.* )?idle (?P<time>\S+)")
_LIST = re.compile(r"access-list (?P<acl>\S+)$")


@dataclass(frozen=True)
class Bypass:
    """A class in service that takes the checks of TCP state off.

    Attributes:
        acl: its list; "" for a class that matches otherwise.
    """

    policy: ServicePolicy
    acl: str

    def rules(self, device: DeviceState) -> list[AclEntry]:
        """What its list permits now, or may: a line that is not understood could be as wide as any."""
        rules = device.table(AclEntry).where(acl=self.acl)
        return [rule for rule in rules if rule.active and rule.action != "deny"]

    @property
    def idle(self) -> str:
        """The class's own idle time as configured, "" for none; `0:00:00` is for ever."""
        for line in self.policy.settings:
            found = _IDLE.match(line)
            if found is not None:
                return found["time"]
        return ""


def bypasses(device: DeviceState) -> Iterator[Bypass]:
    """Each class once, on however many interfaces it is in service."""
    known: set[tuple[str, str]] = set()
    for row in device.table(ServicePolicy):
        key = (row.policy_map, row.class_map)
        if BYPASS.carried_by(row) and key not in known:
            known.add(key)
            named = _LIST.match(row.match)
            yield Bypass(row, named["acl"] if named else "")
