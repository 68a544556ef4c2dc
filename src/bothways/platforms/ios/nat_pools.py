"""Dynamic translation in the running configuration of IOS: pools, and the lists that lead into them."""

from __future__ import annotations

import re

from bothways.platforms.addresses import DOTTED, address
from bothways.platforms.config_text import read_config
from bothways.state.nat_rows import DynamicNat, NatPool
from bothways.state.tables import Table, TableBuilder

# What limits or widens a line (a route-map, a VRF, `reversible`) is not walked. Of an interface's address
# there is only one, so that without `overload` a second host would have none: such a line is not walked.
DYNAMIC = re.compile(
    r"ip nat inside source list (?P<acl>\S+) "
    r"(?:interface (?P<interface>\S+) overload|pool (?P<pool>\S+)(?P<overload> overload)?)"
)
_POOL = re.compile(
    rf"ip nat pool (?P<name>\S+) (?P<first>{DOTTED}) (?P<last>{DOTTED}) "
    rf"(?:netmask {DOTTED}|prefix-length \d{{1,2}})(?: add-route)?",
    re.ASCII,
)
_POOL_LINE = re.compile(r"ip nat pool .+")


def parse_nat_pools(text: str, command: str) -> Table[NatPool]:
    """Pools of one range; those of several, of rotary type or with hosts matched are unknown lines."""
    rows = TableBuilder(NatPool, command)
    for entry, _ in read_config(text).top(_POOL_LINE):
        match = _POOL.fullmatch(entry.text)
        first, last = (address(match[end]) if match else None for end in ("first", "last"))
        if match is None or first is None or last is None or first > last:
            rows.unknown(entry.number)
            continue
        rows.add(line=entry.number, name=match["name"], first=first, last=last)
    return rows.table()


def parse_dynamic_nat(text: str, command: str) -> Table[DynamicNat]:
    """The lines with a list, in their order."""
    rows = TableBuilder(DynamicNat, command)
    for entry, match in read_config(text).top(DYNAMIC):
        rows.add(
            line=entry.number,
            acl=match["acl"],
            pool=match["pool"] or "",
            interface=match["interface"] or "",
            overload=bool(match["interface"] or match["overload"]),
        )
    return rows.table()
