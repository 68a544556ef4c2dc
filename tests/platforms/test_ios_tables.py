"""The smaller IOS tables, typed by hand after what devices print."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest

from bothways.platforms.ios.access_list import parse_access_lists
from bothways.platforms.ios.logging import parse_log_lines, parse_log_settings
from bothways.platforms.ios.mac_table import parse_mac_table
from bothways.platforms.ios.policy import parse_policy
from bothways.platforms.ios.route_map import parse_route_map
from bothways.platforms.ios.sdm import parse_sdm
from bothways.platforms.ios.version import parse_version

VERSION_3560 = """\
Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2010 by Cisco Systems, Inc.
Compiled Sat 07-Aug-10 23:04 by prod_rel_team
Image text-base: 0x01000000, data-base: 0x02F00000

ROM: Bootstrap program is C3560 boot loader
BOOTLDR: C3560 Boot Loader (C3560-HBOOT-M) Version 12.2(25r)SEC, RELEASE SOFTWARE (fc4)

DC_LAB_SWITCH uptime is 3 weeks, 2 days, 1 hour, 5 minutes
System returned to ROM by power-on
System image file is "flash:c3560-ipservicesk9-mz.122-55.SE.bin"

cisco WS-C3560-24PS (PowerPC405) processor (revision D0) with 131072K bytes of memory.
Processor board ID CAT1017R1AB
Last reset from power-on
3 Virtual Ethernet interfaces
24 FastEthernet interfaces
2 Gigabit Ethernet interfaces
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : 00:11:22:33:44:FE
Motherboard assembly number     : 73-9673-06
System serial number            : CAT1017R1AB
Model number                    : WS-C3560-24PS-S

Switch Ports Model              SW Version            SW Image
------ ----- -----              ----------            ----------
*    1 26    WS-C3560-24PS      12.2(55)SE            C3560-IPSERVICESK9-M

Configuration register is 0xF
"""


def test_s0_19_the_feature_set_of_the_image_is_read() -> None:
    """S0-19: policy routing on a 3560 needs IP services, and the image name says it."""
    table = parse_version(VERSION_3560, "show version")
    assert table.unknown == ()
    (device,) = table
    assert (device.hostname, device.version, device.model) == ("DC_LAB_SWITCH", "12.2(55)SE", "WS-C3560-24PS")
    assert (device.serial, device.licences) == ("CAT1017R1AB", ("C3560-IPSERVICESK9-M",))
    assert (device.image, device.uptime, device.line) == (
        "flash:c3560-ipservicesk9-mz.122-55.SE.bin",
        "3 weeks, 2 days, 1 hour, 5 minutes",
        1,
    )


MACS = {
    "3560": (
        (
            "          Mac Address Table\n"
            "-------------------------------------------\n"
            "\n"
            "Vlan    Mac Address       Type        Ports\n"
            "----    -----------       --------    -----\n"
            " All    0100.0ccc.cccc    STATIC      CPU\n"
            "  10    0050.56AA.0130    DYNAMIC     Fa0/1\n"
            "Total Mac Addresses for this criterion: 2\n"
        ),
        [("All", "0100.0ccc.cccc", "static", "CPU"), ("10", "0050.56aa.0130", "dynamic", "Fa0/1")],
    ),
    "4500": (
        (
            "Unicast Entries\n"
            " vlan     mac address     type        protocols               port\n"
            "---------+---------------+--------+---------------------+-------------------------\n"
            "   1      30a3.30a3.a1c3   dynamic ip,ipx,assigned,other Port-channel1\n"
            "Multicast Entries\n"
            " vlan      mac address     type    ports\n"
            "---------+---------------+-------+--------------------------------------------\n"
            "   1      0100.0ccc.ccce   system Gi1/1,Gi1/2,Gi1/3\n"
            "                                  Gi1/4,Gi1/5\n"
        ),
        [
            ("1", "30a3.30a3.a1c3", "dynamic", "Port-channel1"),
            ("1", "0100.0ccc.ccce", "system", "Gi1/1,Gi1/2,Gi1/3"),
        ],
    ),
    "6500": (
        (
            "*  777  0000.30a3.0167    static  No           -   Router\n"
            "   664  30a3.30a3.58b5   dynamic  Yes        180   Po6\n"
        ),
        [("777", "0000.30a3.0167", "static", "Router"), ("664", "30a3.30a3.58b5", "dynamic", "Po6")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MACS.values(), ids=MACS.keys())
def test_mac_tables_of_three_families(text: str, expected: list[tuple[str, ...]]) -> None:
    table = parse_mac_table(text, "show mac address-table")
    assert table.unknown == ()
    assert [(row.vlan, row.mac, row.kind, row.port) for row in table] == expected


def test_s0_16_policy_bindings_join_with_the_interfaces() -> None:
    """S0-16: short names become the names other tables print; `local` is the box itself."""
    text = (
        "Interface      Route map\nlocal          BOX\nVlan172        FIX_ROUTING\nGi0/1.146      RM-R4-R6\n"
    )
    table = parse_policy(text, "show ip policy")
    assert table.unknown == ()
    assert [(row.interface, row.route_map) for row in table] == [
        ("local", "BOX"),
        ("Vlan172", "FIX_ROUTING"),
        ("GigabitEthernet0/1.146", "RM-R4-R6"),
    ]


ROUTE_MAP = """\
route-map FIX_ROUTING, permit, sequence 10
  Match clauses:
    ip address (access-lists): 101 LAB
  Set clauses:
    ip next-hop 10.12.0.1
  Policy routing matches: 0 packets, 0 bytes
    local-preference 700
