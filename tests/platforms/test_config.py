"""What running configurations tell, and what stays out of their digests."""

from __future__ import annotations

import pytest

from bothways.platforms import config_digest, normalised_config, platform
from bothways.platforms.asa.config import (
    parse_access_group,
    parse_reverse_path,
    parse_same_security,
    parse_service_policy,
)
from bothways.platforms.asa.object_nat import parse_nat_rules
from bothways.platforms.config_lines import parse_config_lines
from bothways.platforms.ios.config import parse_own_addresses

ASA_CONFIG = """\
: Saved
:
: Serial Number: JMX00000001
: Hardware:   ASA5505, 512 MB RAM, CPU Geode 500 MHz
: Written by enable_15 at 14:35:24.486 UTC Wed Jun 9 2021
!
ASA Version 9.2(4)
!
hostname EDGE-ASA
names
name 172.16.1.18 cimc description the one that hangs
!
interface Vlan1
 nameif inside
 security-level 100
 ip address 10.12.0.1 255.255.255.0
!
same-security-traffic permit intra-interface
object network USERS
 subnet 10.12.0.0 255.255.255.0
object network USERS
 nat (inside,outside) dynamic interface
access-list INSIDE extended permit ip any any
access-group INSIDE in interface inside
access-group EVERYWHERE global
access-group BOX in interface outside control-plane
nat (inside,inside) source static USERS USERS
ip verify reverse-path interface outside
class-map tcp_bypass
 match access-list StatelessTraffic
class-map inspection_default
 match default-inspection-traffic
policy-map global_policy
 class inspection_default
  inspect ftp
  inspect tftp
 class class-default
  set connection random-sequence-number disable
policy-map Inside-policy
 class tcp_bypass
  set connection timeout idle 0:15:00
  set connection advanced-options tcp-state-bypass
service-policy global_policy global
service-policy Inside-policy interface inside
service-policy Nowhere interface outside
Cryptochecksum:33ba7d0d5a1b2c3d4e5f60718293a4b5
: end
"""
CONFIG = "show running-config"


def test_s0_05_the_permit_is_one_row_and_its_sibling_is_another() -> None:
    """S0-05: intra-interface is told from inter-interface."""
    table = parse_same_security(ASA_CONFIG, CONFIG)
    assert [(row.line, row.kind) for row in table] == [(18, "intra-interface")]
    other = parse_same_security("same-security-traffic permit inter-interface\n", CONFIG)
    assert [row.kind for row in other] == ["inter-interface"]


def test_access_groups_are_bound_to_a_side_or_everywhere() -> None:
    table = parse_access_group(ASA_CONFIG, CONFIG)
    assert table.unknown == ()
    assert [(row.acl, row.direction, row.interface) for row in table] == [
        ("INSIDE", "in", "inside"),
        ("EVERYWHERE", "global", ""),
    ]


def test_s0_11_classes_stand_with_the_policy_and_interface_that_bind_them() -> None:
    """S0-11: the class that switches randomisation off is found, with its match."""
    table = parse_service_policy(ASA_CONFIG, CONFIG)
    seen = [(row.policy_map, row.interface, row.class_map, row.match, row.settings) for row in table]
    assert seen == [
        (
            "global_policy",
            "",
            "inspection_default",
            "default-inspection-traffic",
            ("inspect ftp", "inspect tftp"),
        ),
        ("global_policy", "", "class-default", "any", ("set connection random-sequence-number disable",)),
        (
            "Inside-policy",
            "inside",
            "tcp_bypass",
            "access-list StatelessTraffic",
            ("set connection timeout idle 0:15:00", "set connection advanced-options tcp-state-bypass"),
        ),
    ]
    assert [row.line for row in table] == [34, 37, 40]
    assert table.unknown == (45,)  # a policy-map that is bound and not there


def test_nat_and_reverse_path_lines_are_found_wherever_they_stand() -> None:
    assert [(row.line, row.text) for row in parse_nat_rules(ASA_CONFIG, CONFIG)] == [
        (27, "nat (inside,inside) source static USERS USERS"),
    ]
    assert [row.interface for row in parse_reverse_path(ASA_CONFIG, CONFIG)] == ["outside"]


def test_config_lines_know_their_section() -> None:
    table = parse_config_lines(ASA_CONFIG, CONFIG)
    assert table.unknown == ()
    (policy,) = table.where(text="set connection advanced-options tcp-state-bypass")
    assert (policy.section, policy.line) == ("policy-map Inside-policy", 42)
    (permit,) = table.where(text="same-security-traffic permit intra-interface")
    assert permit.section == ""
    # 47 lines, of them 5 heads, 4 lone `!`, the checksum and the end
    assert len(table) == 47 - 5 - 4 - 2


