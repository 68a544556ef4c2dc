"""What the shows say about the story, by hand from its addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.lab_front.conftest import RunningLab


def _show(lab: RunningLab, name: str, command: str) -> list[str]:
    """The lines between echo and prompt."""
    with lab.terminal(name) as terminal:
        return terminal.type(command).split("\r\n")[1:-1]


@pytest.fixture(scope="module")
def busy_lab(quiet_lab: RunningLab) -> RunningLab:
    """A lab in which the browser has tried for a minute."""
    quiet_lab.ask("advance_to", moment_s=90.0)
    return quiet_lab


def test_asa_route_has_the_lab_behind_the_switch_on_the_same_interface(busy_lab: RunningLab) -> None:
    """S0-01: EIGRP brings 172.16.1.0/24 by 10.12.0.254, where the users are connected too."""
    lines = _show(busy_lab, "edge-asa", "show route | begin Gateway")
    learnt = next(line for line in lines if line.startswith("D "))
    expected = r"D {8}172\.16\.1\.0 255\.255\.255\.0 \[90/28416\] via 10\.12\.0\.254, 0:0\d:\d\d, inside"
    assert re.fullmatch(expected, learnt)
    assert "C        10.12.0.0 255.255.255.0 is directly connected, inside" in lines
    assert "L        10.12.0.1 255.255.255.255 is directly connected, inside" in lines
    assert lines[0] == "Gateway of last resort is 203.0.113.80 to network 0.0.0.0"
    assert "S*    0.0.0.0 0.0.0.0 [1/0] via 203.0.113.80, outside" in lines


def test_switch_route_groups_by_classful_network(busy_lab: RunningLab) -> None:
    """One mask in a class: heading with the mask, rows without; the default comes from EIGRP."""
    lines = _show(busy_lab, "lab-switch", "show ip route | begin Gateway")
    assert lines[:6] == [
        "Gateway of last resort is 10.12.0.1 to network 0.0.0.0",
        "",
        "     10.0.0.0/24 is subnetted, 1 subnets",
        "C       10.12.0.0 is directly connected, Vlan10",
        "     172.16.0.0/24 is subnetted, 1 subnets",
        "C       172.16.1.0 is directly connected, Vlan172",
    ]
    assert re.fullmatch(r"D\*EX 0\.0\.0\.0/0 \[170/28416\] via 10\.12\.0\.1, 00:0\d:\d\d, Vlan10", lines[6])


def test_asa_conn_shows_two_blanks_behind_each_name(busy_lab: RunningLab) -> None:
    """The workstation's long connection to the web: far end first, data both ways, a blank at the end."""
    lines = _show(busy_lab, "edge-asa", "show conn address 203.0.113.80")
    assert re.fullmatch(r"\d+ in use, \d+ most used", lines[0])
    row = next(line for line in lines if "10.12.0.130" in line)
    assert re.fullmatch(
        r"TCP outside  203\.0\.113\.80:443 inside  10\.12\.0\.130:\d+, "
        r"idle 0:00:\d\d, bytes \d+, flags UIO ",
        row,
    )


def test_asa_conn_selects_by_two_addresses(busy_lab: RunningLab) -> None:
    """A second address speaks of the other end."""
    both = _show(busy_lab, "edge-asa", "show conn address 10.12.0.5 address 203.0.113.80")
    other = _show(busy_lab, "edge-asa", "show conn address 10.12.0.5 address 10.12.0.130")
    assert sum(line.startswith("TCP") for line in both) == 1
    assert not any(line.startswith("TCP") for line in other)


def test_asp_drop_rows_are_80_columns_wide(busy_lab: RunningLab) -> None:
    """Name in parentheses, count at the right edge; both sections are there."""
    lines = _show(busy_lab, "edge-asa", "show asp drop")
    rows = [line for line in lines if line.startswith("  ")]
    assert rows
    assert {len(row) for row in rows} == {80}
    assert any("First TCP packet not SYN (tcp-not-syn) " in row for row in rows)
    assert lines[0] == "Frame drop:"
    assert "Flow drop:" in lines
    assert "Last clearing: Never" in lines


