"""Where secrets stand in a text, found by the lines of a configuration that introduce them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bothways.scrubbing.line_forms import Form, Sought, filled, form_of, sought

Span = tuple[int, int]

_SHORTEST = 2
_ADDRESS = r"(?:\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:]+)"
_KIND = r"(?:(?:[0-9]|encrypted|unencrypted|clear|ascii|hex|hashed)[ \t]+)*+"
_SNMP = (
    r"(?:(?:vrf \S+|traps?|informs?|poll|version (?:1|2c|3(?: (?:auth|noauth|priv))?)|udp-port \d+|"
    r"community|[0-9])[ \t]+)*+"
)
_WORDS = r"(?:password|passwd|secret)"

# What a line holds (one of the words parted by bars), and where its secret stands: behind a word that is no
# `password`, before other words, or as one of several. Looked for in every text.
_LINES = (
    ("snmp-server host", rf"{{START}}snmp-server host (?:\S+ (?={_ADDRESS} ))?\S+ {_SNMP}({{WORD}})"),
    ("snmp-server community", rf"{{START}}snmp-server community {_KIND}({{WORD}})"),
    (
        "snmp-server user",
        r"{START}snmp-server user \S+ .*? auth (?:md5|sha\S*(?: \d{3})?) (?:\d )?({WORD})",
    ),
    (
        "snmp-server user",
        r"{START}snmp-server user \S+ .*? priv (?:aes|3?des)\S*(?: (?:128|192|256))? (?:\d )?({WORD})",
    ),
    ("engineID|chassis-id", r"{START}snmp-server (?:engineID local|chassis-id) ({WORD})"),
    ("aaa-server", r"{START}aaa-server \S+ (?:\(\S+\) )?host \S+ (?!timeout\b|protocol\b)({WORD})"),
    (
        "password|passwd|secret",
        rf"{{START}}(?:enable|{_WORDS}|username)\b.*?\b{_WORDS} {_KIND}({{WORD}})",
    ),
    (
        "passwd|password|secret|key",
        rf"{{START}}(?:{_WORDS}|key|key-string) {_KIND}(?<=[0-9] )({{WORD}})",
    ),
    ("ntp auth", rf"{{START}}ntp authentication-key \d+ (?:md5|sha\d*|cmac\S*) {_KIND}({{WORD}})"),
    ("ospf ", rf"{{START}}(?:ip )?ospf (?:authentication-key|message-digest-key \d+ \S+) {_KIND}({{WORD}})"),
    ("key eigrp", r"{START}authentication key eigrp \d+ ({WORD})"),
    ("isakmp key", rf"{{START}}(?:crypto )?isakmp key {_KIND}({{WORD}})"),
    ("hmac-sha-", r"{START}authentication mode hmac-sha-\d+ ({WORD})"),
    ("session-key", r"{START}set session-key (?:in|out)bound \S+ \S+ (?:cipher )?({WORD})"),
    ("authenticator", r"{START}set session-key .*? authenticator ({WORD})"),
    ("idtoken", r"{START}license smart register idtoken ({WORD})"),
    ("activation-key", r"{START}activation-key ({REST})"),
    ("password peer", rf"{{START}}ip msdp password peer \S+ {_KIND}({{WORD}})"),
    ("Activation Key", r"Activation Key: ((?:0x[0-9a-f]+ ?)+)"),
    ("key-hash", r"{START}(?:\S+ )*?key-hash \S+ ({WORD})"),
    ("publickey", r"{START}ssh authentication publickey ({WORD})"),
    ("ssh-|ecdsa-", r"\b(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\w+) ([A-Za-z0-9+/=]{16,})"),
    ("://", r"\w://[^\s/@:]+:([^\s/@]+)@"),
    ("=", r"[?&](?:token|key|password|secret|sig)=([^\s&\"'<>]+)"),
)
# As inventories, settings and programs write them.
_SETTING = (
    r"(?i)(?:^|[\s{,\"'\[])[\w-]*(?:password|passwd|secret|passphrase|community|api[_-]?key|token|psk)[\"']?"
    r"[ \t]*[:=][ \t]*[\"']?((?!null\b|true\b|false\b|none\b|env:|keyring:|[\[{|>])[^\s\"',}\]<>]+)"
)
_SETTINGS = "assword|ASSWORD|asswd|ecret|ECRET|assphrase|ommunity|key|KEY|oken|TOKEN|psk"

# Words behind which all is secret. Prose has them as well: what follows them there is looked at twice.
_ANNOUNCED = (
    r"(?:[\w-]+-)?password",
    r"(?:[\w-]+-)?passwd",
    r"(?:[\w-]+-)?secret",
    r"(?:[\w-]+-)?psk",
    (
        r"(?:[\w-]+-)?key(?! +chain)(?! +\d+[ \t]*$)"
        r"(?! +(?:generate|zeroize|pubkey-chain|storage|export|import)\b)"
    ),
    r"key-string",
    r"pass(?:phrase|code)",
    r"radius-common-pw",
    r"message-digest-key \d+ md5",
    r"(?:standby|vrrp|glbp)(?: \d+)? authentication(?: md5| text)?(?: key-string)?",
    r"ip nhrp authentication",
    r"authentication text",
)
_HINTS = "password|passwd|secret|psk|key|passphrase|passcode|radius-common-pw|authentication"
_TYPE = re.compile(r"(?:[0-9]|encrypted|unencrypted|clear|ascii|hex|address \S+ key|peer \S+)[ \t]+")
_ENDS = re.compile(
    r"[ \t]+(?:encrypted|pbkdf2|privilege|mschap|nt-encrypted|level|role|r[ow]|address|hostname|version|priv|"
    r"auth|access|timeout|retransmit|auth-port|acct-port|udp-port|no-xauth|hashed|key-id|realm)\b|"
    r"' command\b",
    re.IGNORECASE,
)
_PROSE = re.compile(
    r"(?:is|are|was|were|of|in|to|for|and|or|the|that|which|has|had|not|with|by|on|at|from|as|does|be|may|must|"
    r"disabled|enabled|required|exchange|management|generation|=)\b|[^\w]*$|[-=:,.;()|]+(?: |$)",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_DROPPED = re.compile(r"<|\*+$|\d{1,2}$")
_SHOWN = (
    r"{START}(?:hostname \S+$|: Saved|version \d+\.\d+$|(?:enable|snmp-server|tacacs-server|radius-server|"
    r"username|aaa-server|isakmp|ldap-[\w-]+|standby|failover key|crypto|tunnel-group|radius|tacacs|ntp|"
    r"neighbor|ip ospf|vrrp|glbp|ikev[12]|key|key-string|password|passwd|secret|line|pre-shared-key|"
    r"interface|router) \S+)"
    r"|^(?:Current configuration|ASA Version )|show (?:running|startup)-config(?::|\",\s*\"line\": )\d"
    r"|executed (?:the )?'|logged command:"
)


def secret_spans(text: str) -> Iterator[Span]:
    """Each place of a text where a secret stands; they may overlap."""
    patterns = _patterns(form_of(text))
    for line in patterns.lines:
        for match in line.matches(text):
            start, end = match.span(1)
            end = start + len(text[start:end].rstrip().removesuffix("'"))
            if _is_secret(text, start, end):
                yield start, end
    announced = [*patterns.announced.matches(text)]
    plain = bool(announced) and not patterns.shown.search(text)
    tags = bool(announced) and form_of(text) == "tags"
    programs = [match.span() for match in _PROGRAM.finditer(text)] if tags else []
    for match in announced:
        start, end = _behind(text, *match.span("tail"))
        inside = any(begin <= start < finish for begin, finish in programs)
        if not inside and not (plain and _PROSE.match(text, start, end)) and _is_secret(text, start, end):
            yield start, end


@dataclass(frozen=True, slots=True)
class _Patterns:
    lines: tuple[Sought, ...]
    announced: Sought
    shown: re.Pattern[str]


@cache
def _patterns(form: Form) -> _Patterns:
    lines = [sought(hints, line, form) for hints, line in (*_LINES, (_SETTINGS, _SETTING))]
    said = rf"(?:^|(?<=[ \t\"'>:]))(?:{'|'.join(_ANNOUNCED)})[ \t]+(?=(?P<tail>{{REST}}))"
    return _Patterns(tuple(lines), sought(_HINTS, said, form), re.compile(filled(_SHOWN, form), re.MULTILINE))


def _is_secret(text: str, start: int, end: int) -> bool:
    return end - start >= _SHORTEST and not _DROPPED.match(text[start:end])


def _behind(text: str, start: int, end: int) -> Span:
    """The secret itself: without its type, and what follows it."""
    while kind := _TYPE.match(text, start, end):
        start = kind.end()
    follows = _ENDS.search(text, start, end)
    end = follows.start() if follows else end
    return start, start + len(text[start:end].rstrip())
