"""Which words of a text are names, secrets and free text, found by the lines that introduce them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

Kind = Literal["host", "domain", "user", "serial", "secret", "text"]

_PLAIN = frozenset({
    "admin", "administrator", "any", "asa", "cisco", "console", "default", "dmz", "enable", "end", "exit",
    "firewall", "host", "inside", "ios", "ipv4", "ipv6", "lan", "local", "management", "mgmt", "none", "off",
    "on", "outside", "pix", "private", "public", "read", "root", "router", "show", "switch", "tcp", "test",
    "udp", "up", "user", "vlan", "wan", "yes", "no", "not", "ctrl", "id",
})  # fmt: skip
"""Words that name nobody, and stand for other things as well."""
_SHORTEST = 2
_SHORT = 4
_LONG = 12

_LINES: tuple[tuple[Kind, str], ...] = (
    ("host", r"^\s*(?:[\w.-]+:)?\s*hostname[ \t]+\"?([^\s\"]+)"),
    ("host", r"^([A-Za-z][\w.-]*) (?:up \d+ |uptime is )"),
    ("host", r"^name \d+\.\d+\.\d+\.\d+ (\S+)"),
    ("host", r"^\s*(?:Device ID|System Name): ?(\S+)"),
    ("host", r"^\s*(?:evidence: )?([A-Za-z][\w.-]*): (?:show|more|write) [\w -]+:\d+"),
    ("host", r"\"(?:device|hostname)\": ?\"([A-Za-z][\w.-]*)\""),
    ("domain", r"^\s*(?:ip )?domain[- ]name[ \t]+(?:vrf \S+ )?(\S+)"),
    ("user", r"^\s*username[ \t]+(\S+)"),
    ("serial", r"(?i)\bserial (?:number|no\.?)[ \t]*[:#][ \t]*([A-Z0-9]{6,})"),
    ("serial", r"^Processor board ID (\S+)"),
    ("serial", r"\"serial\": ?\"([A-Z0-9]{6,})\""),
    ("secret", r"Activation Key: ((?:0x[0-9a-f]+ ?)+)"),
    ("text", r"^[ \t]*description[ \t]+(\S.*?)[ \t\r]*$"),
    ("text", r"^\s*snmp-server (?:location|contact)[ \t]+(\S.*?)[ \t\r]*$"),
    ("text", r"^banner (?:exec|login|motd|asdm)[ \t]+([^\s^].*?)[ \t\r]*$"),
    ("text", r"^access-list \S+ (?:line \d+ )?remark (?!TEMPORARY until )(\S.*?)[ \t\r]*$"),
)
_NAMES = tuple((kind, re.compile(pattern, re.MULTILINE)) for kind, pattern in _LINES)
_BANNER = re.compile(r"^banner \w+ (\^C|\S)(.*?)\1", re.MULTILINE | re.DOTALL)
_TYPE = re.compile(r"(?:[0-9]|encrypted|unencrypted)[ \t]+")
_ENDS = re.compile(
    r"[ \t]+(?:encrypted|pbkdf2|privilege|mschap|nt-encrypted|level|role|r[ow]|address|hostname|version|priv|"
    r"auth|access|timeout|retransmit|auth-port|acct-port|udp-port|no-xauth)\b",
    re.IGNORECASE,
)
_DROPPED = re.compile(r"<|\*+$")
_ANNOUNCED = (
    r"(?:[\w-]+-)?password",
    r"(?:[\w-]+-)?passwd",
    r"(?:[\w-]+-)?secret",
    r"(?:[\w-]+-)?psk",
    r"(?:[\w-]+-)?key(?! +chain)(?! +\d+[ \t]*$)",
    r"key-string",
    r"pass(?:phrase|code)",
    r"radius-common-pw",
    r"message-digest-key \d+ md5",
    r"snmp-server community",
    r"snmp-server host \S+ [\d.]+ community",
    r"snmp-server user \S+ \S+ v3 (?:encrypted )?auth \w+",
    r"priv (?:aes|des|3des)(?: \d+)?",
    r"(?:standby|vrrp|glbp)(?: \d+)? authentication(?: md5| text)?(?: key-string)?",
    r"ip nhrp authentication",
    r"authentication text",
)
_SECRET = re.compile(
    rf"(?:^|(?<=[ \t\"']))(?:{'|'.join(_ANNOUNCED)})[ \t]+(?P<tail>[^\s\"<>&][^\n\"<>&]*)", re.MULTILINE
)
_CONFIG = re.compile(
    r"^(?:hostname \S+|: Saved|Current configuration|version \d+\.\d+$|ASA Version )", re.MULTILINE
)
_AS_LINE = re.compile(r"show (?:running|startup)-config(?::|\",\s*\"line\": )\d+")


def names_in(text: str) -> Iterator[tuple[Kind, str]]:
    """Names and free text, as they stand there; one may come more than once."""
    for kind, pattern in _NAMES:
        for match in pattern.finditer(text):
            word = match[1].strip().strip(",;") if kind != "text" else match[1]
            word = word.partition(".")[0] if kind == "host" else word
            if len(word) >= _SHORTEST and word.lower() not in _PLAIN and not word.isdigit():
                yield kind, word
    for match in _BANNER.finditer(text):
        yield from (("text", line.strip()) for line in match[2].splitlines() if len(line.split()) > 1)


def secrets_in(text: str) -> Iterator[str]:
    """What stands behind a word that announces a secret, where a configuration is shown."""
    if _shows_configuration(text):
        for match in _SECRET.finditer(text):
            start, end = _secret_at(match)
            if end - start >= _SHORTEST and not _DROPPED.match(text[start:end]):
                yield text[start:end]


def is_unmistakable(word: str, new: str) -> bool:
    """Whether a word is meant wherever it stands; a description may be a word of the configuration."""
    if new.startswith("text-"):
        return " " in word or len(word) >= _LONG
    return not new.startswith("secret-") or (len(word) >= _SHORT and word.lower() not in _PLAIN)


def replaced_in_place(text: str, words: Mapping[str, str]) -> str:
    """Secrets and free text replaced where they are introduced as such."""
    for kind, pattern in _NAMES:
        if kind == "text":
            text = pattern.sub(lambda match: _put(match, match.span(1), words), text)
    if not _shows_configuration(text):
        return text
    return _SECRET.sub(lambda match: _put(match, _secret_at(match), words), text)


def _put(match: re.Match[str], span: tuple[int, int], words: Mapping[str, str]) -> str:
    start, end = span[0] - match.start(), span[1] - match.start()
    whole = match[0]
    return whole[:start] + words.get(whole[start:end], whole[start:end]) + whole[end:]


def _shows_configuration(text: str) -> bool:
    return bool(_CONFIG.search(text) or _AS_LINE.search(text))


def _secret_at(match: re.Match[str]) -> tuple[int, int]:
    """Where in the text the secret itself stands: without its type, and what follows it."""
    start, end = match.span("tail")
    text = match.string
    while kind := _TYPE.match(text, start, end):
        start = kind.end()
    follows = _ENDS.search(text, start, end)
    end = follows.start() if follows else end
    return start, start + len(text[start:end].rstrip())
