"""The one-way NAT story, as its own hosts live it."""

from __future__ import annotations

import pytest

from bothways.flow import Fate
from bothways.lab.frames import Packet
from bothways.lab.world import World

CUSTOMER, RESOURCE, ALIAS = "192.4.4.4", "10.1.1.1", "192.1.1.1"


def story(*variants: str) -> World:
    return World.from_story("one-way-nat", variants)


def verdict(world: World, client: str, server: str) -> tuple[str, Fate, str, int]:
    attempt = world.connect(client, server, 23)
    said = attempt.testimony
    return attempt.result, said.fate, said.device, said.packet


def on_wire(world: World, wire: str) -> list[tuple[str, str, str]]:
    """Source, destination and flags of the first packets of TCP there."""
    seen = [tapped.frame.body for tapped in world.wires[wire].seen]
    packets = [body for body in seen if isinstance(body, Packet) and body.protocol_name == "tcp"]
    return [(str(one.source), str(one.destination), one.flag_names) for one in packets]


@pytest.mark.parametrize(
    ("client", "server", "expected"),
    [
        pytest.param(CUSTOMER, RESOURCE, ("timeout", Fate.WRONG_SOURCE, CUSTOMER, 2), id="real-address"),
        pytest.param(CUSTOMER, ALIAS, ("delivered", Fate.COMPLETE, "", 0), id="nat-address"),
        pytest.param(RESOURCE, CUSTOMER, ("delivered", Fate.COMPLETE, "", 0), id="from-the-resource"),
    ],
)
def test_three_calls(client: str, server: str, expected: tuple[str, Fate, str, int]) -> None:
    """S1-04: only the call to the real address dies, of an answer from another address."""
    assert verdict(story(), client, server) == expected


def test_the_reset_looks_like_one_of_the_called_connection_on_the_resource_side() -> None:
    """S1-05: the firewall sees SYN, SYN/ACK and RST of one pair of addresses; the customer sees two pairs."""
    world = story()
    world.connect(CUSTOMER, RESOURCE, 23)
    assert on_wire(world, "resource-edge")[:3] == [
        (CUSTOMER, RESOURCE, "SYN"),
        (RESOURCE, CUSTOMER, "SYN ACK"),
        (CUSTOMER, RESOURCE, "RST"),
    ]
    assert on_wire(world, "customer")[:3] == [
        (CUSTOMER, RESOURCE, "SYN"),
        (ALIAS, CUSTOMER, "SYN ACK"),
        (CUSTOMER, ALIAS, "RST"),
    ]


def test_the_firewall_permitted_everything() -> None:
    """S1-06: its log has no denied packet, in either direction."""
    world = story()
    world.connect(CUSTOMER, RESOURCE, 23)
    log = world.firewalls["ResourcesFW1"].log
    assert {line.split()[0] for line in log} == {"permitted"}
    assert any(f"{RESOURCE}:23 -> {CUSTOMER}" in line for line in log)


def test_the_firewall_wants_to_see_a_beginning() -> None:
    """A segment of a connection that it did not see begin does not pass."""
    world = story()
    ack = Packet(world.host(CUSTOMER).address.ip, world.host(RESOURCE).address.ip, 6, flags=16, dport=23)
    world.host(CUSTOMER).send(ack)
    world.run_for(1.0)
    assert [row.where for row in world.ledger.drops] == ["ResourcesFW1"]


def test_without_the_route_to_the_local_address() -> None:
    """S1-03: what goes inside to outside is routed before it is translated, so both good calls die there."""
    world = story("no-local-route")
    assert verdict(world, CUSTOMER, ALIAS) == ("timeout", Fate.NO_ROUTE, "CustomerR3", 1)
    assert verdict(world, RESOURCE, CUSTOMER) == ("timeout", Fate.NO_ROUTE, "CustomerR3", 2)


def test_add_route_brings_the_route() -> None:
    """S1-03: the keyword makes the line complete by itself."""
    assert verdict(story("add-route"), CUSTOMER, ALIAS)[0] == "delivered"


def test_after_the_stale_route_is_gone() -> None:
    """S1-12, S1-13: the real address follows the default route into Loopback1, the NAT address opens."""
    world = story()
    world.edit("CustIntR4", ["no ip route 10.1.1.1 255.255.255.255 192.34.0.3"])
    assert verdict(world, CUSTOMER, RESOURCE) == ("timeout", Fate.NO_ADJACENCY, "CustIntR4", 1)
    assert verdict(world, CUSTOMER, ALIAS)[0] == "delivered"


def test_a_switch_does_not_translate() -> None:
    """`ip nat` is no command of a 3560."""
    world = World.from_story("hairpin")
    line = "ip nat outside source static 10.1.1.1 192.1.1.1"
    assert world.edit("lab-switch", [line]) == ["% Invalid input detected at '^' marker."]


def test_inside_source_static() -> None:
    """An inside line translates the other end: the customer is known as 192.9.9.9 to the resource side."""
    world = story("before-nat")
    world.edit("CustomerR3", ["ip nat inside source static 192.4.4.4 192.9.9.9"])
    assert verdict(world, CUSTOMER, RESOURCE)[0] == "delivered"
    assert on_wire(world, "border")[0] == ("192.9.9.9", RESOURCE, "SYN")
    assert verdict(world, RESOURCE, "192.9.9.9")[0] == "delivered"
