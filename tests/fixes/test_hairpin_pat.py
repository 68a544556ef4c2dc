"""Source translation where a firewall turns packets around: what is typed, taken back, refused and said."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network

import pytest

from bothways.diagnosis import trace
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.hairpin_pat import HairpinPat, HairpinPatInputs, HairpinPatOptions
from bothways.fixes.menu import menu
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep
from bothways.rules import diagnose
from bothways.state.rows import ConfigLine

FIX = HairpinPat()
HEAD, RULE = "object network HAIRPIN-USERS", "nat (inside,inside) dynamic interface"
ARP = "arp timeout 14400\n"

Build = Callable[..., Situation]
Edit = tuple[str, str]


def ready(here: Situation, options: HairpinPatOptions | None = None) -> Ready[HairpinPatInputs]:
    found = FIX.propose(here, options or HairpinPatOptions())
    assert isinstance(found, Ready), found
    return found


def an_object(holds: str, nat: str, name: str = "theirs") -> Edit:
    """Somebody's object with a rule, as a running configuration has it; where it stands does not matter."""
    return (ARP, f"{ARP}object network {name}\n {holds}\n {nat}\n")


def test_its_lines_and_their_undo(situation: Build, shipped: Callable[[str], TextContent]) -> None:
    """S0-21: an object for the users' network; the rule goes before the object it stands in."""
    here = situation()
    found = ready(here)
    (step,) = FIX.steps(here, found, render(FIX, found.inputs, shipped("hairpin-pat")))
    assert isinstance(step, ConfigStep)
    assert [command.text for command in step.commands] == [HEAD, "subnet 10.12.0.0 255.255.255.0", RULE]
    assert [(undo.enter, undo.text) for undo in step.undo] == [
        ((HEAD,), f"no {RULE}"),
        ((), f"no {HEAD}"),
    ]


def test_one_host_alone_may_be_hidden(situation: Build) -> None:
    """S0-21: `match: host` translates the client of the flow and nobody else."""
    inputs = ready(situation(), HairpinPatOptions(match="host", object="ONE")).inputs
    assert (inputs.head, inputs.holds) == ("object network ONE", "host 10.12.0.130")


def test_the_price_names_both_sides(situation: Build) -> None:
    """S0-21, S0-23: what servers see from now on, and what the lab opens, which it does not cure."""
    here = situation()
    said = {lint.id: lint for lint in FIX.lints(here, ready(here))}
    assert {name: lint.severity for name, lint in said.items()} == {
        "clients-hidden": "warning",
        "opened-from-there": "warning",
        "all-that-turns": "note",
    }
    assert said["clients-hidden"].text.startswith("172.16.1.0/24 sees 10.12.0.1 in place of 10.12.0.0/24")
    assert "no-connection" in said["opened-from-there"].text


def test_tftp_that_nobody_inspects_is_told(situation: Build) -> None:
    """S0-21: its server answers from another port, to the firewall, which does not know whom it is for."""
    here = situation(asa=(("  inspect tftp\n", ""),))
    said = {lint.id: lint.text for lint in FIX.lints(here, ready(here))}
    assert said["tftp-uninspected"].endswith("fetches from 172.16.1.0/24 by it ends at 10.12.0.1")


def test_it_rests_on_the_turn_the_permit_and_a_free_name(situation: Build) -> None:
    """X-01: each fact can be looked up again before anything is typed."""
    here = situation()
    facts = {(fact.table, fact.expected) for fact in FIX.preconditions(here, ready(here))}
    assert facts == {("Route", "inside"), ("SameSecurity", "intra-interface"), ("ConfigLine", None)}


