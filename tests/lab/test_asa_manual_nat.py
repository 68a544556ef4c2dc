"""Manual rules of the ASA: order, both directions, the way out, ports, and what one direction alone costs."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest

from bothways.flow import Fate
from bothways.lab.asa.decision import Decision, decide
from bothways.lab.asa.lines import RULES
from bothways.lab.asa.settings import compile_settings
from bothways.lab.config_tree import ConfigTree, read_lines
from bothways.lab.frames import SYN, TCP, Packet
from bothways.lab.ledger import Why
from bothways.lab.rib import Rib, Route
from bothways.lab.world import World

CALLED = "203.0.113.80"
OBJECTS = """\
interface Vlan1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
interface Vlan2
 nameif outside
 security-level 0
 ip address 198.51.100.2 255.255.255.0
interface Vlan3
 nameif dmz
 security-level 50
 ip address 10.3.0.1 255.255.255.0
object network A
 host 10.1.0.10
object network A1
 host 198.51.100.10
object network NEAR
 host 10.9.9.9
object network FAR
 host 192.0.2.9
object network LAN
 subnet 10.1.0.0 255.255.255.0
object network LAN1
 range 198.51.100.0 198.51.100.255
object service WWW
 service tcp source eq www
object service HIGH
 service tcp source eq 8080
object service TO-WWW
 service tcp destination eq www
object service TO-HIGH
 service tcp destination eq 8080
access-list ALL extended permit ip any any
access-group ALL global
"""
ROUTES = [
    Route(IPv4Network("10.1.0.0/24"), None, "inside", "connected"),
    Route(IPv4Network("10.3.0.0/24"), None, "dmz", "connected"),
    Route(IPv4Network("192.0.2.0/24"), IPv4Address("10.3.0.2"), "dmz", "static", 1),
    Route(IPv4Network("0.0.0.0/0"), IPv4Address("198.51.100.1"), "outside", "static", 1),
]


def asked(rules: str, way: str, *, came_in: str = "inside") -> Decision:
    """What the first packet meets; `way` is `source:port destination:port`."""
    config = ConfigTree(RULES)
    for path, line in read_lines(OBJECTS + rules):
        config.put(path, line)
    rib = Rib()
    rib.install(ROUTES)
    (source, sport), (target, dport) = (end.split(":") for end in way.split())
    packet = Packet(
        IPv4Address(source), IPv4Address(target), TCP, sport=int(sport), dport=int(dport), flags=SYN
    )
    return decide(compile_settings(config), rib, came_in, packet)


def goes(decision: Decision) -> tuple[str, str, str]:
    """Where it leaves, from whom, to whom."""
    source = f"{decision.mapped.address}:{decision.mapped.port}" if decision.mapped else ""
    target = f"{decision.unmapped.address}:{decision.unmapped.port}" if decision.unmapped else ""
    return decision.egress, source, target


BOTH = "nat (inside,outside) source static A A1 destination static NEAR FAR\n"


def test_one_rule_translates_source_and_destination_and_back() -> None:
    """Documented: the two are tied together; the rule's interface decides the way, not the longer route."""
    assert goes(asked(BOTH, "10.1.0.10:50000 10.9.9.9:80")) == (
        "outside",
        "198.51.100.10:50000",
        "192.0.2.9:80",
    )
    inward = asked(BOTH, "192.0.2.9:50000 198.51.100.10:80", came_in="outside")
    assert (inward.why, goes(inward)) == (None, ("inside", "10.9.9.9:50000", "10.1.0.10:80"))


@pytest.mark.parametrize(
    ("way", "came_in"),
    [
        ("10.1.0.10:50000 192.0.2.7:80", "inside"),
        ("10.1.0.11:50000 192.0.2.9:80", "inside"),
        ("10.1.0.10:50000 10.9.9.9:80", "dmz"),
    ],
    ids=["other destination", "other source", "other interface"],
)
def test_rule_leaves_alone_what_fits_one_half_only(way: str, came_in: str) -> None:
    """A rule with a destination clause speaks of the pair alone."""
    decision = asked(BOTH, way, came_in=came_in)
    assert goes(decision)[1:] == ("", "")


