"""What the running configuration of an ASA tells: several small tables of one text."""

from __future__ import annotations

import re

from bothways.platforms.config_text import ConfigEntry, ConfigText, read_config
from bothways.platforms.services import port_number
from bothways.state.rows import AccessGroup, ReversePath, SameSecurity, ServicePolicy
from bothways.state.tables import Table, TableBuilder

_ACCESS_GROUP = re.compile(
    r"access-group (?P<acl>\S+) (?:(?P<direction>in|out) interface (?P<interface>\S+)|global)"
    r"(?: (?:per-user-override|control-plane))*",
    re.ASCII,
)
_SAME_SECURITY = re.compile(r"same-security-traffic permit (?P<kind>int(?:ra|er)-interface)", re.ASCII)
_REVERSE_PATH = re.compile(r"ip verify reverse-path interface (?P<interface>\S+)", re.ASCII)
_SERVICE_POLICY = re.compile(
    r"service-policy (?P<map>\S+) (?:global|interface (?P<interface>\S+))(?: fail-close)?", re.ASCII
)
_POLICY_MAP = re.compile(r"policy-map (?P<map>\S+)", re.ASCII)
_CLASS_MAP = re.compile(r"class-map (?:match-all |(?P<some>match-any ))?(?P<map>\S+)", re.ASCII)
_CLASS = re.compile(r"class (?P<map>\S+)", re.ASCII)


def _starting(config: ConfigText, word: str, pattern: re.Pattern[str]) -> list[ConfigEntry]:
    """Unindented lines of that command that the pattern does not understand."""
    return [
        entry
        for entry in config.entries
        if not entry.depth and entry.text.startswith(f"{word} ") and not pattern.fullmatch(entry.text)
    ]


def parse_access_group(text: str, command: str) -> Table[AccessGroup]:
    """Which access list is bound where; one for the control plane filters nothing that passes through."""
    config, rows = read_config(text), TableBuilder(AccessGroup, command)
    for entry, match in config.top(_ACCESS_GROUP):
        if not entry.text.endswith("control-plane"):
            rows.add(
                line=entry.number,
                acl=match["acl"],
                direction=match["direction"] or "global",
                interface=match["interface"] or "",
            )
    for entry in _starting(config, "access-group", _ACCESS_GROUP):
        rows.unknown(entry.number)
    return rows.table()


def parse_same_security(text: str, command: str) -> Table[SameSecurity]:
    """`same-security-traffic permit …`, one row a kind."""
    config, rows = read_config(text), TableBuilder(SameSecurity, command)
    for entry, match in config.top(_SAME_SECURITY):
        rows.add(line=entry.number, kind=match["kind"])
    for entry in _starting(config, "same-security-traffic", _SAME_SECURITY):
        rows.unknown(entry.number)
    return rows.table()


def parse_reverse_path(text: str, command: str) -> Table[ReversePath]:
    """Interfaces with the reverse-path check."""
    config, rows = read_config(text), TableBuilder(ReversePath, command)
    for entry, match in config.top(_REVERSE_PATH):
        rows.add(line=entry.number, interface=match["interface"])
    for entry in _starting(config, "ip verify", _REVERSE_PATH):
        rows.unknown(entry.number)
    return rows.table()


def parse_service_policy(text: str, command: str) -> Table[ServicePolicy]:
    """The classes of every bound policy-map, in the map's order; a map bound twice stands twice."""
    config, rows = read_config(text), TableBuilder(ServicePolicy, command)
    matches = {
        match["map"]: _match_lines(config, entry, " or " if match["some"] else ", ")
        for entry, match in config.top(_CLASS_MAP)
    }
    maps = {match["map"]: entry for entry, match in config.top(_POLICY_MAP)}
    for entry, bound in config.top(_SERVICE_POLICY):
        if bound["map"] not in maps:
            rows.unknown(entry.number)
            continue
        for line, class_map, settings in _classes(config, maps[bound["map"]]):
            rows.add(
                line=line,
                policy_map=bound["map"],
                interface=bound["interface"] or "",
                class_map=class_map,
                match="any" if class_map == "class-default" else matches.get(class_map, ""),
                settings=settings,
            )
    for entry in _starting(config, "service-policy", _SERVICE_POLICY):
        rows.unknown(entry.number)
    return rows.table()


def _match_lines(config: ConfigText, class_map: ConfigEntry, between: str) -> str:
    lines = (line.text for line in config.under(class_map))
    return between.join(_numbered(text.removeprefix("match ")) for text in lines if text.startswith("match "))


def _numbered(match: str) -> str:
    """`port tcp eq https` with the number that the name stands for."""
    words = match.split()
    if words[:1] == ["port"] and len(words) >= 4:
        ports = (port_number(word, words[1]) for word in words[3:])
        words[3:] = [word if port is None else str(port) for word, port in zip(words[3:], ports, strict=True)]
    return " ".join(words)


def _classes(config: ConfigText, policy_map: ConfigEntry) -> list[tuple[int, str, tuple[str, ...]]]:
    """Line, name and settings of each class of one policy-map."""
    found = []
    for entry in config.under(policy_map):
        match = _CLASS.fullmatch(entry.text)
        if match:
            settings = tuple(line.text for line in config.under(entry))
            found.append((entry.number, match["map"], settings))
    return found
