"""Prefixes that cover a network but for some addresses, with permits alone."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network


def covering(network: IPv4Network, without: Iterable[IPv4Address]) -> tuple[IPv4Network, ...]:
    """The fewest prefixes that hold all of `network` but the addresses in `without`, in order.

    A 3560 sends a policy route's deny rules to its CPU, so what must not match is left out
    instead of denied: 10.12.0.0/24 without .254 is eight prefixes.
    """
    parts = [network]
    for address in set(without):
        parts = [piece for part in parts for piece in _less(part, address)]
    return tuple(sorted(parts))


def _less(part: IPv4Network, address: IPv4Address) -> list[IPv4Network]:
    if address not in part:
        return [part]
    return list(part.address_exclude(IPv4Network(address)))
