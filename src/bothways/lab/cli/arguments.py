"""Arguments of commands: which words they accept, and how a device writes them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address

from bothways.lab.acl import PORTS, PROTOCOLS

MACROS = {
    "if": "( <ifname> | <iftype> <ifnumber> )",
    "iosaddr": "( any | host <ip> | <ip> <ip> )",
    "asaaddr": "( any | any4 | host <ip> | interface <word> | object <word> | object-group <word> "
    "| <ip> <ip> )",
    "icmptype": "( echo | echo-reply | unreachable | time-exceeded | redirect | traceroute )",
    "severity": "( emergencies | alerts | critical | errors | warnings | notifications | informational "
    "| debugging )",
    "timers": "<timer> [ <timer> ] [ <timer> ]",
    "timer": "( idle <time> [ reset ] | embryonic <time> | half-closed <time> | dcd [ <time> [ <n> ] ] )",
    "ports": "( ( eq | gt | lt | neq ) <port> | range <port> <port> )",
}
"""Arguments of several words; one may use those below it."""

GLUED = frozenset({"ifnumber"})
"""Arguments that a device writes back without the blank: `vlan 172` is `Vlan172`."""

_INTERFACES = (
    "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "Ethernet", "Vlan", "Loopback",
    "Port-channel", "Null", "Tunnel", "Management", "BVI", "Redundant",
)  # fmt: skip
_NUMBER = re.compile(r"\d+(?:/\d+){0,2}(?:\.\d+)?")
_NAMED = re.compile(r"([A-Za-z][A-Za-z-]*)(\d[\d/.]*)")


def interface_type(word: str) -> str | None:
    """The full name of an interface type, from any beginning that means one type only."""
    lower = word.lower()
    fitting = [name for name in _INTERFACES if name.lower().startswith(lower)]
    exact = [name for name in fitting if name.lower() == lower]
    fitting = exact or fitting
    return fitting[0] if len(fitting) == 1 else None


def _interface(word: str) -> str | None:
    found = _NAMED.fullmatch(word)
    if found is None or not _NUMBER.fullmatch(found.group(2)):
        return None
    kind = interface_type(found.group(1))
    return kind and kind + found.group(2)


def _number_of_interface(word: str) -> str | None:
    return word if _NUMBER.fullmatch(word) else None


def _address(word: str) -> str | None:
    try:
        return str(IPv4Address(word))
    except AddressValueError:
        return None


def _prefix(word: str) -> str | None:
    address, slash, length = word.partition("/")
    if not slash or not length.isdigit() or int(length) > 32:
        return None
    return word if _address(address) else None


def _number(word: str) -> str | None:
    return str(int(word)) if word.isascii() and word.isdigit() and len(word) < 11 else None


def _port(word: str) -> str | None:
    number = _number(word)
    if number is not None:
        return number if int(number) < 65536 else None
    return word.lower() if word.lower() in PORTS else None


def _protocol(word: str) -> str | None:
    number = _number(word)
    if number is not None:
        return number if int(number) < 256 else None
    return word.lower() if word.lower() in PROTOCOLS else None


def _mac(word: str) -> str | None:
    return word.lower() if re.fullmatch(r"(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}", word) else None


def _duration(word: str) -> str | None:
    return word if re.fullmatch(r"\d{1,4}:\d{1,2}:\d{1,2}", word) else None


def _word(word: str) -> str:
    return word


def _name(word: str) -> str | None:
    """A name that is not a keyword's place: it has a letter or digit, and no control character."""
    return word if word.isprintable() else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "word": _name,
    "line": _word,
    "ip": _address,
    "prefix": _prefix,
    "n": _number,
    "port": _port,
    "proto": _protocol,
    "mac": _mac,
    "time": _duration,
    "ifname": _interface,
    "iftype": interface_type,
    "ifnumber": _number_of_interface,
}


def read_argument(name: str, word: str) -> str | None:
    """The argument as the device writes it, or None when the word is not one."""
    return _READERS[name](word)
