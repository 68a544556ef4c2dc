"""Names that a configuration gives to its own parts: lists, objects, classes, maps, groups, interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bothways.scrubbing.line_forms import Form, Sought, form_of, sought
from bothways.scrubbing.words import is_common

# What a line holds, and how it names.
_LINES = (
    ("object", r"{START}object(?:-group)? (?:network|service|protocol|icmp-type|user|security) ({WORD})"),
    ("access-list ", r"{START}(?:ip access-list (?:extended|standard)|access-list) ({WORD})"),
    ("class-map ", r"{START}class-map (?:type \S+ (?:\S+ )??)?(?:match-a(?:ny|ll) )?({WORD})\s*$"),
    ("policy-map ", r"{START}policy-map (?:type inspect \S+ )?({WORD})\s*$"),
    ("route-map ", r"{START}route-map ({WORD}) (?:permit|deny)"),
    ("tunnel-group |group-policy ", r"{START}(?:tunnel-group|group-policy) ({WORD}) "),
    ("crypto ", r"{START}crypto (?:(?:dynamic-)?map|(?:ca|pki) trustpoint) ({WORD})"),
    ("vrf ", r"{START}(?:vrf definition|ip vrf) ({WORD})\s*$"),
    ("pool ", r"{START}ip (?:nat|local) pool ({WORD}) "),
    ("aaa", r"{START}(?:aaa-server|aaa group server \S+) ({WORD})"),
    ("nameif ", r"{START}nameif ({WORD})\s*$"),
    ("time-range ", r"{START}time-range ({WORD})\s*$"),
)
_TELLS = re.compile(r"(?=.*[A-Z0-9_-])(?=.*[A-Za-z])[\w.-]{3,}", re.ASCII)
_OF_DEVICES = re.compile(
    r"(?:Vlan|Gi|Fa|Te|Et|Ethernet|(?:Fast|(?:Ten)?Gigabit)Ethernet|Po|Port-channel|Tu|Tunnel|Lo|Loopback|"
    r"Ma|Management|BVI|Se|Serial|Di|Dialer)?\d+(?:[/.]\d+)*|class-default|default-\S+|inspection_default|global\S*|preset_\S+|Df?e?fa?u?lt\S+|"
    r"match-a\S+|[A-Z]{1,3}|(?:show|clear)-\S+"
)
"""Interfaces as devices count them, and names that every configuration has."""


def objects_in(text: str) -> Iterator[str]:
    """Names that a text gives; but for words that stand for other things as well."""
    for line in _sought(form_of(text)):
        for match in line.matches(text):
            name = match[1].strip("\"'`,;")
            if _TELLS.fullmatch(name) and not _OF_DEVICES.fullmatch(name) and not is_common(name):
                yield name


@cache
def _sought(form: Form) -> tuple[Sought, ...]:
    return tuple(sought(hints, line, form) for hints, line in _LINES)
