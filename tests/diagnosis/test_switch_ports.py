"""Interfaces of a switch as its configuration has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bothways.diagnosis.access_switch import SwitchPorts
from bothways.platforms import device_state
from bothways.state.device import Output

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRUNK = " switchport trunk encapsulation dot1q\n switchport mode trunk\n"
PORTS = {
    "a-trunk-with-a-link": (TRUNK, "up", ("GigabitEthernet1/40",)),
    "a-trunk-without": (TRUNK, "down", ()),
    "shut-down": (f"{TRUNK} shutdown\n", "up", ()),
    "member-of-a-channel": (f"{TRUNK} channel-group 11 mode active\n", "up", ()),
    "an-access-port": (" switchport access vlan 20\n switchport mode access\n", "up", ()),
}


@pytest.mark.parametrize(("lines", "link", "trunks"), PORTS.values(), ids=PORTS)
def test_a_single_trunk_may_lead_to_another_way_out(lines: str, link: str, trunks: tuple[str, ...]) -> None:
    """S2b-01: spanning tree blocks such a port until it is needed, and no address is learnt on it."""
    texts = {
        "show running-config": f"hostname TOR\ninterface GigabitEthernet1/40\n{lines}end",
        "show ip interface": f"GigabitEthernet1/40 is {link}, line protocol is {link}",
    }
    outputs = {command: Output(command, text, NOON) for command, text in texts.items()}
    assert SwitchPorts.of(device_state("tor", "cisco_ios", outputs)).trunks == trunks