route-map FIX_ROUTING, deny, sequence 20
  Match clauses:
    ip address prefix-lists: PFX
    ip next-hop (access-lists): 5
  Set clauses:
    ip next-hop verify-availability 44.114.26.26 10 track 10  [up]
    ip next-hop 10.12.0.1 10.12.0.2
  Policy routing matches: 144 packets, 15190 bytes
"""


def test_s0_14_route_maps_say_what_they_match_and_set() -> None:
    """S0-14: lists and next hops are values; a tracked next hop counts while it is up."""
    table = parse_route_map(ROUTE_MAP, "show route-map")
    assert table.unknown == ()
    fix, second = table
    assert (fix.line, fix.action, fix.sequence, fix.acls) == (1, "permit", 10, ("101", "LAB"))
    assert (fix.next_hops, fix.other) == ((IPv4Address("10.12.0.1"),), ("local-preference 700",))
    assert (second.line, second.action, second.acls) == (8, "deny", ())
    assert [str(hop) for hop in second.next_hops] == ["44.114.26.26", "10.12.0.1", "10.12.0.2"]
    assert second.other == (
        "ip address prefix-lists: PFX",
        "ip next-hop (access-lists): 5",
    )


@pytest.mark.parametrize(
    ("state", "next_hops", "down", "other"),
    [
        ("[up]", ("10.12.0.1",), (), 0),
        ("[down]", (), ("10.12.0.1",), 0),
        ("[undefined]", (), (), 1),
    ],
)
def test_s0_24_tracked_next_hop_counts_while_up(
    state: str, next_hops: tuple[str, ...], down: tuple[str, ...], other: int
) -> None:
    """S0-24: up is a next hop, down is none, any other word stays a question."""
    text = (
        "route-map X, permit, sequence 10\n  Match clauses:\n  Set clauses:\n"
        f"    ip next-hop verify-availability 10.12.0.1 1 track 1  {state}\n"
    )

    (entry,) = parse_route_map(text, "show route-map")

    assert entry.next_hops == tuple(IPv4Address(hop) for hop in next_hops)
    assert entry.down == tuple(IPv4Address(hop) for hop in down)
    assert len(entry.other) == other


SDM_3560 = """\
 The current template is "desktop default" template.
 The selected template optimizes the resources in
 the switch to support this level of features for
 8 routed interfaces and 1024 VLANs.

  number of unicast mac addresses:                  6K
  number of IPv4 IGMP groups + multicast routes:    1K
  number of IPv4 unicast routes:                    8K
    number of directly-connected IPv4 hosts:        6K
    number of indirect IPv4 routes:                 2K
  number of IPv4 policy based routing aces:         {aces}
  number of IPv4/MAC qos aces:                      512
  number of IPv4/MAC security aces:                 1K
