"""Typed words for everything that reaches a device: a newline in a variable would be a command."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

_ADDRESS = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}$"
_NETWORK = r"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$"


def _host(value: Any) -> IPv4Address:
    """An address one host can have; text is read strictly (no leading zeros, no integers)."""
    address = value if isinstance(value, IPv4Address) else _address(value)
    if address.is_multicast or address.is_unspecified or address.is_loopback or address.is_reserved:
        raise ValueError(f"{address} cannot be the address of a host on a network")
    return address


def _address(value: Any) -> IPv4Address:
    if not isinstance(value, str) or not re.fullmatch(_ADDRESS[1:-1], value, re.ASCII):
        raise ValueError(f"{value!r} is not an IPv4 address, like 10.12.0.1")
    return IPv4Address(value)


def _network(value: Any) -> IPv4Network:
    """A prefix written with its length: masks and wildcards are too easily swapped between platforms."""
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str) or not re.fullmatch(_NETWORK[1:-1], value, re.ASCII):
        raise ValueError(f"{value!r} is not a prefix; write it with its length, like 10.12.0.0/24")
    loose = IPv4Network(value, strict=False)
    if str(loose.network_address) != value.partition("/")[0]:
        raise ValueError(f"{value} has host bits set; its network is {loose}")
    return loose


InterfaceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_./:-]{0,47}$")]
"""`inside`, `Vlan172`, `FastEthernet0/1`: no blanks, at most 48 characters as a nameif."""

AclName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")]
RouteMapName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")]

PolicyName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,39}$")]
"""A class-map or policy-map of an ASA: 40 characters at most."""

ObjectName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,62}$")]
"""A network object of an ASA."""

IdleTime = Annotated[str, Field(pattern=r"^[0-9]{1,4}:[0-5][0-9]:[0-5][0-9]$")]
"""`0:15:00`, as an ASA writes a timeout."""

Day = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""`2026-04-01`."""

PortNumber = Annotated[int, Field(ge=1, le=65535)]

FreeText = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9,.:/()_+=@'-]([A-Za-z0-9 ,.:/()_+=@'-]{0,198}[A-Za-z0-9,.:/()_+=@'-])?$")
]
"""A remark: plain ASCII, no leading blank, nothing a command line reads as help, comment, pipe or key."""

# Plain: a strict model takes text for an address from JSON only, and values made here from Python only.
HostAddress = Annotated[
    IPv4Address,
    PlainValidator(_host),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _ADDRESS}),
]

Prefix = Annotated[
    IPv4Network,
    PlainValidator(_network),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _NETWORK}),
]