IOS_CONFIG = """\
Building configuration...

Current configuration : 4012 bytes
!
! Last configuration change at 18:56:48 UTC Wed Apr 5 2017
! NVRAM config last updated at 18:56:50 UTC Wed Apr 5 2017
!
version 12.2
hostname DC_LAB_SWITCH
!
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
!
interface FastEthernet0/3
 no switchport
 ip address 192.0.2.1 255.255.255.252
!
interface Vlan10
 ip address 10.12.0.254 255.255.255.0
 ip address 10.12.1.254 255.255.255.0 secondary
 standby 1 ip 10.12.0.253
 standby ip 10.12.0.252
 standby 1 priority 110
!
interface Vlan99
 ip address dhcp
!
banner motd ^C
interface Vlan1 is not yours
 ip address 9.9.9.9 255.255.255.0
^C
ntp clock-period 36029056
end
"""


def test_s0_15_every_address_the_switch_answers_to_is_its_own() -> None:
    """S0-15: primary, secondary, loopback and virtual addresses; a banner is not configuration."""
    table = parse_own_addresses(IOS_CONFIG, CONFIG)
    assert table.unknown == ()
    assert [(row.line, str(row.address), row.interface, row.kind) for row in table] == [
        (12, "10.255.0.1", "Loopback0", "loopback"),
        (16, "192.0.2.1", "FastEthernet0/3", "routed"),
        (19, "10.12.0.254", "Vlan10", "svi"),
        (20, "10.12.1.254", "Vlan10", "secondary"),
        (21, "10.12.0.253", "Vlan10", "hsrp"),
        (22, "10.12.0.252", "Vlan10", "hsrp"),
    ]


def test_an_address_line_that_is_not_understood_is_counted() -> None:
    text = "interface Vlan10\n ip address 10.12.0.999 255.255.255.0\n"
    assert parse_own_addresses(text, CONFIG).unknown == (2,)


CHANGES_BY_ITSELF = {
    "ios change stamp": ("cisco_ios", "! Last configuration change at 19:00:00 UTC Wed Apr 5 2017"),
    "ios size": ("cisco_ios", "Current configuration : 4711 bytes"),
    "ios startup head": ("cisco_ios", "Using 4711 out of 524288 bytes"),
    "ios clock": ("cisco_ios", "ntp clock-period 36029099"),
    "asa saved": ("cisco_asa", ": Saved"),
    "asa writer": ("cisco_asa", ": Written by admin at 10:00:00.000 UTC Thu Jun 10 2021"),
    "asa checksum": ("cisco_asa", "Cryptochecksum:00000000000000000000000000000000"),
    "asa serial": ("cisco_asa", ": Serial Number: JMX00000001"),
}


@pytest.mark.parametrize(("name", "line"), CHANGES_BY_ITSELF.values(), ids=CHANGES_BY_ITSELF.keys())
def test_what_changes_by_itself_stays_out_of_the_digest(name: str, line: str) -> None:
    family = platform(name)
    base = "hostname X\ninterface Vlan1\n no shutdown\n"
    assert config_digest(f"{line}\n{base}", family) == config_digest(base, family)


def test_what_somebody_changed_changes_the_digest() -> None:
    family = platform("cisco_ios")
    one = "interface Vlan1\n no shutdown\n"
    assert config_digest(one, family) != config_digest("interface Vlan1\n shutdown\n", family)
    assert normalised_config(one, family) == ("interface Vlan1", " no shutdown")


def test_line_endings_and_trailing_blanks_do_not_change_the_digest() -> None:
    family = platform("cisco_asa")
    assert config_digest("hostname X\r\nnames \r\n", family) == config_digest("hostname X\nnames\n", family)


@pytest.mark.parametrize(("name", "text"), [("cisco_asa", ASA_CONFIG), ("cisco_ios", IOS_CONFIG)])
def test_f67_a_configuration_cut_at_any_byte_is_not_whole(name: str, text: str) -> None:
    """F67: every cut that loses configuration is seen; only what follows the last word may be missing."""
    family = platform(name)
    whole = text.rstrip()
    tail = len(whole) - len("\n: end") if name == "cisco_asa" else len(whole)
    assert family.is_whole_config(text)
    assert not any(family.is_whole_config(whole[:cut]) for cut in range(tail))
