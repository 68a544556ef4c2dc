"""The ASA's smaller tables, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.platforms.asa.access_list import parse_access_list
from bothways.platforms.asa.asp_drop import parse_asp_drop
from bothways.platforms.asa.failover import parse_failover
from bothways.platforms.asa.logging import parse_log_lines, parse_log_settings
from bothways.platforms.asa.version import parse_version

VERSION_5505 = """\
Cisco Adaptive Security Appliance Software Version 9.2(4)
Device Manager Version 7.5(2)

Compiled on Tue 14-Jul-15 22:19 by builders
System image file is "disk0:/asa924-k8.bin"
Config file at boot was "startup-config"

EDGE-ASA up 41 days 19 hours

Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz,
Internal ATA Compact Flash, 128MB
BIOS Flash M50FW016 @ 0xfff00000, 2048KB

 0: Int: Internal-Data0/0    : address is 0011.2233.4400, irq 11

Licensed features for this platform:
Maximum Physical Interfaces       : 8              perpetual
VLANs                             : 3              DMZ Restricted
Inside Hosts                      : 10             perpetual

This platform has a Base license.

Serial Number: JMX00000001
Running Permanent Activation Key: 0x1 0x2 0x3 0x4 0x5
Configuration register is 0x1
Configuration last modified by enable_15 at 14:35:24.486 UTC Wed Jun 9 2021
"""


def test_s0_04_the_licence_line_that_forbids_a_third_vlan_is_read() -> None:
    """S0-04: the Base licence of a 5505 is kept as printed."""
    table = parse_version(VERSION_5505, "show version")
    assert table.unknown == ()
    (unit,) = table
    assert (unit.hostname, unit.version, unit.model, unit.serial) == (
        "EDGE-ASA",
        "9.2(4)",
        "ASA5505",
        "JMX00000001",
    )
    assert (unit.image, unit.uptime, unit.line) == ("disk0:/asa924-k8.bin", "41 days 19 hours", 1)
    assert unit.licences == (
        "Maximum Physical Interfaces       : 8              perpetual",
        "VLANs                             : 3              DMZ Restricted",
        "Inside Hosts                      : 10             perpetual",
        "This platform has a Base license.",
    )


def test_the_licences_of_a_failover_cluster_are_not_the_units_own() -> None:
    text = (
        "Cisco Adaptive Security Appliance Software Version 9.9(2)32 \n"
        "ASA2 up 55 days 9 hours\n"
        "failover cluster up 87 days 15 hours\n"
        "Licensed features for this platform:\n"
        "Maximum VLANs                     : 150            perpetual\n"
        "\n"
        "Failover cluster licensed features for this platform:\n"
        "Maximum VLANs                     : 300            perpetual\n"
    )
    table = parse_version(text, "show version")
    assert table.unknown == ()
    assert table.row(0).hostname == "ASA2"
    assert table.row(0).licences == ("Maximum VLANs                     : 150            perpetual",)


def test_a_text_of_another_platform_makes_no_version() -> None:
    assert (
        len(parse_version("Cisco IOS Software, C3560 Software\nsw1 uptime is 1 week\n", "show version")) == 0
    )


DROPS = """\
Frame drop:
  First TCP packet not SYN (tcp-not-syn)                                     205
  No valid V4 adjacency. Check ARP table (show arp) has entry for nexthop. (no-v4-adjacency) 5
  Dropped pending packets due to a failed attempt to get an internal socket \
