"""The lines a template may yield, by platform: whatever else comes out is refused before it is a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bothways.network import PlatformName

_A = r"\d{1,3}(?:\.\d{1,3}){3}"
_NAME = r"[A-Za-z][A-Za-z0-9_.-]{0,62}"
_PORT = r"[A-Za-z][A-Za-z0-9_./:-]{0,47}"
_TEXT = r"[A-Za-z0-9,.:/()_+=@' -]{1,200}"
_SIDE = rf"(?:any|host {_A}|{_A} {_A})"

_AT = r"(?: eq [a-z0-9-]{1,20})?"

_TIME = r"\d{1,4}:[0-5]\d:[0-5]\d"

_REMARK = re.compile(rf"(?:access-list {_NAME} )?remark {_TEXT}|description {_TEXT}", re.ASCII)

_LINES: Mapping[PlatformName, tuple[str, ...]] = {
    "cisco_asa": (
        r"same-security-traffic permit intra-interface",
        rf"access-list {_NAME} extended permit (?:tcp|ip) {_SIDE}{_AT} {_SIDE}{_AT}(?: log disable)?",
        rf"class-map {_NAME}",
        rf"match access-list {_NAME}",
        rf"policy-map {_NAME}",
        rf"class {_NAME}",
        rf"set connection timeout idle {_TIME}(?: reset)?",
        rf"set connection timeout dcd {_TIME} \d{{1,3}}",
        rf"(?:no )?service reset(?:in|out)bound interface {_PORT}",
        r"logging (?:enable|timestamp|buffered informational|buffer-size \d{4,7})",
        r"set connection advanced-options tcp-state-bypass",
        r"set connection random-sequence-number disable",
        rf"service-policy {_NAME} interface {_PORT}",
        rf"object network {_NAME}",
        rf"(?:host {_A}|subnet {_A} {_A})",
        rf"nat \({_PORT},{_PORT}\) dynamic interface",
    ),
    "cisco_ios": (
        r"sdm prefer (?:access|default|routing|vlan|dual-ipv4-and-ipv6 (?:default|routing|vlan))",
        rf"ip access-list extended {_NAME}",
        rf"permit ip {_SIDE} {_SIDE}",
        rf"route-map {_NAME} permit \d{{1,5}}",
        rf"match ip address {_NAME}",
        rf"set ip next-hop {_A}",
        rf"interface {_PORT}",
        rf"ip policy route-map {_NAME}",
        rf"no ip route {_A} 255\.255\.255\.255 {_A}",
        rf"(?:no )?ip nat outside source static {_A} {_A}",
        rf"ip nat outside source static {_A} {_A} extendable",
        rf"interface range {_PORT} - \d{{1,3}}",
        r"link state track \d{1,2}",
        r"link state group \d{1,2} (?:upstream|downstream)",
    ),
}
_ALLOWED = {
    platform: re.compile("|".join(f"(?:{line})" for line in lines), re.ASCII)
    for platform, lines in _LINES.items()
}


def is_remark(line: str) -> bool:
    """Whether the line only comments."""
    return _REMARK.fullmatch(line) is not None


def is_allowed(line: str, platform: PlatformName) -> bool:
    """Whether a template may yield this line, given without indentation."""
    return is_remark(line) or _ALLOWED[platform].fullmatch(line) is not None
