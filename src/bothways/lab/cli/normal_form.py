"""The form in which a device stores what was typed: port names, `any`, `host`."""

from __future__ import annotations

from bothways.lab.acl import PORTS
from bothways.lab.cli.dialect import Words

_ASA_NAMES = frozenset(
    ("www", "https", "ssh", "telnet", "tftp", "domain", "smtp", "ftp", "ftp-data", "ntp", "snmp", "snmptrap",
     "syslog", "bootps", "bootpc", "ldap", "ldaps", "bgp", "tacacs")
)  # fmt: skip
_IOS_NAMES = _ASA_NAMES - {"https", "ssh", "ldap", "ldaps"}
_UDP_ONLY = frozenset(("tftp", "ntp", "snmp", "snmptrap", "syslog", "bootps", "bootpc"))
_TCP_ONLY = frozenset(("www", "https", "ssh", "telnet", "smtp", "ftp", "ftp-data", "ldap", "ldaps", "bgp"))
_ZERO, _ONES = "0.0.0.0", "255.255.255.255"  # noqa: S104 - a mask, not something to listen on


def ios_form(words: Words) -> Words:
    """As the 3560 writes an access list entry back, or a group that was not numbered; else as it stands."""
    if words[-4:-1] == ("link", "state", "group"):
        return (*words[:-1], "1", words[-1])
    return _entry(words, _IOS_NAMES, every=(_ZERO, _ONES), one=_ZERO)


def asa_form(words: Words) -> Words:
    """As the ASA writes it back."""
    if words[int(words[0] == "no")] in ("nat", "service"):
        return _service(tuple(" ".join(words).split()))  # the rest of a line is one word
    if words[0] not in ("access-list", "no"):
        return words
    return _entry(words, _ASA_NAMES, every=(_ZERO, _ZERO), one=_ONES)


def asa_condition(words: Words) -> Words:
    """Protocol and two sides, as the ASA writes them back: no masks of one address or of all."""
    return tuple(_ports(_sides(list(words), (_ZERO, _ZERO), _ONES), words[0], _ASA_NAMES))


def _service(words: Words) -> Words:
    """`service tcp 80 8080` of a rule, `service tcp source eq 80` of an object: known ports by name."""
    if "service" not in words[:-1]:
        return words
    at = words.index("service")
    protocol = words[at + 1]
    if words[0] == "service" or words[:2] == ("no", "service"):
        return (*words[: at + 1], *_ports(list(words[at + 1 :]), protocol, _ASA_NAMES))
    if protocol not in ("tcp", "udp"):
        return words  # a manual rule names objects there
    names = _names(protocol, _ASA_NAMES)
    ports = (names.get(word, word) for word in words[at + 2 : at + 4])
    return (*words[: at + 2], *ports, *words[at + 4 :])


def _entry(words: Words, names: frozenset[str], every: tuple[str, str], one: str) -> Words:
    at = next((at for at, word in enumerate(words) if word in ("permit", "deny")), None)
    if at is None or "route-map" in words[: at + 1]:
        return words
    protocol = words[at + 1] if at + 1 < len(words) else ""
    return (*words[: at + 1], *_ports(_sides(list(words[at + 1 :]), every, one), protocol, names))


def _sides(words: list[str], every: tuple[str, str], one: str) -> list[str]:
    found: list[str] = []
    while words:
        pair = words[:2]
        if tuple(pair) == every:
            found.append("any")
            words = words[2:]
        elif len(pair) == 2 and pair[0].count(".") == 3 and pair[1] == one:
            found += ["host", pair[0]]
            words = words[2:]
        elif words[0] == "host" or words[0].count(".") == 3:
            found += pair
            words = words[2:]
        else:
            found.append(words.pop(0))
    return found


def _ports(words: list[str], protocol: str, names: frozenset[str]) -> list[str]:
    by_number = _names(protocol, names)
    found: list[str] = []
    left = 0
    for word in words:
        found.append(by_number.get(word, word) if left else word)
        left = {"eq": 1, "neq": 1, "gt": 1, "lt": 1, "range": 2}.get(word, max(left - 1, 0))
    return found


def _names(protocol: str, names: frozenset[str]) -> dict[str, str]:
    allowed = names - (_UDP_ONLY if protocol == "tcp" else _TCP_ONLY)
    return {str(number): name for name, number in PORTS.items() if name in allowed}