"""
PENDING = '\n On next reload, template will be "desktop IPv4 and IPv6 routing" template.\n'

SDM = {
    "none": (SDM_3560.format(aces="0"), ("desktop default", "desktop default", 0)),
    "half a K": (SDM_3560.format(aces="0.5K"), ("desktop default", "desktop default", 512)),
    "small k": (SDM_3560.format(aces="1.125k"), ("desktop default", "desktop default", 1152)),
    "plain number": (SDM_3560.format(aces="512"), ("desktop default", "desktop default", 512)),
    "pending": (SDM_3560.format(aces="0") + PENDING, ("desktop default", "desktop IPv4 and IPv6 routing", 0)),
    "IOS XE": (
        (
            "Showing SDM Template Info\n\nThis is the Advanced (low scale) template.\n"
            "  Number of VLANs:                                 4094\n"
            "  Policy Based Routing ACEs:                       1024\n"
            "These numbers are typical for L2 and IPv4 features.\n"
        ),
        ("Advanced (low scale)", "Advanced (low scale)", 1024),
    ),
    "not printed": (' The current template is "default" template.\n', ("default", "default", None)),
}


@pytest.mark.parametrize(("text", "expected"), SDM.values(), ids=SDM.keys())
def test_s0_18_templates_in_force_and_after_the_reload(
    text: str, expected: tuple[str, str, int | None]
) -> None:
    """S0-18: the current and the next-reload template, and room for policy routing entries."""
    table = parse_sdm(text, "show sdm prefer")
    assert table.unknown == ()
    (row,) = table
    assert (row.active, row.next, row.pbr_aces) == expected


ACCESS_LISTS = """\
Standard IP access list 99
    10 permit 172.16.191.199
    20 deny   any log
    30 permit 10.0.10.0, wildcard bits 0.255.0.255 (20 matches)
    40 permit 10.0.0.0, wildcard bits 0.0.255.255
Extended IP access list 101
    10 permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127
    20 permit tcp any host 10.1.1.1 eq 443 log (1 match)
    30 permit tcp host 10.1.1.1 any established
    40 permit udp any eq snmp bootpc any
    50 permit tcp any any neq telnet
    60 permit tcp any any match-all +ack -fin log
    70 permit icmp any any echo-reply
    80 permit ip any host 10.1.10.11 log time-range NIGHT (inactive)
    90 deny   ip any any (23 matches)
Extended IP access list OLD
    permit udp any range 16384 32767 any
    permit tcp any any eq 99999
IPv6 access list V6
    permit ipv6 any any sequence 10
