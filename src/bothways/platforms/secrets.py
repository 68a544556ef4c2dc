"""Configuration lines without their secrets: what a message or a plan shows travels further than a device."""

from __future__ import annotations

import re

HIDDEN = "<hidden>"

# What a secret follows, wherever in a line it stands, as regular expressions. All that comes behind it is
# left out: how many words belong to the secret (`7 0822455D`, `2c public`) differs from line to line.
_ANNOUNCED = (
    r"(?:[\w-]+-)?password",  # enable, username, line, neighbor, ppp chap, ip ftp, ldap-login-password
    r"(?:[\w-]+-)?passwd",
    r"(?:[\w-]+-)?secret",
    r"(?:[\w-]+-)?psk",  # wpa-psk
    # tacacs-server, radius, crypto isakmp, failover, pre-shared-key, authentication-key, message-digest-key,
    # session-key; the name of a key chain is none
    r"(?:[\w-]+-)?key(?! +chain +\S)",
    r"key-string",
    r"pass(?:phrase|code)",
    r"radius-common-pw",
    r"md5",
    r"hmac-sha-256",
    r"(?<!set )(?<!match )community(?:-map)?",  # of SNMP; those of BGP are no secret
    r"snmp-server host(?:(?: [\w.-]+)? \d+(?:\.\d+){3})?",  # the community needs no word of its own
    r"snmp-server user \S+",
    r"(?:standby|vrrp|glbp)(?: \d+)? authentication",
    r"ip nhrp authentication",
    r"authentication text",
    r"aaa-server \S+ (?:\(\S+\) )?host \S+",
)
_SECRET = re.compile(rf"(?i)(?<!\w)(?<!\w-)({'|'.join(_ANNOUNCED)})[ \t]+\S.*")
_IN_A_URL = re.compile(r"(\w://)[^\s/@]+@")


def without_secret(line: str) -> str:
    """The line with whatever stands behind a word that announces a secret left out."""
    return _IN_A_URL.sub(rf"\1{HIDDEN}@", _SECRET.sub(rf"\1 {HIDDEN}", line))
