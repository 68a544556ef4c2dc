"""The one-way NAT story, as its own hosts live it."""

from __future__ import annotations

from ipaddress import IPv4Address
from itertools import combinations

import pytest

from bothways.flow import Fate
from bothways.lab.cli.ios_show.nat import render_translations
from bothways.lab.frames import TCP, Packet
from bothways.lab.ios.nat import FullTranslations, StaticNat, inward, outward
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


PLAIN = "ip nat outside source static 10.1.1.1 192.1.1.1"
OWN = "ip nat outside source static 10.1.1.1 10.1.1.1 extendable"


def answered(entries: tuple[StaticNat, ...], called: str) -> bool:
    """Whether a call to that name reaches the server and is answered from there, by the lines alone."""
    full = FullTranslations()
    ends = (IPv4Address(CUSTOMER), IPv4Address(called))
    syn = outward(entries, full, Packet(*ends, TCP, sport=50000, dport=23))
    reply = Packet(syn.destination, syn.source, TCP, sport=23, dport=50000)
    back = inward(entries, full, reply)
    return str(syn.destination) == RESOURCE and (back.destination, back.source) == ends


def test_no_plain_lines_answer_both_calls() -> None:
    """S1-12: of every one or two plain lines over five addresses none does; two extendable ones do.

    Both calls reach the server as packets between the same two ends, so both answers are one packet, which
    lines without memory can give one source only.
    """
    names = [IPv4Address(name) for name in (RESOURCE, ALIAS, CUSTOMER, "192.9.9.9", "10.9.9.9")]
    lines = [StaticNat(side, one, other) for side in (True, False) for one in names for other in names]
    for count in (0, 1, 2):
        for entries in combinations(lines, count):
            assert not (answered(entries, RESOURCE) and answered(entries, ALIAS)), entries
    outside = [StaticNat(True, IPv4Address(name), names[0], extendable=True) for name in (ALIAS, RESOURCE)]
    assert answered(tuple(outside), RESOURCE)
    assert answered(tuple(outside), ALIAS)


def test_two_extendable_names_answer_as_they_were_called() -> None:
    """S1-12: each call from its own address, by full translations, which go with their line."""
    world = story()
    assert world.edit("CustomerR3", [f"no {PLAIN}", f"{PLAIN} extendable", OWN]) == ["", "", ""]
    for called in (RESOURCE, ALIAS):
        assert verdict(world, CUSTOMER, called) == ("delivered", Fate.COMPLETE, "", 0)
    answers = {source for source, _, flags in on_wire(world, "customer") if flags == "SYN ACK"}
    assert answers == {RESOURCE, ALIAS}
    assert verdict(world, RESOURCE, CUSTOMER)[0] == "delivered"
    shown = render_translations(world.switch("CustomerR3")).splitlines()
    assert [line.split()[3:] for line in shown if line.startswith("tcp")][:2] == [
        ["10.1.1.1:23", "10.1.1.1:23"],
        ["192.1.1.1:23", "10.1.1.1:23"],
    ]
    assert world.edit("CustomerR3", [f"no {OWN}"]) == [""]
    assert "10.1.1.1:23        10.1.1.1:23" not in render_translations(world.switch("CustomerR3"))
    assert verdict(world, CUSTOMER, RESOURCE)[1] is Fate.WRONG_SOURCE


@pytest.mark.parametrize(
    "lines",
    [[OWN], [f"{PLAIN} extendable"], [f"no {PLAIN}", f"{PLAIN} extendable", OWN.removesuffix(" extendable")]],
    ids=["beside a plain line", "the same names again", "a plain line beside it"],
)
def test_two_names_must_both_be_extendable(lines: list[str]) -> None:
    """S1-12: else they are ambiguous, and refused (its words are believed)."""
    said = story().edit("CustomerR3", lines)
    assert said[-1] == "% similar static entry (10.1.1.1 -> 192.1.1.1) already exists"


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
