"""How ASA and IOS file typed lines in their running configuration: which open a section, what comes where."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bothways.network import PlatformName


@dataclass(frozen=True, slots=True)
class Filing:
    """One platform's habits, as far as our fixes type lines.

    Attributes:
        sections: lines of global mode that open a section.
        inner: lines that open a section within a section.
        top: plain lines that are global wherever they are typed.
        unfiled: lines that the configuration does not show.
        by_number: plain lines that the device sorts by the numbers in them.
        kin: parts of one thing, `of` a name, that the device keeps together, by their `number`.
        on_by_default: global lines of which the configuration shows the `no` alone.
        apart: a section's head and a line of it, where the device prints that line further down, under a
            second head of the same words.
        apart_as: the beginning whose place in `order` the second head takes.
        order: beginnings of unindented lines, in the order the device prints them.
        inner_order: the same for the lines of one section, by the section's first word.
    """

    sections: re.Pattern[str]
    inner: re.Pattern[str]
    top: re.Pattern[str]
    unfiled: re.Pattern[str]
    by_number: re.Pattern[str]
    kin: re.Pattern[str]
    on_by_default: re.Pattern[str]
    apart: re.Pattern[str]
    apart_as: str
    order: tuple[str, ...]
    inner_order: Mapping[str, tuple[str, ...]]


_NEVER = re.compile(r"(?!)")

FILING: Mapping[PlatformName, Filing] = {
    "cisco_asa": Filing(
        sections=re.compile(r"(?:interface|class-map|policy-map|object|object-group|router) "),
        inner=re.compile(r"class "),
        top=re.compile(r"(?:access-list|same-security-traffic|service-policy|service|logging) "),
        unfiled=_NEVER,
        by_number=_NEVER,
        kin=_NEVER,
        on_by_default=re.compile(r"service resetoutbound\b"),
        apart=re.compile(r"object network \S+ nat \("),
        apart_as="nat",
        order=(
            "ASA Version", "hostname", "domain-name", "enable", "xlate", "passwd", "names", "name ",
            "dns-guard", "ip local", "interface", "boot", "banner", "ftp", "clock", "dns",
            "same-security-traffic", "object ", "object-group", "access-list", "no pager", "pager", "logging",
            "no logging", "mtu", "ip verify", "ip audit", "no failover", "failover", "monitor-interface",
            "icmp", "asdm", "no asdm", "arp", "nat", "access-group", "router", "route", "timeout",
            "dynamic-access", "user-identity", "aaa", "http", "no snmp", "snmp", "sysopt", "service ",
            "no service", "crypto", "telnet", "no ssh", "ssh", "console", "dhcpd", "threat-detection", "ntp",
            "username", "tunnel-group", "class-map", "policy-map", "service-policy", "prompt",
            "no call-home", "call-home", "event", "Cryptochecksum", ": end",
        ),
        inner_order={"policy-map": ("parameters", "class ", "class class-default")},
    ),
    "cisco_ios": Filing(
        sections=re.compile(r"(?:interface|route-map|ip access-list|router|class-map|policy-map|vlan|line) "),
        inner=_NEVER,
        top=re.compile(
            r"(?:access-list|sdm|hostname|no ip route|ip route|ip nat outside source|link state track) "
        ),
        unfiled=re.compile(r"sdm prefer "),
        by_number=re.compile(r"ip route \d"),
        kin=re.compile(r"(?P<of>route-map \S+) (?:permit|deny) (?P<number>\d+)"),
        on_by_default=_NEVER,
        apart=_NEVER,
        apart_as="",
        order=(
            "version", "no service", "service", "hostname", "boot", "enable", "username", "aaa", "no aaa",
            "clock", "system", "vtp", "ip subnet-zero", "no ip subnet-zero", "ip routing", "ip domain",
            "no ip domain", "crypto", "spanning-tree", "vlan", "class-map", "policy-map", "link state",
            "interface", "router", "ip default-gateway", "ip classless", "no ip classless", "ip route",
            "ip http", "no ip http", "ip nat", "ip access-list", "ip sla", "logging", "access-list",
            "route-map", "snmp", "control-plane", "banner", "line", "ntp", "event", "end",
        ),
        inner_order={
            "interface": (
                "description", "switchport", "no switchport", "ip vrf", "ip address", "no ip address",
                "ip access-group", "ip verify", "ip helper", "no ip redirects", "no ip unreachables",
                "no ip proxy-arp", "ip wccp", "ip policy", "standby", "shutdown", "link state",
                "channel-group",
            ),
            "route-map": ("description", "match", "set"),
        },
    ),
}  # fmt: skip


def rank(line: str, order: tuple[str, ...]) -> int:
    """The place of a line: the longest beginning that fits; -1 for a line nobody ranked."""
    fitting = [(len(start), place) for place, start in enumerate(order) if line.startswith(start)]
    return max(fitting)[1] if fitting else -1
