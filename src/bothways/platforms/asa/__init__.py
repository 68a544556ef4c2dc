"""The Cisco ASA, as data."""

from __future__ import annotations

import re
from typing import Any

from bothways.platforms.asa.access_list import parse_access_list
from bothways.platforms.asa.arp import parse_arp
from bothways.platforms.asa.asp_drop import parse_asp_drop
from bothways.platforms.asa.cluster import parse_cluster
from bothways.platforms.asa.config import (
    parse_access_group,
    parse_reverse_path,
    parse_same_security,
    parse_service_policy,
)
from bothways.platforms.asa.conn import parse_conn
from bothways.platforms.asa.conn_count import parse_conn_count
from bothways.platforms.asa.failover import (
    parse_failover,
    parse_failover_links,
    parse_failover_mate,
    parse_failover_software,
)
from bothways.platforms.asa.interface import parse_interface
from bothways.platforms.asa.logging import parse_log_lines, parse_log_settings
from bothways.platforms.asa.nameif import parse_nameif
from bothways.platforms.asa.names import read_names
from bothways.platforms.asa.object_nat import parse_nat_rules, parse_object_nat
from bothways.platforms.asa.route import parse_route
from bothways.platforms.asa.service_object import parse_service_objects
from bothways.platforms.asa.timers import parse_reset_service, parse_timeouts
from bothways.platforms.asa.unmodelled import parse_unmodelled
from bothways.platforms.asa.version import parse_licences, parse_version
from bothways.platforms.config_lines import parse_config_lines
from bothways.platforms.description import Platform
from bothways.state import failover_rows, log_rows, nat_rows, rows
from bothways.state.cluster import Cluster
from bothways.state.tables import Row, Source

_CONFIG = "show running-config"
_SOURCES: dict[type[Row], Source] = {
    rows.Version: Source("show version", parse_version),
    rows.Licence: Source("show version", parse_licences),
    rows.Interface: Source("show interface", parse_interface),
    rows.Nameif: Source("show nameif", parse_nameif),
    rows.Route: Source("show route", parse_route),
    rows.Arp: Source("show arp", parse_arp),
    rows.Conn: Source("show conn", parse_conn),
    rows.ConnCount: Source("show conn count", parse_conn_count),
    log_rows.AspDrop: Source("show asp drop", parse_asp_drop),
    log_rows.LogLine: Source("show logging", parse_log_lines),
    log_rows.LogSetting: Source("show logging", parse_log_settings),
    rows.AclEntry: Source("show access-list", parse_access_list),
    rows.Failover: Source("show failover", parse_failover),
    Cluster: Source("show cluster info", parse_cluster),
    failover_rows.FailoverMate: Source("show failover", parse_failover_mate),
    failover_rows.FailoverSoftware: Source("show failover", parse_failover_software),
    failover_rows.FailoverLink: Source("show failover", parse_failover_links),
    rows.AccessGroup: Source(_CONFIG, parse_access_group),
    rows.SameSecurity: Source(_CONFIG, parse_same_security),
    rows.ServicePolicy: Source(_CONFIG, parse_service_policy),
    rows.ReversePath: Source(_CONFIG, parse_reverse_path),
    nat_rows.NatRule: Source(_CONFIG, parse_nat_rules),
    nat_rows.ObjectNat: Source(_CONFIG, parse_object_nat),
    nat_rows.ServiceObject: Source(_CONFIG, parse_service_objects),
    rows.Timeout: Source(_CONFIG, parse_timeouts),
    rows.ResetService: Source(_CONFIG, parse_reset_service),
    rows.Unmodelled: Source(_CONFIG, parse_unmodelled),
    rows.ConfigLine: Source(_CONFIG, parse_config_lines),
}

_NAMED: dict[type[Row], Any] = {
    rows.Route: parse_route,
    rows.Arp: parse_arp,
    rows.AclEntry: parse_access_list,
}

ASA = Platform(
    name="cisco_asa",
    sources=_SOURCES,
    paging_off="terminal pager 0",
    load_commands=("show conn count", "show cpu usage"),
    read_commands=(
        "show version",
        "show running-config",
        "show startup-config",
        "show failover",
        "show nameif",
        "show interface",
        "show route",
        "show arp",
        "show asp drop",
        "show logging",
        "show access-list",
        "show conn",
    ),
    heavy_commands=("show access-list", "show conn"),
    feature_commands=(),
    refusals=(
        re.compile(r"ERROR: "),
        re.compile(r"Command authorization failed"),
        re.compile(r"No Configuration$"),  # startup-config of a unit that was never saved
    ),
    notices=(
        # ASA command reference, nameif: printed when a name sets the level by itself.
        re.compile(r'INFO: Security level for "\S+" set to \d+ by default\.'),
    ),
    volatile=(
        # Comments of the device about the text: `: Saved`, `: Written by … at …`, `: Serial Number`, `: end`.
        re.compile(r":.*"),
        re.compile(r"Cryptochecksum:.*"),
        re.compile(r"!.*"),
    ),
    save="write memory",
    # The checksum is the last line where `: end` is not printed; a cut one is shorter.
    config_end=re.compile(r": end|Cryptochecksum: ?[0-9a-f]{32}|Cryptochecksum:(?: ?[0-9a-f]{8}){4}"),
    read_names=read_names,
    named=_NAMED,
)
