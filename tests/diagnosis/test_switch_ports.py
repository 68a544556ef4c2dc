"""Interfaces of a switch as its configuration has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import trace
from bothways.diagnosis.access_switch import SwitchPorts
from bothways.flow import Fate, Flow
from bothways.platforms import device_state
from bothways.state import rows
from bothways.state.device import Output

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

CIMC = "172.16.1.18"

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


@pytest.mark.parametrize(
    ("port", "fate"),
    [("FastEthernet0/2", Fate.UNKNOWN), ("FastEthernet0/9", Fate.ISN_MISMATCH)],
    ids=["the-hosts-own", "another"],
)
def test_a_list_on_a_switch_port_leaves_open_what_comes_in_there(story: Story, port: str, fate: Fate) -> None:
    """X-07: it drops before any VLAN interface sees the packet, and is not walked."""
    mac = "0022.bdf0.0018"
    story.switch.drop(rows.Arp, CIMC).arp(CIMC, mac, "Vlan172").drop(rows.Mac)
    story.switch.add(
        rows.Mac, f" 172    {mac}    DYNAMIC     Fa0/2", vlan="172", mac=mac, kind="DYNAMIC", port="Fa0/2"
    )
    state = {"address": None, "mac": "", "admin_up": True, "line_up": True}
    lists = {"acl_in": "PACL", "acl_out": "", "policy": ""}
    story.switch.add(rows.Interface, f"{port} is up", name=port, port=port, **state, **lists)
    walked = trace(story.snapshot(), Flow.parse(f"10.12.0.130 {CIMC} tcp/443"))
    assert walked.fate is fate
    asked = any(f"list PACL on port {port} drops packet 2" in text for text in walked.could_not_see)
    assert asked == (fate is Fate.UNKNOWN)