lock (np-socket-lock-failu         61
  FP L2 rule drop (l2_acl)                                                   150
  Slowpath security checks failed (sp-security-failed)                    144251
  Early security checks failed (security-failed)                          277057
  Flow is denied by configured rule (acl-drop)                              2077

Last clearing: 10:43:33 EDT Mar 27 2019 by genie

Flow drop:
  Flow is denied by access rule (acl-drop)                                192350
Last clearing: Never
"""


def test_asp_drop_is_keyed_by_phase_and_last_parenthesis() -> None:
    table = parse_asp_drop(DROPS, "show asp drop")
    assert table.unknown == ()
    assert [(row.line, row.phase, row.name, row.count) for row in table] == [
        (2, "frame", "tcp-not-syn", 205),
        (3, "frame", "no-v4-adjacency", 5),
        (4, "frame", "np-socket-lock-failu", 61),
        (5, "frame", "l2_acl", 150),
        (6, "frame", "sp-security-failed", 144251),
        (7, "frame", "security-failed", 277057),
        (8, "frame", "acl-drop", 2077),
        (13, "flow", "acl-drop", 192350),
    ]
    assert table.row(1).description.endswith("(show arp) has entry for nexthop.")


def test_asp_drop_without_a_flow_section_and_with_empty_ones() -> None:
    assert len(parse_asp_drop("Frame drop:\n  TCP invalid ACK (tcp-invalid-ack)   1\n", "show asp drop")) == 1
    empty = parse_asp_drop(
        "Frame drop:\n\nLast clearing: Never\n\nFlow drop:\n\nLast clearing: Never\n", "show asp drop"
    )
    assert (len(empty), empty.unknown) == (0, ())


@pytest.mark.parametrize(
    "line",
    [
        "  First TCP packet not SYN                                                   205",
        "  No valid adjacency (show arp)                                                8",
        "  First TCP packet not SYN (tcp-not-syn                                      205",
    ],
    ids=["before 7.0(8) there were no names", "words are no name", "cut where nothing is cut"],
)
def test_asp_drop_lines_without_a_name_are_counted(line: str) -> None:
    table = parse_asp_drop(f"Frame drop:\n{line}\n", "show asp drop")
    assert (len(table), table.unknown) == (0, (2,))


def test_a_counter_above_the_first_phase_is_counted() -> None:
    assert parse_asp_drop("  TCP invalid ACK (tcp-invalid-ack)   1\n", "show asp drop").unknown == (1,)


LOG = """\
Syslog logging: enabled
    Facility: 20
    Timestamp logging: enabled
    Console logging: disabled
    Monitor logging: disabled
    Buffer logging: level informational, 10003 messages logged
    Trap logging: disabled
    Permit-hostdown logging: disabled
    ASDM logging: disabled
Aug 15 2019 13:44:39: %ASA-6-106015: Deny TCP (no connection) from 10.12.0.130/17559 to 172.16.1.18/443 \
flags RST  on interface inside
%ASA-6-302014: Teardown TCP connection 7 for inside:172.16.1.18/443 to inside:10.12.0.130/17559 \
duration 0:00:30 bytes 0 SYN Timeout
Mar 09 2017 10:25:04 MDF-ASA5515X : %ASA-session-6-302013: Built inbound TCP connection 8
"""


def test_s0_09_the_denied_reset_is_read_from_the_buffer() -> None:
    """S0-09: severity, code, text with its two blanks, and the device's own stamp."""
    table = parse_log_lines(LOG, "show logging")
    assert table.unknown == ()
    denied, ended, built = table
    assert (denied.severity, denied.code, denied.stamp) == (6, "106015", "Aug 15 2019 13:44:39")
    assert denied.text == (
        "Deny TCP (no connection) from 10.12.0.130/17559 to 172.16.1.18/443 flags RST  on interface inside"
    )
    assert (ended.code, ended.stamp, ended.line) == ("302014", "", 11)
    assert (built.code, built.stamp) == ("302013", "Mar 09 2017 10:25:04")


def test_the_head_says_which_messages_the_buffer_can_hold() -> None:
    table = parse_log_settings(LOG, "show logging")
    assert table.unknown == ()
    assert [(row.destination, row.level) for row in table] == [
        ("console", "disabled"),
        ("monitor", "disabled"),
        ("buffer", "informational"),
        ("trap", "disabled"),
    ]


ACCESS_LIST = """\
access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
            alert-interval 300
access-list INSIDE; 9 elements; name hash: 0xcb4257a3
access-list INSIDE line 1 remark lab first
access-list INSIDE line 2 extended permit tcp 10.12.0.0 255.255.255.0 host 172.16.1.18 eq https \
(hitcnt=12) 0xfe42d16f
access-list INSIDE line 3 extended permit udp any4 any range 16384 32767 log informational interval 300 \
(hitcnt=0) 0x1
access-list INSIDE line 4 extended permit tcp any gt 1023 any lt 1024 inactive \
(hitcnt=0) (inactive) 0x20db5032
access-list INSIDE line 5 extended permit tcp object-group WEB any object-group PORTS (hitcnt=4) 0x26e50070
  access-list INSIDE line 5 extended permit tcp host 10.1.1.10 any eq www (hitcnt=4) 0x44aceee4
  access-list INSIDE line 5 extended permit tcp host 10.1.1.11 any eq 8443 (hitcnt=0) 0x27806b87
access-list INSIDE line 6 extended permit ip object-group EMPTY any (hitcnt=0) 0x26e50071
access-list INSIDE line 7 extended permit ip any6 any6 (hitcnt=0) 0x26e50072
access-list INSIDE line 8 extended permit icmp any any echo (hitcnt=3) 0x26e50073
access-list INSIDE line 9 extended deny ip any any time-range NIGHT (hitcnt=0) 0x26e50074
access-list SPLIT; 1 elements; name hash: 0x178be4f2
access-list SPLIT line 1 standard permit 198.18.0.0 255.254.0.0 (hitcnt=0) 0xce26b1f0
"""


def test_access_list_rules_stand_for_themselves_or_by_their_members() -> None:
    table = parse_access_list(ACCESS_LIST, "show access-list")
    assert table.unknown == ()
    seen = [
        (row.line, row.sequence, row.action, str(row.source), row.source_ports, str(row.destination))
        for row in table
    ]
    assert seen == [
        (5, 2, "permit", "10.12.0.0/24", None, "172.16.1.18/32"),
        (6, 3, "permit", "0.0.0.0/0", None, "0.0.0.0/0"),
        (7, 4, "permit", "0.0.0.0/0", (1024, 65535), "0.0.0.0/0"),
        (9, 5, "permit", "10.1.1.10/32", None, "0.0.0.0/0"),
        (10, 5, "permit", "10.1.1.11/32", None, "0.0.0.0/0"),
        (11, 6, "permit", "None", None, "0.0.0.0/0"),
        (13, 8, "permit", "0.0.0.0/0", None, "0.0.0.0/0"),
        (14, 9, "deny", "0.0.0.0/0", None, "0.0.0.0/0"),
        (16, 1, "permit", "0.0.0.0/0", None, "198.18.0.0/15"),
    ]
    assert [row.destination_ports for row in table][:5] == [
        (443, 443),
        (16384, 32767),
        (0, 1023),
        (80, 80),
        (8443, 8443),
    ]
    assert [row.hits for row in table] == [12, 0, 0, 4, 0, 0, 3, 0, 0]
    assert [row.active for row in table] == [True, True, False, True, True, True, True, True, True]
    # a group without members, an ICMP type and a time range say more than we model
    assert [row.understood for row in table] == [True] * 5 + [False] * 3 + [True]


def test_access_list_rules_resolve_the_devices_own_names() -> None:
    text = "access-list A line 1 extended permit tcp any host server eq 445 (hitcnt=0) 0x1\n"
    (row,) = parse_access_list(text, "show access-list", {"server": IPv4Address("10.12.0.5")})
    assert (row.destination, row.understood) == (IPv4Network("10.12.0.5/32"), True)
    (row,) = parse_access_list(text, "show access-list")
    assert (row.destination, row.understood) == (None, False)


FAILOVER = {
    "off": (
        "Failover Off \nFailover unit Secondary\nFailover LAN Interface: not Configured\n",
        (False, "", 1),
    ),
    "active": (
        "Failover On \n\n\tThis host: Primary - Active \n\tOther host: Secondary - Standby Ready\n",
        (True, "Active", 3),
    ),
    "standby": ("Failover On\n        This host: Secondary - Standby Ready\n", (True, "Standby Ready", 2)),
    "on, and cut": ("Failover On\nFailover unit Primary\n", (True, "", 1)),
}


@pytest.mark.parametrize(("text", "expected"), FAILOVER.values(), ids=FAILOVER.keys())
def test_failover_says_which_unit_this_is(text: str, expected: tuple[bool, str, int]) -> None:
    table = parse_failover(text, "show failover")
    (row,) = table
    assert (row.enabled, row.role, row.line) == expected
    assert table.unknown == ()