REFUSED = {
    "no permit": (
        ("same-security-traffic permit intra-interface\n", ""),
        "intra-interface is not there; asa-hairpin comes before it",
    ),
    "release before 8.3": (("Version 9.2(4)", "Version 8.2(5)"), "release 8.2(5) has no translation inside"),
    "standby unit": (
        ("Failover Off\nFailover unit Primary", "Failover On\nThis host: Primary - Standby Ready"),
        "this unit is the standby one",
    ),
    "the name is an object's": (
        an_object("host 10.9.9.9", "description x", "HAIRPIN-USERS"),
        "`object network HAIRPIN-USERS` stands already; choose another `object`",
    ),
    "the name is a group's": (
        (ARP, f"{ARP}object-group network HAIRPIN-USERS\n network-object host 10.9.9.9\n"),
        "`object-group network HAIRPIN-USERS` stands already",
    ),
    "static rule for one of the users": (
        an_object("host 10.12.0.5", "nat (inside,inside) static 203.0.113.5"),
        "the rule of object theirs translates on that turn already",
    ),
    "static rule for a server": (
        an_object("host 172.16.1.18", "nat (any,any) static 10.12.0.77"),
        "the rule of object theirs translates on that turn already",
    ),
    "a manual rule before it": (
        (ARP, f"{ARP}nat (inside,inside) source static any any no-proxy-arp\n"),
        "comes before every rule of an object there",
    ),
    "the users, to another address": (
        an_object("subnet 10.12.0.0 255.255.0.0", "nat (inside,any) dynamic 192.0.2.10"),
        "the rule of object theirs translates on that turn already",
    ),
}


@pytest.mark.parametrize(("edit", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_where_it_cannot_or_must_not_be_typed(situation: Build, edit: Edit, reason: str) -> None:
    """S0-21: nothing of others is replaced, and no rule is laid over theirs."""
    found = FIX.propose(situation(asa=(edit,)), HairpinPatOptions())
    assert isinstance(found, NotApplicable), found
    assert reason in found.reason


def test_rules_of_other_interfaces_are_no_hindrance(situation: Build) -> None:
    """S0-21: the same users may be hidden from the outside as well."""
    other = an_object("subnet 10.12.0.0 255.255.255.0", "nat (inside,outside) dynamic interface")
    assert ready(situation(asa=(other,))).inputs.users == IPv4Network("10.12.0.0/24")


def test_the_same_rule_under_another_name_is_in_place(situation: Build) -> None:
    """X-06: who else wrote it does not matter."""
    other = an_object("subnet 10.12.0.0 255.255.0.0", RULE)
    found = FIX.propose(situation(asa=(other,)), HairpinPatOptions())
    assert isinstance(found, InPlace)
    assert "10.12.0.0" in found.evidence[0].text or "nat (inside,inside)" in found.evidence[0].text


@pytest.mark.parametrize(
    ("flow", "reason"),
    [
        ("172.16.1.18 10.12.0.5 tcp/80", "its SYN goes past edge-asa"),
        ("10.12.0.130 172.16.1.18 icmp", "icmp does not die of a handshake"),
    ],
)
def test_flows_that_it_cannot_cure(situation: Build, flow: str, reason: str) -> None:
    """S0-23: a translation needs a connection, and of the lab's the firewall sees answers only."""
    found = FIX.propose(situation(flow=flow), HairpinPatOptions())
    assert isinstance(found, NotApplicable)
    assert reason in found.reason


def test_the_menu_has_it_with_its_lines(situation: Build) -> None:
    """S0-21: in the catalogue, with its price, and which plan does it."""
    here = situation()
    walked = trace(here.snapshot, here.flow)
    ways = {item.name: item for item in menu(here.snapshot, walked, diagnose(here.snapshot, walked))}
    item = ways["hairpin-pat"]
    assert (item.available, item.playbook, item.price) == (True, "hairpin-pat", FIX.price)
    assert item.text.splitlines() == [
        "! edge-asa; bothways plan hairpin-pat --flow 10.12.0.130,172.16.1.18,tcp/443",
        HEAD,
        " subnet 10.12.0.0 255.255.255.0",
        f" {RULE}",
    ]


def test_the_menu_says_why_not(situation: Build) -> None:
    """S0-21: an old release is told as the reason."""
    here = situation(asa=(("Version 9.2(4)", "Version 8.2(5)"),))
    walked = trace(here.snapshot, here.flow)
    ways = {item.name: item for item in menu(here.snapshot, walked, diagnose(here.snapshot, walked))}
    assert (ways["hairpin-pat"].available, ways["hairpin-pat"].text) == (False, "")
    assert ways["hairpin-pat"].reason.startswith("release 8.2(5)")


def test_the_story_has_no_such_object(situation: Build) -> None:
    """The tests above begin where nothing is translated."""
    rows = situation().snapshot.device("edge-asa").table(ConfigLine)
    assert not [row for row in rows if row.text.startswith(("object ", "nat "))]
