"""Addresses as devices print them; what is not one becomes None, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network

DOTTED = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
MAC = r"[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}"
NO_NAMES: Mapping[str, IPv4Address] = {}
ANYWHERE = IPv4Network("0.0.0.0/0")


def address(text: str, names: Mapping[str, IPv4Address] = NO_NAMES) -> IPv4Address | None:
    """A dotted address, or a name the device was taught with `name ADDRESS NAME`."""
    try:
        return IPv4Address(text)
    except AddressValueError:
        return names.get(text)


def prefix_length(mask: str) -> int | None:
    """Length of a contiguous net mask; None for any other (192.168.10.0 255.255.255.64 was seen)."""
    bits = address(mask)
    if bits is None:
        return None
    ones = int(bits).bit_count()
    return ones if int(bits) == (0xFFFFFFFF << (32 - ones)) & 0xFFFFFFFF else None


def wildcard_length(wildcard: str) -> int | None:
    """Prefix length of a contiguous wildcard mask; None for any other."""
    bits = address(wildcard)
    return None if bits is None else prefix_length(str(IPv4Address(int(bits) ^ 0xFFFFFFFF)))


def network(base: IPv4Address | None, length: int | None) -> IPv4Network | None:
    """The network that holds `base`; host bits that were printed are cut off."""
    if base is None or length is None or length > 32:
        return None
    return IPv4Network((int(base), length), strict=False)


def interface_address(base: str, length: int | None) -> IPv4Interface | None:
    """An interface's own address with its network."""
    host = address(base)
    if host is None or length is None or length > 32:
        return None
    return IPv4Interface((int(host), length))
