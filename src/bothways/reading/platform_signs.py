"""Which platform a text is of, from what only one of them prints."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ANYWHERE = {
    "cisco_asa": re.compile(
        r"Adaptive Security Appliance Software|^ASA Version \d|%ASA-(?:\w+-)?[0-7]-\d{6}:|^Frame drop:|"
        r'^Interface \S+ "[^"]*", is |^\d+ in use, \d+ most used|^ nameif \S|^Failover (?:On|Off)',
        re.MULTILINE | re.ASCII,
    ),
    "cisco_ios": re.compile(
        r"^Cisco IOS Software|^IOS \(tm\)|^Internet  \d|^Protocol  Address +Age|"
        r"^Log Buffer \(\d+ bytes\)|^(?:Standard|Extended) IP access list |The current template is \"|"
        r"^     \S.* is (?:variably )?subnetted|^Current configuration ?: \d+ bytes|^Using \d+ out of \d+|"
        r"^ ?ip (?:nat (?:inside|outside)\b|route \d)",
        re.MULTILINE | re.ASCII,
    ),
}
_COMMANDS = {
    "cisco_asa": re.compile(
        r"sh\w* (?:nameif|conn\b|asp |route$|failover|access-list$|xlate|service-policy|names?$)"
    ),
    "cisco_ios": re.compile(r"sh\w* (?:ip |sdm|mac|route-map|access-lists|vlan|standby|cdp)"),
}
_LOOKED_AT = 200_000


def told_by_text(text: str) -> set[str]:
    """The platforms whose signs stand in a text; its beginning is enough."""
    return {name for name, signs in _ANYWHERE.items() if signs.search(text[:_LOOKED_AT])}


def told_by_commands(commands: Iterable[str]) -> set[str]:
    """The platforms that have commands of these names, where the other has not."""
    asked = list(commands)
    return {name for name, pattern in _COMMANDS.items() if any(pattern.match(one) for one in asked)}
