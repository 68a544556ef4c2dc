"""Entries of random access lists, in the two spellings."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .networks import Plan


def netmask(network: IPv4Network) -> str:
    """`10.12.0.0 255.255.255.0`."""
    return f"{network.network_address} {network.netmask}"


def wildcard(network: IPv4Network) -> str:
    """`10.12.0.0 0.0.0.255`."""
    return f"{network.network_address} {network.hostmask}"


def access_entry(plan: Plan, *, wildcards: bool) -> str:
    """One entry behind the list's name."""
    dice = plan.dice
    protocol = dice.choice(("ip", "tcp", "tcp", "tcp", "icmp", "udp"))
    action = "deny" if plan.chance(0.45) else "permit"
    source, target = _end(plan, wildcards=wildcards), _end(plan, wildcards=wildcards)
    ports = _ports(plan) if protocol in ("tcp", "udp") and plan.chance(0.6) else ""
    return f"{action} {protocol} {source} {target}{ports}"


def _end(plan: Plan, *, wildcards: bool) -> str:
    network = plan.dice.choice(plan.segments).network
    if plan.chance(0.35):
        return "any"
    if plan.chance(0.2):
        return f"host {network.network_address + plan.dice.randrange(20, 110)}"
    if plan.chance(0.3):
        network = next(iter(network.subnets(new_prefix=plan.dice.choice((25, 26)))))
    return wildcard(network) if wildcards else netmask(network)


def _ports(plan: Plan) -> str:
    return plan.dice.choice(
        (" eq 443", " eq 80", " eq www", " eq https", " range 80 443", " gt 1023", " eq 22")
    )