def test_asa_log_has_the_denied_rst_with_two_blanks(busy_lab: RunningLab) -> None:
    """S0-09: the text that started it all."""
    lines = _show(busy_lab, "edge-asa", "show logging | include 106015")
    text = re.compile(
        r"Mar 02 2026 08:0\d:\d\d: %ASA-6-106015: Deny TCP \(no connection\) from 10\.12\.0\.130/\d+ "
        r"to 172\.16\.1\.18/443 flags RST  on interface inside"
    )
    assert lines
    assert all(text.fullmatch(line) for line in lines)


def test_switch_arp_has_hosts_with_their_macs(busy_lab: RunningLab) -> None:
    """S0-08: ages in minutes, `-` for our own, columns where the real one has them."""
    lines = _show(busy_lab, "lab-switch", "show ip arp")
    assert lines[0] == "Protocol  Address          Age (min)  Hardware Addr   Type   Interface"
    assert "Internet  10.12.0.254             -   0019.2fbc.3ac2  ARPA   Vlan10" in lines
    found = next(line for line in lines if "0050.56a0.0130" in line)
    assert re.fullmatch(r"Internet  10\.12\.0\.130 {13}\d   0050\.56a0\.0130  ARPA   Vlan10", found)


def test_asa_arp_has_the_switch_and_the_hosts(busy_lab: RunningLab) -> None:
    """Eight blanks, name, address, MAC, seconds."""
    lines = _show(busy_lab, "edge-asa", "show arp")
    assert any(re.fullmatch(r" {8}inside 10\.12\.0\.254 0019\.2fbc\.3ac2 \d+", line) for line in lines)
    assert any(re.fullmatch(r" {8}inside 10\.12\.0\.130 0050\.56a0\.0130 \d+", line) for line in lines)


def test_asa_version_has_the_licence_that_closes_a_way_out(busy_lab: RunningLab) -> None:
    """S0-04: the Base licence of a 5505 restricts its third VLAN."""
    lines = _show(busy_lab, "edge-asa", "show version")
    assert "VLANs                             : 3              DMZ Restricted" in lines
    assert "This platform has a Base license." in lines
    assert "Serial Number: JMX1404Z0B1" in lines
    assert "Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz," in lines


def test_asa_names_and_brief(busy_lab: RunningLab) -> None:
    """Columns as on the real one."""
    assert _show(busy_lab, "edge-asa", "show nameif") == [
        "Interface                Name                     Security",
        "Vlan1                    inside                   100",
        "Vlan2                    outside                    0",
    ]
    brief = _show(busy_lab, "edge-asa", "show interface ip brief")
    assert "Vlan1                      10.12.0.1       YES CONFIG up                    up  " in brief


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("show running-config same-security-traffic", ["same-security-traffic permit intra-interface"]),
        ("show running-config service", []),
        ("show running-config route", ["route outside 0.0.0.0 0.0.0.0 203.0.113.80 1"]),
        ("show running-config access-list", []),
        ("show run interface vlan 1",
         ["!", "interface Vlan1", " nameif inside", " security-level 100",
          " ip address 10.12.0.1 255.255.255.0"]),
        ("show mode", ["Security context mode: single "]),
        ("show failover", ["Failover Off "]),
        ("show curpriv", ["Username : admin", "Current privilege level : 15", "Current Mode/s : P_PRIV"]),
    ],
)  # fmt: skip
def test_asa_small_answers(busy_lab: RunningLab, command: str, lines: list[str]) -> None:
    """S3-06: an empty `service` section means the default; sections are chosen by their first words."""
    assert _show(busy_lab, "edge-asa", command) == lines


def test_asa_packet_tracer_without_the_permit(lab: RunningLab) -> None:
    """S0-02: the route leads back where the packet came from, and the implicit rule drops it."""
    lab.ask("edit", device="edge-asa", lines=["no same-security-traffic permit intra-interface"])
    command = "packet-tracer input inside tcp 10.12.0.130 40000 172.16.1.18 443"
    lines = _show(lab, "edge-asa", command)
    assert lines == [
        "", "Phase: 1", "Type: ROUTE-LOOKUP", "Subtype: Resolve Egress Interface", "Result: ALLOW", "Config:",
        "Additional Information:", "in   172.16.1.0      255.255.255.0   inside", "",
        "Phase: 2", "Type: ACCESS-LIST", "Subtype: ", "Result: DROP", "Config:", "Implicit Rule",
        "Additional Information:", "",
        "Result:", "input-interface: inside", "input-status: up", "input-line-status: up",
        "output-interface: inside", "output-status: up", "output-line-status: up", "Action: drop",
        "Drop-reason: (acl-drop) Flow is denied by configured rule", "",
    ]  # fmt: skip


