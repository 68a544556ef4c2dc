"""`capture` of the ASA: its words, and what they ask of the device."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from bothways.lab.acl import AceReader
from bothways.lab.asa.asp import FRAME_TEXTS
from bothways.lab.asa.capture import Condition
from bothways.lab.asa.captures import Wanted, unknown
from bothways.lab.cli.asa_show import captures as shown
from bothways.lab.cli.asa_show import seen
from bothways.lab.cli.dialect import Handler, Words
from bothways.lab.cli.normal_form import asa_condition
from bothways.lab.cli.shell import Shell

_ADDRESS = "( any | any4 | host <ip> | <ip> <ip> )"
_PAIR = f"{_ADDRESS} [ <ports> ] {_ADDRESS} [ <ports> ]"
_MATCH = f"match ( ( tcp | udp ) {_PAIR} | ( ip | icmp ) {_ADDRESS} {_ADDRESS} )"
_OPTIONS = (
    f"( type ( raw-data | asp-drop ( all | {' | '.join(FRAME_TEXTS)} ) ) | interface <word> | buffer <n> "
    f"| circular-buffer | packet-length <n> | headers-only | access-list <word> | {_MATCH} )"
)
_SHOWN = "( detail | packet-number <n> | count <n> )"
_OPERATORS = ("eq", "neq", "gt", "lt", "range")


def repeated(group: str, times: int) -> str:
    """A group once, or several times in any order."""
    return group if times == 1 else f"{group} [ {repeated(group, times - 1)} ]"


def place(shell: Shell, words: Words) -> str:
    """`capture NAME …`: make it, or add to it."""
    device = seen.device(shell)
    wanted, rest = Wanted(), list(words[2:])
    while rest:
        wanted = _READERS[rest.pop(0)](wanted, rest)
    if wanted.interface is not None and wanted.interface not in device.interfaces:
        return f"ERROR: % Invalid interface name: {wanted.interface}\n"
    if wanted.acl is not None and wanted.acl not in device.settings.acls:
        return f"ERROR: access-list <{wanted.acl}> does not exist\n"
    return _said(device.captures.place(words[1], shell.user, wanted))


def remove(shell: Shell, words: Words) -> str:
    """`no capture NAME [interface NAMEIF]`."""
    return _said(seen.device(shell).captures.remove(words[2], words[4] if len(words) > 3 else ""))


def clear(shell: Shell, words: Words) -> str:
    """`clear capture NAME`, or of all."""
    return _said(seen.device(shell).captures.clear("" if words[2] == "/all" else words[2]))


def show(shell: Shell, words: Words) -> str:
    """`show capture`, or what one of them has kept."""
    device = seen.device(shell)
    standing = device.captures.standing
    if len(words) == 2:
        return shown.render_captures(standing.values())
    if words[2] not in standing:
        return f"{unknown(words[2])}\n"
    options = dict(pairwise(words[3:]))
    return shown.render_packets(
        standing[words[2]],
        first=max(int(options.get("packet-number", "1")), 1),
        count=int(options["count"]) if "count" in options else None,
        detail="detail" in words[3:],
        box=device.identity,
    )


COMMANDS: dict[str, Handler] = {
    f"capture <word> {repeated(_OPTIONS, 9)}": place,
    "no capture <word> [ interface <word> ]": remove,
    "clear capture ( /all | <word> )": clear,
    f"show capture [ <word> [ {repeated(_SHOWN, 3)} ] ]": show,
}
"""What level 15 may do with captures."""


def _said(problem: str) -> str:
    return f"{problem}\n" if problem else ""


def _type(wanted: Wanted, rest: list[str]) -> Wanted:
    kind = rest.pop(0)
    return replace(wanted, kind=kind, reason=rest.pop(0) if kind == "asp-drop" else None)


def _condition(wanted: Wanted, rest: list[str]) -> Wanted:
    words = [rest.pop(0)]
    for _ in range(2):
        taken = 1 if rest[0] in ("any", "any4") else 2
        if rest[taken : taken + 1] and rest[taken] in _OPERATORS:
            taken += 3 if rest[taken] == "range" else 2
        words += rest[:taken]
        del rest[:taken]
    text = " ".join(asa_condition(tuple(words)))
    one = Condition(text, AceReader(["permit", *words], wildcards=False).read(text))
    return replace(wanted, conditions=(*wanted.conditions, one))


_READERS: dict[str, Callable[[Wanted, list[str]], Wanted]] = {
    "type": _type,
    "interface": lambda wanted, rest: replace(wanted, interface=rest.pop(0)),
    "access-list": lambda wanted, rest: replace(wanted, acl=rest.pop(0)),
    "buffer": lambda wanted, rest: replace(wanted, buffer=int(rest.pop(0))),
    "packet-length": lambda wanted, rest: replace(wanted, packet_length=int(rest.pop(0))),
    "circular-buffer": lambda wanted, _rest: replace(wanted, circular=True),
    "headers-only": lambda wanted, _rest: replace(wanted, headers_only=True),
    "match": _condition,
}
