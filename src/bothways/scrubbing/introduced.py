"""Names and free text, found by the lines of devices that introduce them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address

from bothways.scrubbing.blocks import banner_spans
from bothways.scrubbing.line_forms import Form, Sought, form_of, sought
from bothways.scrubbing.words import Kind, is_public, tells

Span = tuple[int, int]

_NAME = r"[A-Za-z][\w.-]*"
_STAMP = r"(?:\w{3} +\d+ (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d+)?(?: \w{3,5})?|\d{4}-\d\d-\d\dT[\d:.+-]+Z?)"
_REMARK = r"{START}(?:access-list \S+ )?(?:line \d+ |\d+ )?remark "

# Kind, what a line holds (one of the words parted by bars), and how it introduces.
_LINES: tuple[tuple[Kind, str, str], ...] = (
    ("host", "hostname", r"{START}(?:[\w.-]+:)?\s*hostname(?:[\"']?:)?[ \t]+[\"']?([^\s\"',;]+)"),
    ("host", " up |uptime is", rf"^({_NAME}) (?:up \d+ |uptime is )"),
    ("host", "name ", r"{START}name \d+\.\d+\.\d+\.\d+ (\S+)"),
    ("host", "ip host ", r"{START}ip host (?:vrf \S+ )?(\S+) "),
    ("host", "chap hostname|localname", r"{START}(?:ppp chap hostname|vpdn group \S+ localname) ({WORD})"),
    ("host", "nt-auth-domain", r"{START}nt-auth-domain-controller ({WORD})"),
    ("host", "Device ID|System Name|SysName", r"^\s*(?:Device ID|System Name|SysName): ?(\S+)"),
    ("host", ": show|: more|: write", rf"^\s*(?:evidence: )?({_NAME}): (?:show|more|write) [\w -]+:\d+"),
    ("host", '"device"|"hostname"', rf"\"(?:device|hostname)\": ?\"({_NAME})\""),
    ("host", " ssh-| ecdsa-", rf"^\[?({_NAME})\]?(?::\d+)?(?:,\S+)? (?:ssh|ecdsa)-\S+ [A-Za-z0-9+/=]{{16,}}"),
    ("host", ": %", rf"^(?:<\d+>)?{_STAMP}:? ({_NAME}) ?: %"),
    (
        "domain",
        "domain name|domain-name|domain-list|domain list|domain lookup",
        r"{START}(?:ip |dns )?domain[- ](?:name|list|lookup-name)[ \t]+(?:vrf \S+ )?({WORD})",
    ),
    ("domain", "domain ", r"{START}(?:dhcpd|vtp|user-identity|user-identity default-) ?domain ({WORD})"),
    ("domain", "default-domain value|split-dns", r"{START}(?:default-domain|split-dns) value ({WORD})"),
    (
        "domain",
        "kerberos-realm|smtp-server|name-server|fqdn",
        r"{START}(?:kerberos-realm|smtp-server|name-server|fqdn(?: v[46])?) ({WORD})",
    ),
    ("domain", "VTP ", r"VTP (?:Management )?Domain(?: Name)?[ \t]*: '?([^\s']+)"),
    (
        "domain",
        "://",
        r"\w://(?:[^\s/@]+@)?([A-Za-z][\w-]*(?:\.[\w-]+)*\.[A-Za-z]{2,})(?=[/:\s\"'<)\]]|$)",
    ),
    ("user", "username", r"{START}username[ \t]+({WORD})"),
    ("user", "snmp-server user", r"{START}snmp-server user (\S+) "),
    (
        "user",
        "username|credentials id",
        (
            r"{START}(?:ppp pap sent-username|vpdn username|ip ftp username|cts credentials id|"
            r"credentials username) ({WORD})"
        ),
    ),
    ("user", "://", r"\w://([^\s/@:\"']+)(?::[^\s/@]*)?@"),
    ("user", "@", r"(?<![\w.+@-])([\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"),
    ("user", "ser|name", r"(?i)\b(?:user(?:name)?|uname)(?:[\"']? {0,8}[:=] ?[\"']?| ')([^\s',;\])\"<>]+)"),
    ("user", "User ", r"\bUser (\w[\w.-]*) (?:from|logged|executed|at)\b"),
    ("user", "\\", r"(?:\buser |\()[\w.-]+\\\\?([\w.-]+)"),
    (
        "user",
        " by ",
        (
            r"(?i)(?:last updated at|change at|configured from \w+|last clearing: [\d:]+) ?(?:.*? )?"
            r"by (\w[\w.@-]*)"
        ),
    ),
    ("user", "Written by", r"Written by (\w[\w.@-]*) at"),
    ("serial", "erial", r"(?i)\bserial (?:number|no\.?)[ \t]*[:#][ \t]*([A-Z0-9]{6,})"),
    ("serial", "N:", r"\bS/?N: ?([A-Z0-9]{6,})\b"),
    ("serial", "board ID", r"^Processor board ID (\S+)"),
    ("serial", "license udi", r"{START}license udi pid \S+ sn (\S+)"),
    ("serial", '"serial"', r"\"serial\": ?\"([A-Z0-9]{6,})\""),
    ("text", "escription", r"{START}[Dd]escription:?[ \t]+(\S{REST})"),
    ("text", "snmp-server ", r"{START}snmp-server (?:location|contact)[ \t]+(\S{REST})"),
    (
        "text",
        "contact-email|customer-id|site-id|contract-id|street-address|phone-number",
        r"{START}(?:contact-email-addr|customer-id|site-id|contract-id|street-address|phone-number) ({REST})",
    ),
    (
        "text",
        "subject-name|issuer-name|ldap-",
        r"{START}(?:subject-name|issuer-name|ldap-[\w-]*dn|ldap-base) ({REST})",
    ),
    (
        "text",
        "CN=|OU=|O=|DC=|cn=|ou=|dc=",
        r"\b(?:CN|OU|O|DC|cn|ou|dc)=([^\s,;/+\"'<>&][^,;/+\r\n\"'<>&]*)",
    ),
    ("text", "banner ", r"{START}banner (?:exec|login|motd|asdm)[ \t]+(?=\w)({REST})"),
    ("text", "remark ", _REMARK + r"(?!TEMPORARY until )(\S{REST})"),
    ("text", "remark ", _REMARK + r"TEMPORARY until [\d-]+[ ,;:]+(\S{REST})"),
)
_OVER_LINES: tuple[tuple[Kind, str, str], ...] = (("text", "vlan ", r"^vlan [\d,-]+\r?\n name (\S[^\r\n]*)"),)


def name_spans(text: str) -> Iterator[tuple[Kind, Span]]:
    """Each place where a name or free text stands."""
    for kind, line in _sought(form_of(text)):
        for match in line.matches(text):
            start, end = match.span(1)
            word = text[start:end].rstrip() if kind == "text" else text[start:end].strip().rstrip(",;.")
            if tells(word):
                yield kind, (start, start + len(word))
    for span in banner_spans(text):
        yield "text", span


def names_of(kind: Kind, word: str) -> Iterator[tuple[Kind, str]]:
    """A name as it stands, and the names within it: of `hq.corp.example` the host and its domain."""
    if kind in ("host", "domain", "user") and _is_address(word):
        return
    if kind == "host" and "." in word:
        host, _, domain = word.partition(".")
        if tells(host):
            yield "host", host
        kind, word = "domain", domain
    if tells(word) and not is_public(word):
        yield kind, word


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


@cache
def _sought(form: Form) -> tuple[tuple[Kind, Sought], ...]:
    over = [(kind, sought(hints, line, form, lines=True)) for kind, hints, line in _OVER_LINES]
    return (*((kind, sought(hints, line, form)) for kind, hints, line in _LINES), *over)
