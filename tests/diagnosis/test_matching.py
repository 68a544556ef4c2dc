"""The parts a verdict is made of: numbers, routes, lists, classes of service policies."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from bothways.diagnosis.acl import judge, matches
from bothways.diagnosis.connections import ConnectionTable, Entry
from bothways.diagnosis.findings import Confidence
from bothways.diagnosis.packets import Number, Packet, inbound, outbound
from bothways.diagnosis.policy_route import same_interface
from bothways.diagnosis.routes import route_index
from bothways.diagnosis.service_policy import BYPASS, CONNECTION, applied, randomises
from bothways.diagnosis.sight import Sight
from bothways.flow import Flow
from bothways.state import rows
from bothways.state.rows import AclEntry

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")
SYN = outbound(WEB, 1, "SYN", Number("C"))
SYN_ACK = inbound(WEB, 2, "SYN/ACK", Number("S"), Number("C", 1))
ECHO = outbound(Flow.parse("10.12.0.130 172.16.1.18 icmp"), 1, "echo")


def test_shifts_add_up_and_cancel() -> None:
    """S0-10: a number shifted there and back is itself; shifted twice it says so."""
    number = Number("C").shifted("a", 1)

    assert [str(number), str(number.next()), str(number.next().shifted("a", 1))] == ["C+Δ", "C+Δ+1", "C+2Δ+1"]
    assert number.shifted("a", -1) == Number("C")
    assert str(number.shifted("b", -1)) == "C+Δ(a)-Δ(b)"


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [("certain", "likely", "likely"), ("possible", "likely", "possible"), ("certain", "certain", "certain")],
)
def test_weaker_word_wins(one: str, other: str, both: str) -> None:
    """X-07: a statement is as sure as its weakest fact."""
    assert Confidence(one) & Confidence(other) is Confidence(both)


@pytest.mark.parametrize(
    ("address", "interface", "next_hop"),
    [
        ("172.16.1.18", "inside", "10.12.0.254"),
        ("172.16.2.1", "outside", "203.0.113.1"),
        ("10.12.0.9", "inside", None),
        ("192.0.2.9", "inside", "10.12.0.254"),
    ],
    ids=["longest prefix", "default", "connected", "through another route"],
)
def test_route_lookup(story: Story, address: str, interface: str, next_hop: str | None) -> None:
    """Longest prefix, then the next hop's own route where the line names no interface."""
    story.asa.route("B", "192.0.2.0/24", "", "172.16.1.1", distance=20)

    found = route_index(story.asa.state().table(rows.Route)).exit(IPv4Address(address))

    assert found is not None
    assert (found.interface, found.next_hop) == (interface, next_hop and IPv4Address(next_hop))


def test_routes_of_other_tables_do_not_count(story: Story) -> None:
    """VRF routes and tunnel defaults are not for this traffic; a circle of next hops ends."""
    story.asa.route("S", "198.51.100.0/24", "inside", "10.12.0.9", vrf="MGMT")
    story.asa.route("S", "0.0.0.0/0", "inside", "10.12.0.9", tunneled=True, distance=0)
    story.asa.route("S", "192.0.2.0/24", "", "192.0.2.1")
    index = route_index(story.asa.state().table(rows.Route))

    for address in ("198.51.100.1", "203.0.114.1"):
        found = index.exit(IPv4Address(address))
        assert found is not None
        assert found.interface == "outside"
    circle = index.exit(IPv4Address("192.0.2.7"))
    assert circle is not None
    assert circle.interface == ""


def rule(**changes: Any) -> AclEntry:
    values: dict[str, Any] = {
        "line": 1,
        "acl": "A",
        "sequence": 10,
        "action": "permit",
        "protocol": "tcp",
        "source": IPv4Network("10.12.0.0/24"),
        "source_ports": None,
        "destination": IPv4Network("172.16.1.0/24"),
        "destination_ports": (443, 443),
        "established": False,
        "hits": None,
        "active": True,
        "understood": True,
    }
    return AclEntry(**(values | changes))


REVERSED = {
    "source": IPv4Network("172.16.1.0/24"),
    "destination": IPv4Network("10.12.0.0/24"),
    "source_ports": (443, 443),
    "destination_ports": None,
}


@pytest.mark.parametrize(
    ("packet", "changes", "expected"),
    [
        (SYN, {}, "yes"),
        (SYN, {"protocol": "6"}, "yes"),
        (SYN, {"protocol": "udp"}, "no"),
        (SYN, {"protocol": "ip", "destination_ports": None}, "yes"),
        (SYN, {"destination_ports": (80, 80)}, "no"),
        (SYN, {"destination_ports": (400, 500)}, "yes"),
        (SYN, {"source_ports": (1, 1023)}, "no"),
        (SYN, {"source_ports": (32768, 60999)}, "maybe"),
        (SYN, {"source": IPv4Network("10.12.1.0/24")}, "no"),
        (SYN, {"source": None, "understood": False}, "maybe"),
        (SYN, {"source": None, "understood": False, "destination_ports": (80, 80)}, "no"),
        (SYN, {"protocol": "object-group P", "understood": False}, "maybe"),
        (SYN, {"established": True}, "no"),
        (SYN_ACK, REVERSED, "yes"),
        (SYN_ACK, REVERSED | {"established": True}, "yes"),
        (ECHO, {"protocol": "icmp", "destination_ports": None}, "yes"),
        (ECHO, {}, "no"),
    ],
)
def test_rule_against_packet(packet: Packet, changes: dict[str, Any], expected: str) -> None:
    """A known part that does not fit rules a line out; an unknown part leaves it open."""
    assert matches(rule(**changes), packet) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Fa0/1", "FastEthernet0/1", True),
        ("Vl172", "Vlan172", True),
        ("Vlan17", "Vlan172", False),
        ("local", "Lo0", False),
    ],
)
def test_abbreviated_interface(one: str, other: str, *, same: bool) -> None:
    """`show ip policy` shortens what `show ip interface` spells out."""
    assert same_interface(one, other) is same


