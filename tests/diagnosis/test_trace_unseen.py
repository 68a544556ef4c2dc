"""What was not read is listed and weakens the answer; nothing dark is called clean."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import TYPE_CHECKING

import pytest

from bothways.diagnosis import Confidence, trace
from bothways.flow import Fate, Flow
from bothways.network import DeclaredHost
from bothways.rules import Severity, diagnose
from bothways.state import nat_rows, rows
from bothways.state.tables import Row

if TYPE_CHECKING:
    from tests.diagnosis.conftest import Story

WEB = Flow.parse("10.12.0.130 172.16.1.18 tcp/443")


@pytest.mark.parametrize(
    ("row_type", "fate"),
    [
        (rows.Route, Fate.UNKNOWN),
        (rows.SameSecurity, Fate.UNKNOWN),
        (rows.Arp, Fate.ISN_MISMATCH),
        (rows.ServicePolicy, Fate.ISN_MISMATCH),
        (rows.AccessGroup, Fate.ISN_MISMATCH),
        (rows.ReversePath, Fate.ISN_MISMATCH),
        (nat_rows.NatRule, Fate.ISN_MISMATCH),
    ],
)
def test_unread_table_of_the_firewall(story: Story, row_type: type[Row], fate: Fate) -> None:
    """X-07: the verdict stands or becomes unknown; either way the word falls and the table is named."""
    story.asa.not_read(row_type)

    result = trace(story.snapshot(), WEB)

    assert result.fate is fate
    assert result.confidence is Confidence.POSSIBLE
    assert any(f"show {row_type.__name__.lower()}" in text for text in result.could_not_see)


@pytest.mark.parametrize("row_type", [rows.AccessGroup, rows.ReversePath])
def test_flow_is_not_complete_while_a_rule_may_hide(story: Story, row_type: type[Row]) -> None:
    """X-07: cured as far as seen, but what was not read could still deny it."""
    story.routing_template().pbr().asa.not_read(row_type)

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.UNKNOWN
    assert "nothing that was read kills it" in result.mechanism


def test_unread_rules_of_a_bound_list(story: Story) -> None:
    """X-07: a list is bound and its rules are dark: unknown, at that device."""
    story.asa.access_group("INSIDE", "in", "inside").not_read(rows.AclEntry)

    result = trace(story.snapshot(), WEB)

    assert (result.fate, str(result.at)) == (Fate.UNKNOWN, "edge-asa, packet 1")


@pytest.mark.parametrize(
    ("doubtful", "fate"), [("permit", Fate.UNKNOWN), ("deny", Fate.UNKNOWN)], ids=["permit", "deny"]
)
def test_rule_that_is_not_understood(story: Story, doubtful: str, fate: Fate) -> None:
    """X-07: no verdict leans on a rule we cannot judge: neither as a permit nor past a deny."""
    story.routing_template().pbr()
    story.asa.acl("IN", doubtful, "tcp", "10.12.0.0/24", "0.0.0.0/0", understood=False)
    if doubtful == "deny":
        story.asa.acl("IN", "permit", "ip", "0.0.0.0/0", "0.0.0.0/0")
    story.asa.access_group("IN", "in", "inside")

    result = trace(story.snapshot(), WEB)

    assert result.fate is fate
    assert any("not understood" in text for text in result.could_not_see)


def test_unread_template_of_a_bound_policy(story: Story) -> None:
    """X-07: PBR may or may not be in effect, so complete cannot be said."""
    story.pbr().switch.not_read(rows.SdmTemplate)

    assert trace(story.snapshot(), WEB).fate is Fate.UNKNOWN


def test_unread_policy_bindings_fall_back_to_the_interfaces(story: Story) -> None:
    """The interface table has the binding too."""
    story.routing_template().pbr().switch.drop(rows.Interface, "Vlan172").not_read(rows.PolicyBinding)
    story.switch.interface("Vlan172", "172.16.1.1/24", policy="FIX_ROUTING")

    assert trace(story.snapshot(), WEB).fate is Fate.COMPLETE


def test_firewall_alone_is_enough_for_the_verdict(story: Story) -> None:
    """X-07: the switch was not read; it shares the hosts' network, so it can hand answers over directly."""
    result = trace(story.snapshot({"lab-switch": "refused the password"}), WEB)

    assert (result.fate, result.confidence) == (Fate.ISN_MISMATCH, Confidence.POSSIBLE)
    assert any("lab-switch: refused the password" in text for text in result.could_not_see)
    assert any("10.12.0.254, which was not read" in text for text in result.inferences)