def test_call_by_the_address_behind_the_clause_is_one_way() -> None:
    """With an identity of the source the answer of 192.0.2.9 would be shown as coming from 10.9.9.9."""
    rule = "nat (inside,dmz) source static A A destination static NEAR FAR\n"
    assert asked(BOTH, "10.1.0.10:50000 192.0.2.9:80").why is None
    assert asked(rule, "10.1.0.10:50000 192.0.2.9:80").why is Why.NAT_ONE_WAY


def test_identity_decides_the_way_unless_the_routes_shall() -> None:
    """Documented: since 8.4(2) an identity diverts too; `route-lookup` gives that up."""
    rule = "nat (inside,outside) source static LAN LAN destination static FAR FAR"
    assert asked(rule, "10.1.0.10:50000 192.0.2.9:80").egress == "outside"
    assert asked(f"{rule} route-lookup", "10.1.0.10:50000 192.0.2.9:80").egress == "dmz"


def test_diverted_packet_needs_a_route_out_of_that_interface() -> None:
    """Documented: routes that leave by another interface do not count."""
    rule = "nat (inside,inside) source static LAN LAN destination static FAR FAR"
    assert asked(rule, "10.1.0.10:50000 192.0.2.9:80").why is Why.NO_ROUTE


def test_ports_are_translated_for_the_source_and_for_the_destination() -> None:
    """Documented: the first service object is what the real side sees, the second the other side's."""
    of_source = "nat (inside,outside) source static A A1 service WWW HIGH\n"
    called = asked(of_source, "198.51.100.99:50000 198.51.100.10:8080", came_in="outside")
    assert goes(called) == ("inside", "", "10.1.0.10:80")
    missed = asked(of_source, "198.51.100.99:50000 198.51.100.10:80", came_in="outside")
    assert goes(missed)[2] == ""
    assert goes(asked(of_source, "10.1.0.10:80 198.51.100.99:50000"))[1] == "198.51.100.10:8080"
    clause = "destination static NEAR FAR service TO-WWW TO-HIGH"
    of_target = f"nat (inside,outside) source dynamic LAN interface {clause}"
    there = asked(of_target, "10.1.0.10:50000 10.9.9.9:80")
    assert goes(there) == ("outside", "198.51.100.2:50000", "192.0.2.9:8080")
    assert there.mapped is not None
    assert not there.mapped.static


def test_first_line_that_fits_is_taken() -> None:
    """Section 1 by line, then objects, then what is after them; an inactive line is none."""
    of_object = "object network A\n nat (inside,outside) static 198.51.100.20\n"
    late = "nat (inside,outside) after-auto source dynamic any interface\n"
    early = "nat (inside,outside) source static LAN LAN1\n"
    way = "10.1.0.10:50000 198.51.100.99:80"
    assert goes(asked(of_object + late, way))[1] == "198.51.100.20:50000"
    assert goes(asked(of_object + late + early, way))[1] == "198.51.100.10:50000"
    assert goes(asked(of_object + late + early.replace("\n", " inactive\n"), way))[1] == "198.51.100.20:50000"
    assert goes(asked(late, "10.1.0.11:50000 198.51.100.99:80"))[1] == "198.51.100.2:50000"


def test_one_way_rule_is_for_what_its_real_side_opens() -> None:
    """`unidirectional`: nobody behind it can be called."""
    rule = "nat (inside,outside) source static A A1"
    called = "198.51.100.99:50000 198.51.100.10:80"
    assert goes(asked(rule, called, came_in="outside"))[2] == "10.1.0.10:80"
    assert goes(asked(f"{rule} unidirectional", called, came_in="outside"))[2] == ""


def story(device: str, *lines: str) -> World:
    world = World.from_story("forged-rst")
    assert not [answer for answer in world.edit(device, lines) if answer.startswith("ERROR")]
    return world


def test_dynamic_rule_in_front_refuses_calls_to_a_server_of_an_object() -> None:
    """Documented: the answer would go by the first rule that fits; behind `after-auto` it is the server's."""
    rule = "nat (inside,outside) {}source dynamic any interface"
    world = story("app-asa", "logging enable", "logging buffered informational", rule.format(""))
    attempt = world.connect("client", CALLED, 80)
    assert (attempt.result, attempt.testimony.fate) == ("timeout", Fate.ACL_DENIED)
    assert {row.why for row in world.ledger.drops if row.where == "app-asa"} == {Why.NAT_ONE_WAY}
    assert any(one.tag == "ASA-5-305013" for one in world.asa("app-asa").log)
    world.edit("app-asa", [f"no {rule.format('')}", rule.format("after-auto ")])
    assert world.connect("client", CALLED, 80).result == "delivered"


