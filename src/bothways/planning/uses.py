"""Who names an object of a configuration: an access list or a map that others use is not ours to remove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bothways.fixes.grammar import is_remark
from bothways.network import PlatformName

Place = tuple[str, str]
"""The unindented line a line stands under ("" for an unindented one), and the line."""


@dataclass(frozen=True, slots=True)
class Named:
    """An object that lines refer to by its name."""

    kind: str
    name: str


_OBJECT = "object"

_DEFINED: Mapping[PlatformName, Mapping[str, str]] = {
    "cisco_asa": {
        "access-list": r"access-list (?P<name>\S+) .*",
        "class-map": r"class-map (?:type \S+ )?(?:\S+ )*?(?P<name>\S+)",
        "policy-map": r"policy-map (?:type \S+ )?(?:\S+ )*?(?P<name>\S+)",
        "route-map": r"route-map (?P<name>\S+)(?: .*)?",
        _OBJECT: r"object (?:network|service) (?P<name>\S+)",
    },
    "cisco_ios": {
        "access-list": r"(?:ip access-list \S+|access-list) (?P<name>\S+)(?: .*)?",
        "class-map": r"class-map (?:\S+ )*?(?P<name>\S+)",
        "policy-map": r"policy-map (?:\S+ )*?(?P<name>\S+)",
        "route-map": r"route-map (?P<name>\S+)(?: .*)?",
    },
}

# What stands before a name, in any line that does not define an object itself. Several names may follow
# (`match ip address A B`), or other words (`snmp-server community … RO A`): each word is taken for one.
_NAMED_AFTER: Mapping[PlatformName, Mapping[str, tuple[str, ...]]] = {
    "cisco_asa": {
        "access-list": (
            "access-group", "access-list", "accept-register list", "accounting match",
            "authentication match", "authorization match", "boundary", "classify-list", "distribute-list",
            "filter-list", "group-list", "ipv6-vpn-filter", "match address", "match ip address",
            "match ip next-hop", "match ip route-source", "network-acl", "redirect-list", "rp-address",
            "split-tunnel-network-list", "vpn-filter",
        ),
        "class-map": ("class", "match class-map"),
        "policy-map": ("service-policy", "inspect"),
        "route-map": ("route-map", "table-map", "attribute-map", "advertise-map", "suppress-map"),
        _OBJECT: ("object", "source static", "source dynamic", "destination static", "service", "static",
                   "dynamic"),
    },
    "cisco_ios": {
        "access-list": (
            "access", "access-class", "access-group", "access-list", "boundary", "debug-list", "distance",
            "distribute-list", "evaluate", "filter", "group-list", "list", "match address",
            "match ip address", "match ip next-hop", "match ip route-source", "offset-list",
            "reachable-via", "redirect-list", "rp-address", "rp-candidate", "snmp-server community",
            "tftp-server", "tftp-server-list", "verify unicast",
        ),
        "class-map": ("class", "match class-map"),
        "policy-map": ("service-policy",),
        "route-map": (
            "route-map", "table-map", "attribute-map", "advertise-map", "exist-map", "non-exist-map",
            "suppress-map", "unsuppress-map", "inject-map", "import map", "export map",
        ),
    },
}  # fmt: skip

_DEFINES = {
    platform: {kind: re.compile(form) for kind, form in forms.items()} for platform, forms in _DEFINED.items()
}
_USES = {
    platform: {
        kind: re.compile(rf"(?:^|\s)(?:{'|'.join(map(re.escape, before))})\s+(?P<words>.+)")
        for kind, before in kinds.items()
    }
    for platform, kinds in _NAMED_AFTER.items()
}


def defined_by(line: str, platform: PlatformName) -> Named | None:
    """The object that an unindented line defines, or adds to."""
    for kind, form in _DEFINES[platform].items():
        match = form.fullmatch(line)
        if match:
            return Named(kind, match["name"])
    return None


class Uses:
    """A configuration, by the objects its lines define and name."""

    def __init__(self, lines: Iterable[Place], platform: PlatformName) -> None:
        self._defining: dict[Named, list[Place]] = {}
        self._naming: dict[Named, list[Place]] = {}
        for section, text in lines:
            made = None if section else defined_by(text, platform)
            if made is not None:
                self._defining.setdefault(made, []).append((section, text))
            for named in () if is_remark(text) else _named_in(text, platform):
                # A rule of an access list defines that list, and may name objects.
                if made is None or (named.kind == _OBJECT and made.kind != _OBJECT):
                    self._naming.setdefault(named, []).append((section, text))

    def defining(self, named: Named) -> tuple[Place, ...]:
        """The lines that make up the object: rules of an access list, entries of a map."""
        return tuple(self._defining.get(named, ()))

    def naming(self, named: Named) -> tuple[Place, ...]:
        """The lines that use it."""
        return tuple(self._naming.get(named, ()))


def _named_in(text: str, platform: PlatformName) -> set[Named]:
    return {
        Named(kind, word)
        for kind, form in _USES[platform].items()
        for match in form.finditer(text)
        for word in match["words"].split()
    }