"""


@pytest.mark.parametrize(
    ("words", "source", "understood"),
    [
        ("permit 10.1.1.0, wildcard bits 0.0.0.255", "10.1.1.0/24", True),
        ("permit 10.1.1.0 0.0.0.255", "10.1.1.0/24", True),
        ("permit 10.1.1.0 0.0.0.255 log", "10.1.1.0/24", True),
        ("permit 10.1.1.1", "10.1.1.1/32", True),
        ("permit 10.1.1.0 0.0.255.0", "None", False),
        ("permit 10.1.1.0 whatever", "None", False),
    ],
)
def test_a_standard_rule_that_is_not_understood_names_nobody(
    words: str, source: str, *, understood: bool
) -> None:
    """X-07: a source that was read in part would exclude whom the rule may take."""
    (row,) = parse_access_lists(f"Standard IP access list 7\n    10 {words}", "c")
    assert (str(row.source), row.understood) == (source, understood)


def test_ios_rules_are_understood_or_say_that_they_are_not() -> None:
    table = parse_access_lists(ACCESS_LISTS, "show access-lists")
    assert table.unknown == ()
    seen = [
        (row.acl, row.sequence, row.action, row.protocol, str(row.source), str(row.destination))
        for row in table
    ]
    assert seen == [
        ("99", 10, "permit", "ip", "172.16.191.199/32", "0.0.0.0/0"),
        ("99", 20, "deny", "ip", "0.0.0.0/0", "0.0.0.0/0"),
        ("99", 30, "permit", "ip", "None", "0.0.0.0/0"),
        ("99", 40, "permit", "ip", "10.0.0.0/16", "0.0.0.0/0"),
        ("101", 10, "permit", "ip", "172.16.1.0/24", "10.12.0.0/25"),
        ("101", 20, "permit", "tcp", "0.0.0.0/0", "10.1.1.1/32"),
        ("101", 30, "permit", "tcp", "10.1.1.1/32", "0.0.0.0/0"),
        ("101", 40, "permit", "udp", "0.0.0.0/0", "0.0.0.0/0"),
        ("101", 50, "permit", "tcp", "0.0.0.0/0", "0.0.0.0/0"),
        ("101", 60, "permit", "tcp", "0.0.0.0/0", "0.0.0.0/0"),
        ("101", 70, "permit", "icmp", "0.0.0.0/0", "0.0.0.0/0"),
        ("101", 80, "permit", "ip", "0.0.0.0/0", "10.1.10.11/32"),
        ("101", 90, "deny", "ip", "0.0.0.0/0", "0.0.0.0/0"),
        ("OLD", 10, "permit", "udp", "0.0.0.0/0", "0.0.0.0/0"),
        ("OLD", 20, "permit", "tcp", "0.0.0.0/0", "0.0.0.0/0"),
    ]
    understood = [row.sequence for row in table if row.understood and row.acl == "101"]
    assert understood == [10, 20, 30, 90]
    assert [row.understood for row in table if row.acl != "101"] == [True, True, False, True, True, False]
    assert {row.sequence: row.hits for row in table if row.hits is not None} == {30: 20, 20: 1, 90: 23}
    assert [row.sequence for row in table if row.established] == [30]
    assert [row.sequence for row in table if not row.active] == [80]
    assert table.row(5).destination_ports == (443, 443)
    assert table.row(13).source_ports == (16384, 32767)


LOG = """\
Syslog logging: enabled (0 messages dropped, 2 messages rate-limited, 0 flushes, 0 overruns, xml disabled, \
filtering disabled)

No Active Message Discriminator.

    Console logging: disabled
    Monitor logging: level debugging, 0 messages logged, xml disabled,
                     filtering disabled
    Buffer logging:  level debugging, 25903 messages logged, xml disabled,
                    filtering disabled
    Exception Logging: size (4096 bytes)
    Trap logging: level informational, 25907 message lines logged

Log Buffer (4096 bytes):
7:04: %LINEPROTO-5-UPDOWN: Line protocol on Interface Vlan172, changed state to up
*Mar  1 00:05:13.767: %PLATFORM_PBR-4-SDM_MISMATCH: PBR requires sdm template routing
000049: Dec  2 12:09:23.643: %SYS-5-CONFIG_I: Configured from console by admin on vty0 (10.12.0.5)
Dec  2 12:09:24.000: Rollback:Acquired Configuration lock.
"""


def test_s0_17_the_mismatch_is_read_from_the_buffer() -> None:
    """S0-17: the switch says nothing to the session; its log does."""
    table = parse_log_lines(LOG, "show logging")
    assert table.unknown == ()
    cut, mismatch, change = table
    assert (cut.stamp, cut.code) == ("7:04", "LINEPROTO-5-UPDOWN")
    assert (mismatch.severity, mismatch.code) == (4, "PLATFORM_PBR-4-SDM_MISMATCH")
    assert (mismatch.text, mismatch.stamp) == ("PBR requires sdm template routing", "*Mar  1 00:05:13.767")
    assert (change.stamp, change.line) == ("Dec  2 12:09:23.643", 16)


def test_ios_log_destinations() -> None:
    table = parse_log_settings(LOG, "show logging")
    assert table.unknown == ()
    assert [(row.destination, row.level) for row in table] == [
        ("console", "disabled"),
        ("monitor", "debugging"),
        ("buffer", "debugging"),
        ("trap", "informational"),
    ]
