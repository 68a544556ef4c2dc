"""Equal next hops: every way is walked, and a verdict stands only where all of them agree."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Confidence, Trace, trace
from bothways.diagnosis.routes import route_index
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.state import rows

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Box, Story

PC, SERVER = IPv4Address("10.1.1.5"), IPv4Address("10.9.0.8")
FLOW = Flow(PC, SERVER, Flow.parse("10.1.1.5 10.9.0.8 tcp/443").protocol, 443)


def core(make: Callable[[str, str], Box], lasts: tuple[int, ...]) -> Box:
    """A router with one equal next hop for each firewall."""
    box = make("core", "cisco_ios")
    box.interface("Vlan10", "10.1.1.1/24").interface("Vlan20", "10.2.0.1/24")
    box.route("C", "10.1.1.0/24", "Vlan10").route("C", "10.2.0.0/24", "Vlan20")
    box.arp(str(PC), "0000.0000.0005", "Vlan10")
    for last in lasts:
        box.route("O", "10.9.0.0/24", "Vlan20", f"10.2.0.{last}", distance=110)
        box.arp(f"10.2.0.{last}", f"0000.0000.{last:04d}", "Vlan20")
    return box


def firewall(make: Callable[[str, str], Box], last: int) -> Box:
    box = make(f"fw{last}", "cisco_asa")
    box.interface("inside", f"10.2.0.{last}/24").interface("servers", f"10.9.0.{last}/24")
    for name, level in (("inside", 100), ("servers", 50)):
        box.add(rows.Nameif, f"{name} {level}", port=name, name=name, level=level)
    box.route("C", "10.2.0.0/24", "inside").route("C", "10.9.0.0/24", "servers")
    box.route("S", "10.1.1.0/24", "inside", "10.2.0.1", distance=1)
    return box.arp("10.2.0.1", "0000.0000.2001", "inside").arp(str(SERVER), "0000.0000.0908", "servers")


def walked(story: Story, *boxes: Box, server_gateway: int) -> Trace:
    empty = story.snapshot()
    network = type(empty)({box.name: box.state() for box in boxes}, empty.taken_at, {})
    hosts = [
        DeclaredHost("pc", PC, IPv4Address("10.1.1.1")),
        DeclaredHost("server", SERVER, IPv4Address(f"10.9.0.{server_gateway}")),
    ]
    return trace(network, FLOW, hosts)


@pytest.mark.parametrize(("gateway", "lives"), [(2, 2), (3, 3)])
def test_ways_with_different_fates_leave_the_flow_open(story: Story, gateway: int, lives: int) -> None:
    """X-07: one of two firewalls sees both directions, the hash decides, and both outcomes are named."""
    make = type(story.asa)
    dies = 5 - lives

    result = walked(story, core(make, (2, 3)), firewall(make, 2), firewall(make, 3), server_gateway=gateway)

    assert (result.fate, str(result.at)) == (Fate.UNKNOWN, "-")
    assert f"complete if core sends {SERVER} to 10.2.0.{lives} (Vlan20)" in result.mechanism
    assert f"no-connection if core sends {SERVER} to 10.2.0.{dies} (Vlan20)" in result.mechanism
    assert "which of its equal next hops core takes towards 10.9.0.8" in result.could_not_see


def test_ways_with_one_fate_are_told(story: Story) -> None:
    """X-07: neither firewall permits the service, so the flow is dead by either; the word is possible."""
    make = type(story.asa)
    boxes = [firewall(make, last) for last in (2, 3)]
    for box in boxes:
        box.acl("IN", "deny", "ip", "0.0.0.0/0", "0.0.0.0/0").access_group("IN", "in", "inside")

    result = walked(story, core(make, (2, 3)), *boxes, server_gateway=2)

    assert (result.fate, result.confidence) == (Fate.ACL_DENIED, Confidence.POSSIBLE)
    assert any(
        "equal next hops core takes" in text and "each was walked" in text for text in result.inferences
    )


def test_way_that_ends_at_an_unread_router_is_no_agreement(story: Story) -> None:
    """X-07: what the second next hop does with the packet was not seen."""
    make = type(story.asa)

    result = walked(story, core(make, (2, 9)), firewall(make, 2), server_gateway=2)

    assert result.fate is Fate.UNKNOWN
    assert "10.2.0.9" in result.mechanism


def test_too_many_ways_are_not_called_complete(story: Story) -> None:
    """X-07: what was not walked may kill the flow."""
    make = type(story.asa)
    router = core(make, ())
    inner = make("inner", "cisco_ios").interface("Vlan20", "10.2.0.2/24").interface("Vlan90", "10.9.0.2/24")
    inner.route("C", "10.9.0.0/24", "Vlan90").arp(str(SERVER), "0000.0000.0908", "Vlan90")
    for number in range(40):
        inner.interface(f"Vlan{100 + number}", f"10.3.{number}.2/24")
        router.interface(f"Vlan{100 + number}", f"10.3.{number}.1/24")
        router.route("O", "10.9.0.0/24", f"Vlan{100 + number}", f"10.3.{number}.2", distance=110)
    inner.route("S", "10.1.1.0/24", "Vlan20", "10.2.0.1", distance=1)

    result = walked(story, router, inner, server_gateway=2)

    assert result.fate is Fate.UNKNOWN
    assert any("more than 32 ways" in text for text in result.could_not_see)


def test_way_back_is_chosen_apart_from_the_way_there(story: Story) -> None:
    """X-07: each direction has a hash of its own, so any pair of ways may be the one."""
    make = type(story.asa)
    router = core(make, (2, 3))
    far = make("far", "cisco_ios").interface("Vlan90", "10.8.0.1/24").interface("Vlan91", "10.9.0.254/24")
    far.route("C", "10.9.0.0/24", "Vlan91").arp(str(SERVER), "0000.0000.0908", "Vlan91")
    boxes = []
    for last in (2, 3):
        box = firewall(make, last).drop(rows.Route, "10.9.0.0/24").drop(rows.Interface, "servers")
        box.interface("servers", f"10.8.0.{last}/24").route(
            "S", "10.9.0.0/24", "servers", "10.8.0.1", distance=1
        )
        boxes.append(box)
        far.route("O", "10.1.1.0/24", "Vlan90", f"10.8.0.{last}", distance=110)

    result = walked(story, router, far, *boxes, server_gateway=254)

    assert result.fate is Fate.UNKNOWN
    there, back = "core sends 10.9.0.8 to 10.2.0", "far sends 10.1.1.5 to 10.8.0"
    assert f"complete if {there}.2 (Vlan20) and {back}.2 (Vlan90)" in result.mechanism
    assert f"no-connection if {there}.3 (Vlan20) and {back}.2 (Vlan90)" in result.mechanism


def test_equal_exits_are_told_apart_by_interface_and_next_hop(story: Story) -> None:
    """A next hop without an interface is looked up in its turn, with all equals of that look-up."""
    box = type(story.asa)("core", "cisco_ios")
    box.route("B", "10.9.0.0/24", "", "10.4.0.9", distance=20)
    box.route("O", "10.4.0.0/24", "Vlan20", "10.2.0.2").route("O", "10.4.0.0/24", "Vlan21", "10.5.0.2")

    index = route_index(box.state().table(rows.Route))

    ways = [(way.interface, str(way.next_hop)) for way in index.exits(SERVER)]
    assert ways == [("Vlan20", "10.2.0.2"), ("Vlan21", "10.5.0.2")]
    assert index.exits(IPv4Address("192.0.2.1")) == ()
