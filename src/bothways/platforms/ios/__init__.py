"""Cisco IOS as Catalysts and routers run it, as data."""

from __future__ import annotations

import re

from bothways.platforms.config_lines import parse_config_lines
from bothways.platforms.description import Limits, Platform
from bothways.platforms.ios.access_list import parse_access_lists
from bothways.platforms.ios.arp import parse_arp
from bothways.platforms.ios.config import parse_own_addresses
from bothways.platforms.ios.config_interface import parse_config_interfaces
from bothways.platforms.ios.etherchannel import parse_etherchannel
from bothways.platforms.ios.interface import parse_interface
from bothways.platforms.ios.link_state import parse_link_groups, parse_link_members
from bothways.platforms.ios.logging import parse_log_lines, parse_log_settings
from bothways.platforms.ios.mac_table import parse_mac_table
from bothways.platforms.ios.nat import parse_nat_rules, parse_nat_sides, parse_port_nat, parse_static_nat
from bothways.platforms.ios.nat_pools import parse_dynamic_nat, parse_nat_pools
from bothways.platforms.ios.policy import parse_policy
from bothways.platforms.ios.route import parse_route
from bothways.platforms.ios.route_map import parse_route_map
from bothways.platforms.ios.sdm import parse_sdm
from bothways.platforms.ios.tcp_brief import parse_tcp_brief
from bothways.platforms.ios.unmodelled import parse_unmodelled
from bothways.platforms.ios.version import parse_version
from bothways.platforms.ios.vrf import (
    parse_shown_members,
    parse_vrf_leaks,
    parse_vrf_members,
    vrf_commands,
)
from bothways.state import link_rows, log_rows, nat_rows, rows, vrf_rows
from bothways.state.tables import Row, Source

_CONFIG = "show running-config"
_LINK_STATE = "show link state group detail"
_SOURCES: dict[type[Row], Source] = {
    rows.Version: Source("show version", parse_version),
    rows.Interface: Source("show ip interface", parse_interface),
    rows.Route: Source("show ip route", parse_route),
    rows.Arp: Source("show ip arp", parse_arp),
    rows.Mac: Source("show mac address-table", parse_mac_table),
    link_rows.EtherChannel: Source("show etherchannel summary", parse_etherchannel),
    link_rows.LinkStateGroup: Source(_LINK_STATE, parse_link_groups),
    link_rows.LinkStateMember: Source(_LINK_STATE, parse_link_members),
    rows.PolicyBinding: Source("show ip policy", parse_policy),
    rows.RouteMapEntry: Source("show route-map", parse_route_map),
    rows.AclEntry: Source("show access-lists", parse_access_lists),
    rows.SdmTemplate: Source("show sdm prefer", parse_sdm),
    log_rows.LogLine: Source("show logging", parse_log_lines),
    log_rows.LogSetting: Source("show logging", parse_log_settings),
    rows.OwnAddress: Source(_CONFIG, parse_own_addresses),
    rows.Unmodelled: Source(_CONFIG, parse_unmodelled),
    vrf_rows.VrfMember: Source(_CONFIG, parse_vrf_members, positive=True),
    vrf_rows.VrfLeak: Source(_CONFIG, parse_vrf_leaks, positive=True),
    nat_rows.NatSide: Source(_CONFIG, parse_nat_sides, positive=True),
    nat_rows.StaticNat: Source(_CONFIG, parse_static_nat, positive=True),
    nat_rows.PortNat: Source(_CONFIG, parse_port_nat, positive=True),
    nat_rows.NatPool: Source(_CONFIG, parse_nat_pools, positive=True),
    nat_rows.DynamicNat: Source(_CONFIG, parse_dynamic_nat),
    nat_rows.NatRule: Source(_CONFIG, parse_nat_rules),
    rows.TcpEnd: Source("show tcp brief", parse_tcp_brief),  # read when a flow is to be proven, else never
    rows.ConfigLine: Source(_CONFIG, parse_config_lines),
}

IOS = Platform(
    name="cisco_ios",
    sources=_SOURCES,
    paging_off="terminal length 0",
    load_commands=(),
    read_commands=(
        "show version",
        "show running-config",
        "show startup-config",
        "show ip interface",
        "show ip route",
        "show ip arp",
        "show mac address-table",
        "show etherchannel summary",
        "show link state group detail",
        "show ip policy",
        "show route-map",
        "show access-lists",
        "show sdm prefer",
        "show logging",
    ),
    heavy_commands=(),
    # A router does not switch.
    feature_commands=(
        "show mac address-table",
        "show etherchannel summary",
        "show link state group detail",
        "show sdm prefer",
    ),
    refusals=(
        re.compile(r"% ?(?:Invalid input|Incomplete command|Ambiguous command|Unknown command|Error)"),
        re.compile(r"% ?(?:Bad secrets|Bad passwords|Authorization failed)"),
        re.compile(r"Command (?:authorization failed|rejected)"),
        re.compile(r"%% Non-volatile configuration memory|startup-config is not present"),
    ),
    # None: every answer to a configuration line is looked at. The text about stored SDM preferences is the
    # expected answer of one command and belongs to its fix.
    notices=(),
    volatile=(
        re.compile(r"!.*"),  # separators, `! Last configuration change at …`, `! NVRAM config last updated …`
        re.compile(r"Building configuration\.\.\."),
        re.compile(r"Current configuration ?: .*"),
        re.compile(r"Using \d+ out of \d+ bytes.*"),
        re.compile(r"ntp clock-period \d+"),  # rewritten by the device as its clock drifts
        re.compile(r"Load for five secs: .*|Time source is .*"),
    ),
    save="write memory",
    config_end=re.compile(r"end"),
    fallbacks={
        rows.Interface: Source(_CONFIG, parse_config_interfaces, positive=True),
        vrf_rows.VrfMember: Source("show ip interface", parse_shown_members),
    },
    further_commands=vrf_commands,
    # Catalyst 3560 configuration guide, policy-based routing: 246 route maps, 512 entries. Link state groups:
    # the guides of the 3560, 3750-E and 4500 (15.1(1)SG and 15.2(5)E).
    limits={
        r"WS-C3560": Limits(route_maps=246, pbr_aces=512, link_groups=2),
        r"WS-C3[57]\d0": Limits(route_maps=246, pbr_aces=512, link_groups=10),
        r"WS-C4[59]\S* 15\.2\((?:[5-9]|\d\d)\)": Limits(link_groups=20),
        r"WS-C4[59]": Limits(link_groups=10),
        r"WS-C2(?:960|975)": Limits(link_groups=2),
    },
)