@pytest.mark.parametrize(
    ("match", "takes"),
    [
        ("any", True),
        ("port tcp eq 443", True),
        ("port tcp range 80 500", True),
        ("port udp eq 443", False),
        ("access-list LAB", True),
        ("access-list OTHER", False),
    ],
)
def test_class_of_a_service_policy(story: Story, match: str, *, takes: bool) -> None:
    """S0-21: the class that matches gives the bypass."""
    story.asa.acl("LAB", "permit", "tcp", "10.12.0.0/24", "172.16.1.0/24")
    story.asa.policy("inside", "c", match, "set connection advanced-options tcp-state-bypass")
    snapshot = story.snapshot()

    found = applied(Sight(snapshot), snapshot.device("edge-asa"), ("inside", "inside"), SYN, BYPASS)

    assert (found is not None) is takes


def test_unknown_match_is_said(story: Story) -> None:
    """X-07: a class that cannot be judged is passed over and named."""
    story.asa.policy("inside", "voice", "dscp ef", "set connection advanced-options tcp-state-bypass")
    snapshot = story.snapshot()
    sight = Sight(snapshot)

    assert applied(sight, snapshot.device("edge-asa"), ("inside", "inside"), SYN, BYPASS) is None
    assert any("class voice" in text for text in sight.could_not_see)


def test_kinds_of_setting_are_found_one_by_one(story: Story) -> None:
    """S0-21: an earlier class with a time-out hides a later one's randomisation, not its bypass."""
    story.asa.policy("inside", "first", "any", "set connection timeout idle 0:15:00")
    story.asa.policy(
        "inside",
        "second",
        "any",
        "set connection random-sequence-number disable",
        "set connection advanced-options tcp-state-bypass",
    )
    snapshot = story.snapshot()
    sight, asa = Sight(snapshot), snapshot.device("edge-asa")

    connection = applied(sight, asa, ("inside", "inside"), SYN, CONNECTION)
    bypass = applied(sight, asa, ("inside", "inside"), SYN, BYPASS)

    assert connection is not None
    assert bypass is not None
    assert (connection.class_map, bypass.class_map) == ("first", "second")
    assert randomises(connection)
    assert not randomises(bypass)


def test_client_port_of_a_flow_is_kept() -> None:
    """A flow whose port is known is matched by it."""
    known = outbound(replace(WEB, client_port=17559), 1, "SYN")

    assert known.source_ports == (17559, 17559)
    assert matches(rule(source_ports=(17559, 17559)), known) == "yes"


def test_inactive_rule_is_passed_over(story: Story) -> None:
    """A rule switched off, or outside its time range, decides nothing."""
    story.asa.acl("A", "deny", "ip", "0.0.0.0/0", "0.0.0.0/0", active=False)
    story.asa.acl("A", "permit", "tcp", "10.12.0.0/24", "172.16.1.0/24")

    verdict = judge(story.asa.state().table(rows.AclEntry), "A", SYN)

    assert verdict.permits
    assert verdict.entry is not None
    assert verdict.entry.sequence == 20


STRANGER = replace(SYN, source=SYN.destination)


@pytest.mark.parametrize(
    ("packet", "takes_answer", "expected"),
    [
        (SYN, True, "inside"),
        (SYN_ACK, True, "outside"),
        (SYN, False, "inside"),
        (SYN_ACK, False, None),
        (STRANGER, True, None),
    ],
    ids=["opener", "answer", "opener, answer apart", "answer, apart", "stranger"],
)
def test_connection_knows_by_which_interface_its_packets_come(
    packet: Packet, expected: str | None, *, takes_answer: bool
) -> None:
    """S0-22: each end has its own; an answer nobody inspects belongs to no connection."""
    entry = Entry(
        opener=SYN, real=SYN, shown=SYN, ingress="inside", egress="outside", takes_answer=takes_answer
    )
    table = ConnectionTable()
    table.open("edge-asa", entry)

    assert entry.expected(packet) == expected
    assert (table.find("edge-asa", packet) is None) is (expected is None)


@pytest.mark.parametrize("kind", ["SYN/ACK", "ACK", "FIN/ACK", "RST", "PSH/ACK"])
def test_only_a_syn_opens_a_tcp_connection(kind: str) -> None:
    """S0-22: every other flag set needs an entry."""
    assert SYN.opens
    assert not replace(SYN, kind=kind).opens
    assert ECHO.opens