def test_asa_clears_connections_by_address_and_counts_them(lab: RunningLab) -> None:
    """`N connection(s) deleted.`, and they are gone."""
    with lab.terminal("edge-asa") as terminal:
        assert "1 connection(s) deleted." in terminal.type("clear conn address 10.12.0.5")
        assert "0 connection(s) deleted." in terminal.type("clear conn address 10.12.0.77 port 1")
        assert "10.12.0.5" not in terminal.type("show conn").split("\r\n", 1)[1]


def test_asa_service_policy_shows_the_bypass(lab: RunningLab) -> None:
    """The class, its timeout and the option, under the interface."""
    lines = [
        "access-list BYPASS extended permit tcp host 10.12.0.130 host 172.16.1.18",
        "class-map BYPASS",
        " match access-list BYPASS",
        "policy-map INSIDE",
        " class BYPASS",
        "  set connection timeout idle 0:15:00",
        "  set connection advanced-options tcp-state-bypass",
        "service-policy INSIDE interface inside",
    ]
    assert lab.ask("edit", device="edge-asa", lines=lines)["answers"] == [""] * len(lines)
    assert _show(lab, "edge-asa", "show service-policy interface inside") == [
        "",
        "Interface inside:",
        "  Service-policy: INSIDE",
        "    Class-map: BYPASS",
        "      Set connection policy: drop 0",
        "      Set connection timeout policy:",
        "        idle 0:15:00",
        "      Set connection advanced-options: tcp-state-bypass",
    ]


def test_ping_from_a_device_moves_virtual_time_only(lab: RunningLab, stopwatch: Callable[[], float]) -> None:
    """Five time-outs of two seconds each cost no real ones."""
    before_s = lab.ask("clock")["now_s"]
    lines = _show(lab, "lab-switch", "ping 172.16.1.99")
    assert "....." in lines
    assert "Success rate is 0 percent (0/5)" in lines
    assert lab.ask("clock")["now_s"] - before_s >= 10
    assert stopwatch() < 8


def test_routing_tables_of_their_own_are_shown_by_name(lab: RunningLab) -> None:
    """The columns that a real `show ip vrf` had; the global commands leave those interfaces out."""
    with lab.terminal("lab-switch") as terminal:
        for line in ("configure terminal", "ip vrf LAB", "rd 65000:1", "ip vrf EMPTY", "interface Vlan172",
                     "ip vrf forwarding LAB", "ip address 172.16.1.1 255.255.255.0", "end"):  # fmt: skip
            said = terminal.type(line)
            assert ("removed due to enabling VRF LAB" in said) == (line == "ip vrf forwarding LAB")
        assert terminal.type("show ip vrf").split("\r\n")[1:-1] == [
            "  Name                             Default RD          Interfaces",
            "  EMPTY                            <not set>",
            "  LAB                              65000:1             Vl172",
        ]
        members = terminal.type("show ip vrf interfaces").split("\r\n")[2]
        routes = terminal.type("show ip route vrf LAB").split("\r\n")
        rest = terminal.type("show ip route")
        near, far = terminal.type("show ip arp vrf LAB"), terminal.type("show ip arp")
        missing = terminal.type("show ip route vrf NONE")
    assert members.split() == ["Vl172", "172.16.1.1", "LAB", "up"]
    assert routes[1] == "Routing Table: LAB"
    assert "C       172.16.1.0 is directly connected, Vlan172" in routes
    assert "172.16.1.0" not in rest
    assert ("172.16.1.1 " in near, "172.16.1.1 " in far) == (True, False)
    assert "% IP routing table NONE does not exist" in missing
