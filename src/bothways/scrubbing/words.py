"""Kinds of words that tell whose network it is, and those that tell nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Literal

Kind = Literal["host", "domain", "user", "serial", "object", "secret", "text"]

_PLAIN = frozenset({
    "aaa", "active", "admin", "administrator", "any", "asa", "cisco", "cli", "cmd", "connection",
    "console", "default", "disabled", "dmz", "dns", "domain", "enable", "enabled", "end", "exit",
    "failed", "firewall", "from", "has", "host", "icmp", "inside", "ios", "ip", "ipv4", "ipv6", "is",
    "lan", "level", "line", "local", "localhost", "management", "mgmt", "name", "no", "none", "not",
    "of", "off", "on", "outside", "password", "pix", "private", "public", "read", "remote", "root",
    "router", "secret", "session", "show", "snmp", "ssh", "status", "switch", "system", "tacacs", "tcp",
    "test", "the", "timed", "to", "traps", "udp", "unknown", "up", "user", "vlan", "wan", "was", "with",
    "yes", "ctrl", "id", "null", "true", "false", "enable_1", "enable_15", "vty0",
})  # fmt: skip
"""Words that name nobody, and stand for other things as well."""
_PUBLIC = (
    "cisco.com", "gnu.org", "w3.org", "ietf.org", "rfc-editor.org", "json-schema.org", "python.org",
    "github.com", "openssl.org", "pool.ntp.org", "in-addr.arpa", "ip6.arpa",
)  # fmt: skip
"""Domains that texts of devices and of reports name by themselves."""
_TRADE = frozenset({
    "access", "address", "alias", "area", "authentication", "auto", "backup", "bridge", "buffer",
    "class", "client", "cluster", "community", "config", "core", "crypto", "database", "data", "device",
    "dynamic", "edge", "error", "event", "extended", "failover", "file", "flash", "global", "group",
    "guest", "half", "hosts", "http", "https", "input", "inspect", "interface", "internal", "internet",
    "key", "log", "logging", "main", "mask", "match", "mode", "monitor", "nat", "netmask", "network",
    "object", "open", "operator", "output", "permit", "deny", "policy", "port", "primary", "priority",
    "priv", "privilege", "protocol", "remark", "route", "secondary", "security", "server", "service",
    "set", "standby", "state", "static", "subnet", "support", "syslog", "temp", "timeout", "track",
    "traffic", "transport", "trap", "trunk", "tunnel", "type", "users", "version", "voice", "vpn",
    "web", "write", "zone", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr",
    "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
})  # fmt: skip
"""Words of configurations and of tables: somebody may be called so, and is replaced where he is named."""
_SHORTEST = 2
_SHORT = 4
_LONG = 12
_LEVELS = 8
"""Of letters at which words part; eight tell those apart that somebody has made up of a few digits."""


def tells(word: str) -> bool:
    """Whether it may be a name of somebody."""
    return len(word) >= _SHORTEST and word.lower() not in _PLAIN and not word.isdigit()


def is_public(word: str) -> bool:
    """Whether it is a name or an address of everybody's."""
    name = f".{word.lower().replace('@', '.').rstrip('.')}"
    return any(name.endswith(f".{one}") for one in _PUBLIC)


def is_common(word: str) -> bool:
    """Whether it is a word of the trade as well."""
    return word.lower() in _TRADE or word.lower() in _PLAIN


def is_unmistakable(word: str, new: str) -> bool:
    """Whether a word is meant wherever it stands; a description may be a word of the configuration."""
    if is_common(word):
        return False
    if new.startswith("text-"):
        return " " in word or len(word) >= _LONG
    return not new.startswith("secret-") or len(word) >= _SHORT


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """Finds all words, the longest first, not in the middle of another; quick also for thousands of them."""
    every = sorted(set(words) - {""})
    if not every:
        return None
    return re.compile(rf"(?<![A-Za-z0-9])(?:{_branches(every)})(?![A-Za-z0-9])")


def _branches(words: list[str], level: int = 0) -> str:
    """Sorted words as one expression: what they begin with alike once, then by their next letter."""
    alike = _alike(words[0], words[-1])
    begin, rests = re.escape(words[0][:alike]), [word[alike:] for word in words]
    if rests == [""]:
        return begin
    longer = [rest for rest in rests if rest]
    if level == _LEVELS:
        said = "|".join(re.escape(rest) for rest in sorted(longer, key=len, reverse=True))
    else:
        groups = groupby(longer, lambda rest: rest[0])
        said = "|".join(_branches(list(held), level + 1) for _, held in groups)
    return f"{begin}(?:{said}){'?' if '' in rests else ''}"


def _alike(one: str, other: str) -> int:
    """How many letters two words begin with alike; all words between them in order do so, too."""
    for place, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return place
    return min(len(one), len(other))
