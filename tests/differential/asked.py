"""What is asked about a random network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bothways.flow import Flow, Protocol

from .hiding_text import across

if TYPE_CHECKING:
    from .networks import Plan

SERVED = (80, 443, 8080)


def plain_flows(plan: Plan) -> Iterator[Flow]:
    """Between its hosts."""
    for _ in range(3):
        client, server = plan.dice.sample(plan.addresses, 2)
        if plan.chance(0.8):
            yield Flow(client, server, Protocol.TCP, plan.dice.choice(SERVED))
        else:
            yield Flow(client, server, Protocol.ICMP, 0)


def featured_flows(plan: Plan) -> Iterator[Flow]:
    """Some by translated addresses, some in datagrams."""
    dice = plan.features["flows"]
    protocols = [Protocol.TCP] * 6 + [Protocol.ICMP] + [Protocol.UDP] * 4 * ("udp" in plan.features)
    for _ in range(3):
        client, server = dice.sample(plan.addresses, 2)
        hidden = "ios-hiding" in plan.features and plan.features["ios-hiding"].chance(0.5)
        if hidden and (pair := across(plan)):
            protocol = dice.choice(protocols)
            yield Flow(*pair, protocol, 0 if protocol is Protocol.ICMP else dice.choice(SERVED))
            continue
        shown = [one for one in plan.shown if one.real == server or dice.chance(0.3)]
        if shown and dice.chance(0.7):
            one = dice.choice(shown)
            there = [address for address in plan.addresses if address in one.side.network]
            client = dice.choice(there) if dice.chance(0.8) else client
            others = (address for address in plan.addresses if address != client)
            server = one.by if client != one.real else next(others)  # nobody calls himself
        protocol = dice.choice(protocols)
        ported = next((each for each in shown if each.by == server and each.port), None)
        own = ported is not None and ported.by == ported.box.address(
            ported.side
        )  # what else it offers is its own
        if ported is not None and (own or dice.chance(0.85)):
            yield Flow(client, server, Protocol(ported.protocol), ported.port)
            continue
        yield Flow(client, server, protocol, 0 if protocol is Protocol.ICMP else dice.choice(SERVED))