def test_without_the_firewall_nothing_is_claimed(story: Story) -> None:
    """X-07: the workstation's own router is dark."""
    result = trace(story.snapshot({"edge-asa": "time-out"}), WEB)

    assert any("edge-asa: time-out" in text for text in result.could_not_see)
    assert result.confidence is Confidence.POSSIBLE


def test_gateway_that_is_no_device(story: Story) -> None:
    """A declared gateway is believed even when it leads out of sight."""
    hosts = [DeclaredHost("pc", WEB.client, IPv4Address("10.12.0.99"))]

    result = trace(story.snapshot(), WEB, hosts)

    assert result.fate is Fate.UNKNOWN
    assert any("10.12.0.99 is no device of the snapshot" in text for text in result.could_not_see)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("nat (inside,outside) source dynamic any interface", False),
        ("nat (inside,inside) source dynamic USERS interface", True),
        ("nat (any,inside) source static A B", True),
    ],
)
def test_translation_that_could_match(story: Story, line: str, *, named: bool) -> None:
    """NAT is not walked; a line for this pair of interfaces is named, another pair's is not."""
    story.asa.add(nat_rows.NatRule, line, text=line)

    seen = trace(story.snapshot(), WEB).could_not_see

    assert any(line in text for text in seen) == named


@pytest.mark.parametrize("line", ["nat (inside,outside) dynamic interface", "nat (outside,inside) static A"])
def test_translation_of_either_order_is_named(story: Story, line: str) -> None:
    """A line is about a pair of interfaces whichever end opens the flow."""
    story.asa.add(nat_rows.NatRule, line, text=line)

    seen = trace(story.snapshot(), Flow.parse("10.12.0.130 203.0.113.80 tcp/443")).could_not_see

    assert any(line in text for text in seen)


@pytest.mark.parametrize(
    "clause",
    [
        "length 1000 1600",
        "ip address prefix-lists: PL",
        "interface Null0",
        "ip default next-hop 10.12.0.1",
        "ip next-hop verify-availability 10.12.0.1 1 track 1  [undefined]",
    ],
)
@pytest.mark.parametrize("next_hop", [("10.12.0.1",), ()], ids=["next hop", "none"])
def test_clause_of_a_route_map_that_is_not_walked(
    story: Story, clause: str, next_hop: tuple[str, ...]
) -> None:
    """S0-24, X-07: neither complete nor dead while a clause nobody walked decides where the answer goes."""
    story.routing_template().switch.route_map("X", [], *next_hop, other=(clause,)).bind("Vlan172", "X")

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.UNKNOWN
    assert any(clause in text for text in result.could_not_see)


def test_marking_clause_of_a_route_map_changes_no_way(story: Story) -> None:
    """S0-20: a precedence that is set beside the next hop is no question."""
    story.routing_template().switch.route_map("X", [], "10.12.0.1", other=("ip precedence priority(1)",))
    story.switch.bind("Vlan172", "X")

    assert trace(story.snapshot(), WEB).fate is Fate.COMPLETE


def test_clause_of_a_sequence_that_does_not_match_is_no_question(story: Story) -> None:
    """S0-20: what a sequence for others does, does not matter."""
    story.routing_template().pbr().switch.acl("OTHER", "permit", "ip", "192.0.2.0/24", "0.0.0.0/0")
    story.switch.route_map("FIX_ROUTING", ["OTHER"], sequence=5, other=("interface Null0",))

    assert trace(story.snapshot(), WEB).fate is Fate.COMPLETE


def test_route_map_on_a_list_without_rules_takes_everything(story: Story) -> None:
    """S0-16: IOS takes a list that does not exist for one that permits all; that is believed, not read."""
    story.routing_template().switch.route_map("X", ["NOSUCH"], "10.12.0.1").bind("Vlan172", "X")

    result = trace(story.snapshot(), WEB)

    assert (result.fate, result.confidence) == (Fate.COMPLETE, Confidence.LIKELY)
    assert any("list NOSUCH has no rules (likely)" in text for text in result.inferences)


OUTWARDS = "10.12.0.130 203.0.113.80 tcp/443"
INWARDS = "198.51.100.7 203.0.113.10 tcp/443"
PAT = "nat (inside,outside) dynamic interface"


