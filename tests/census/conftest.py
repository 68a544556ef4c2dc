"""A firewall from texts, as an ASA prints them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bothways.platforms import device_state
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

MOMENT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TEXTS = {
    "show conn": "0 in use, 0 most used\n",
    "show route": (
        "C        10.12.0.0 255.255.255.0 is directly connected, inside\n"
        "D        172.16.0.0 255.255.0.0 [90/28416] via 10.12.0.254, 0:00:29, inside\n"
    ),
    "show asp drop": "Frame drop:\n\nLast clearing: Never\n\nFlow drop:\n\nLast clearing: Never\n",
    "show logging": "Syslog logging: enabled\n    Buffer logging: level informational, 0 messages logged\n",
    "show running-config": "hostname FW\n: end\n",
    "show access-list": "access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)\n",
    "show version": "Cisco Adaptive Security Appliance Software Version 9.2(4) \n",
}

Make = Callable[..., DeviceState]


@pytest.fixture
def asa() -> Make:
    """Makes a firewall: `asa({"show conn": …}, after_s=30, unread=("show logging",))`."""

    def make(
        texts: Mapping[str, str] | None = None, after_s: int = 0, unread: tuple[str, ...] = ()
    ) -> DeviceState:
        moment = MOMENT + timedelta(seconds=after_s)
        every = {**TEXTS, **(texts or {})}
        outputs = {
            command: Output(command, text, moment) for command, text in every.items() if command not in unread
        }
        return device_state("fw", "cisco_asa", outputs)

    return make


@pytest.fixture
def alone() -> Callable[[DeviceState], Snapshot]:
    """A snapshot of one device."""
    return lambda device: Snapshot({device.name: device}, MOMENT, {})