def test_client_calls_a_local_address_and_hides_behind_the_interface() -> None:
    """Source and destination of one rule, through real hosts: each side knows only what it shall."""
    world = story(
        "office-asa", "object network LOCAL", " host 10.99.0.80", "object network APP", f" host {CALLED}",
        "nat (inside,outside) source dynamic office-clients interface destination static LOCAL APP",
    )  # fmt: skip
    assert world.connect("client", "10.99.0.80", 80).result == "delivered"
    assert _ends(world, "office") == {("10.20.0.25", "10.99.0.80"), ("10.99.0.80", "10.20.0.25")}
    assert _ends(world, "hosting-line") == {("198.51.100.2", CALLED), (CALLED, "198.51.100.2")}


def test_real_host_asks_for_the_clause_s_address_by_arp() -> None:
    """Believed: the firewall answers for it on the real side, unless the rule says `no-proxy-arp`."""
    objects = ["object network LOCAL", " host 10.20.0.80", "object network APP", f" host {CALLED}"]
    rule = "nat (inside,outside) source dynamic office-clients interface destination static LOCAL APP"
    assert story("office-asa", *objects, rule).connect("client", "10.20.0.80", 80).result == "delivered"
    silent = story("office-asa", *objects, f"{rule} no-proxy-arp").connect("client", "10.20.0.80", 80)
    assert silent.result == "timeout"


def test_port_of_the_interface_leads_to_a_server_and_no_other_does() -> None:
    """`static interface service tcp`: the rest of that address stays the firewall's own."""
    world = story(
        "app-asa", "object network app-server",
        " nat (inside,outside) static interface service tcp www 8080",
    )  # fmt: skip
    assert world.connect("client", "198.51.100.6", 8080).result == "delivered"
    assert ("192.0.2.10", "10.30.0.80") in _ends(world, "servers")
    assert world.connect("client", "198.51.100.6", 80).result == "timeout"
    assert {row.why for row in world.ledger.drops} == {Why.TO_THE_BOX}


def test_lines_are_placed_and_printed_as_the_release_does() -> None:
    """The number places a rule and is not printed; section 1 stands before the objects' rules, 3 behind."""
    world = story(
        "app-asa", "nat (inside,outside) source static app-server app-server",
        "nat (inside,outside) 1 source dynamic app-server interface",
        "nat (inside,outside) after-auto source dynamic any interface", "nat source static any any inactive",
    )  # fmt: skip
    asa = world.asa("app-asa")
    lines = asa.config_lines()
    at = lines.index("nat (inside,outside) source dynamic app-server interface")
    assert lines[at - 1] == "arp timeout 14400"
    assert lines[at + 1 : at + 6] == [
        "nat (inside,outside) source static app-server app-server",
        "nat (any,any) source static any any inactive",
        "object network app-server",
        f" nat (inside,outside) static {CALLED}",
        "nat (inside,outside) after-auto source dynamic any interface",
    ]
    asa.save()
    asa.reload()
    world.run_for(181)
    assert asa.config_lines() == lines


@pytest.mark.parametrize(
    "line",
    [
        "nat (inside,outside) source static NONE NONE",
        "nat (inside,lab) source static app-server app-server",
        "nat (inside,outside) source static app-server",
        "nat (inside,outside) source dynamic app-server interface route-lookup",
        "nat (inside,outside) source static app-server app-server service tcp www",
    ],
    ids=["object", "interface", "short", "route-lookup", "service"],
)
def test_refused_line_changes_nothing(line: str) -> None:
    """Each with an error, as the device has it."""
    world = World.from_story("forged-rst")
    before = world.asa("app-asa").config_lines()
    assert world.edit("app-asa", [line])[0].startswith("ERROR")
    assert world.asa("app-asa").config_lines() == before


def _ends(world: World, wire: str) -> set[tuple[str, str]]:
    bodies = [one.frame.body for one in world.wires[wire].seen]
    return {
        (str(p.source), str(p.destination)) for p in bodies if isinstance(p, Packet) and p.protocol == TCP
    }