@pytest.mark.parametrize(
    ("line", "flow"),
    [
        ("nat (inside,outside) static 203.0.113.10", INWARDS),
        ("nat (any,outside) static 203.0.113.10", INWARDS),
        ("nat static 203.0.113.10", INWARDS),
        ("nat (inside,outside) source static WEB PUBLIC", INWARDS),
        ("static (inside,outside) 203.0.113.10 10.12.0.5 netmask 255.255.255.255", INWARDS),
        ("static (inside,outside) tcp interface 443 10.12.0.5 443", INWARDS),
        (PAT, OUTWARDS),
        ("nat (inside) 1 0.0.0.0 0.0.0.0", OUTWARDS),
        ("nat (inside,outside) source static A A destination static B B", "10.12.0.130 172.16.1.18 tcp/443"),
        ("nat (inside,inside) source dynamic USERS interface", "10.12.0.130 172.16.1.18 tcp/443"),
        ("nat (any,any) source static A A", "172.16.1.18 10.12.0.5 tcp/80"),
    ],
)
def test_no_verdict_stands_where_a_translation_could_match(story: Story, line: str, flow: str) -> None:
    """X-07: a published server or a translated client is neither dead nor alive; the line is asked."""
    story.asa.add(nat_rows.NatRule, line, text=line)

    result = trace(story.snapshot(), Flow.parse(flow))

    assert (result.fate, result.confidence) == (Fate.UNKNOWN, Confidence.POSSIBLE)
    assert line in result.mechanism
    assert any(line in text for text in result.could_not_see)
    assert not [found for found in diagnose(story.snapshot(), result) if found.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "line",
    [
        PAT,
        "nat (inside,outside) static 203.0.113.10",
        "nat (outside,outside) source static A B",
        "nat (outside,inside) source dynamic any interface",
        "global (inside) 1 interface",
        "static (inside,outside) 203.0.113.10 10.12.0.5 netmask 255.255.255.255",
        "nat (inside,inside) source dynamic any interface inactive",
    ],
)
def test_translation_that_cannot_match_spoils_nothing(story: Story, line: str) -> None:
    """S0-10: what leaves by another interface leaves the verdict about the hairpin as it is."""
    before = trace(story.snapshot(), WEB)
    story.asa.add(nat_rows.NatRule, line, text=line)

    result = trace(story.snapshot(), WEB)

    assert (result.fate, result.at, result.confidence) == (before.fate, before.at, before.confidence)
    assert result.could_not_see == ()


def test_missing_arp_entry_is_no_proof(story: Story) -> None:
    """Entries age: the flow is still predicted, and the guess is told."""
    story.switch.drop(rows.Arp, "172.16.1.18")

    result = trace(story.snapshot(), WEB)

    assert result.fate is Fate.ISN_MISMATCH
    assert any("172.16.1.18 answers ARP" in text for text in result.inferences)


def test_incomplete_arp_entry_is_proof(story: Story) -> None:
    """The switch asked and nobody answered."""
    story.switch.drop(rows.Arp, "172.16.1.18").arp("172.16.1.18", "", "")

    result = trace(story.snapshot(), WEB)

    assert (result.fate, str(result.at)) == (Fate.NO_ADJACENCY, "lab-switch, packet 1")


def test_interface_that_is_down(story: Story) -> None:
    """A route may outlive its link in a table read a moment earlier."""
    story.switch.drop(rows.Interface, "Vlan172").interface("Vlan172", "172.16.1.1/24", line_up=False)

    result = trace(story.snapshot(), WEB)

    assert (result.fate, str(result.at)) == (Fate.LINK_DOWN, "lab-switch, packet 1")


def test_address_of_a_device_is_not_walked(story: Story) -> None:
    """Traffic to a box itself is said to be unseen, not called fine."""
    result = trace(story.snapshot(), Flow.parse("10.12.0.130 10.12.0.1 tcp/22"))

    assert result.fate is Fate.UNKNOWN
    assert any("10.12.0.1 is an address of edge-asa itself" in text for text in result.could_not_see)


def test_way_beyond_the_snapshot_is_named(story: Story) -> None:
    """A host behind somebody else's router: followed to the edge, and the rest is said to be dark."""
    result = trace(story.snapshot(), Flow.parse("10.12.0.130 198.51.100.7 udp/53"))

    assert result.fate is Fate.COMPLETE
    assert result.confidence is Confidence.POSSIBLE
    assert any("beyond 203.0.113.1" in text for text in result.could_not_see)


def test_no_route_names_the_device(story: Story) -> None:
    """Without the EIGRP route the default leads the SYN outside; without that, nowhere."""
    story.asa.drop(rows.Route, "172.16.1.0/24").drop(rows.Route, "0.0.0.0/0")

    result = trace(story.snapshot(), WEB)

    assert (result.fate, str(result.at)) == (Fate.NO_ROUTE, "edge-asa, packet 1")
