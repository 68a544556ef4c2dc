"""The Cisco ASA, as data."""

from __future__ import annotations

import re
from typing import Any

from bothways.platforms.asa.arp import parse_arp
from bothways.platforms.asa.conn import parse_conn
from bothways.platforms.asa.conn_count import parse_conn_count
from bothways.platforms.asa.interface import parse_interface
from bothways.platforms.asa.nameif import parse_nameif
from bothways.platforms.asa.names import read_names
from bothways.platforms.asa.route import parse_route
from bothways.platforms.description import Platform
from bothways.state import rows
from bothways.state.tables import Row, Source

_SOURCES: dict[type[Row], Source] = {
    rows.Interface: Source("show interface", parse_interface),
    rows.Nameif: Source("show nameif", parse_nameif),
    rows.Route: Source("show route", parse_route),
    rows.Arp: Source("show arp", parse_arp),
    rows.Conn: Source("show conn", parse_conn),
    rows.ConnCount: Source("show conn count", parse_conn_count),
}

_NAMED: dict[type[Row], Any] = {rows.Route: parse_route, rows.Arp: parse_arp}

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
