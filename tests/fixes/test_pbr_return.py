from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

import pytest

from bothways.errors import CouldNotSee
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.pbr_objects import PbrInputs
from bothways.fixes.pbr_return import PbrOptions, PbrReturn
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep
from bothways.network import DeclaredHost

FIX = PbrReturn()
ROUTING = (
    ('"desktop default"', '"desktop routing"'),
    ("IPv4 policy based routing aces:         0", "IPv4 policy based routing aces:         0.5K"),
)
RULES = [
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.0 0.0.0.127",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.128 0.0.0.63",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.192 0.0.0.31",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.224 0.0.0.15",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.240 0.0.0.7",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.248 0.0.0.3",
    "permit ip 172.16.1.0 0.0.0.255 10.12.0.252 0.0.0.1",
    "permit ip 172.16.1.0 0.0.0.255 host 10.12.0.255",
]

Build = Callable[..., Situation]


@pytest.fixture
def routing(situation: Build) -> Build:
    """The story on a switch whose template has room for policy routing."""

    def build(*edits: tuple[str, str], **others: Any) -> Situation:
        return situation(ios=(*ROUTING, *edits), **others)

    return build


def ready(here: Situation, **options: Any) -> Ready[PbrInputs]:
    found = FIX.propose(here, PbrOptions(**options))
    assert isinstance(found, Ready), found
    return found


def lints(here: Situation, **options: Any) -> dict[str, tuple[str, str]]:
    return {lint.id: (lint.severity, lint.text) for lint in FIX.lints(here, ready(here, **options))}


def typed(here: Situation, template: TextContent, **options: Any) -> ConfigStep:
    found = ready(here, **options)
    (step,) = FIX.steps(here, found, render(FIX, found.inputs, template))
    assert isinstance(step, ConfigStep)
    return step


def test_the_lines_are_in_the_order_of_their_use(routing: Build, pbr_template: TextContent) -> None:
    """S0-14, S0-15, S0-16: eight permits, map, binding where the replies come in."""
    step = typed(routing(), pbr_template)
    assert [command.text for command in step.commands] == [
        "ip access-list extended RETURN-VLAN172",
        *RULES,
        "route-map FIX_ROUTING permit 10",
        "match ip address RETURN-VLAN172",
        "set ip next-hop 10.12.0.1",
        "interface Vlan172",
        "ip policy route-map FIX_ROUTING",
    ]


def test_the_undo_goes_the_other_way_round(routing: Build, pbr_template: TextContent) -> None:
    """S0-14: unbound first, so that no packet meets a half-removed map."""
    step = typed(routing(), pbr_template)
    assert [(undo.enter, undo.text) for undo in step.undo] == [
        (("interface Vlan172",), "no ip policy route-map FIX_ROUTING"),
        ((), "no route-map FIX_ROUTING permit 10"),
        ((), "no ip access-list extended RETURN-VLAN172"),
    ]
    assert step.undo[2].contents == tuple(RULES)


def test_the_proof_is_the_binding_read_back(routing: Build, pbr_template: TextContent) -> None:
    """S0-17: without room the switch drops the line in silence; only reading it back tells."""
    (proof,) = typed(routing(), pbr_template).proofs
    assert (proof.table, proof.key, proof.column, proof.expected) == (
        "PolicyBinding",
        {"interface": "Vlan172"},
        "route_map",
        "FIX_ROUTING",
    )


def test_every_address_of_the_switch_is_left_out(routing: Build) -> None:
    """S0-15: the standby group's address and a loopback among the users as well."""
    here = routing(
        (
            " ip address 10.12.0.254 255.255.255.0\n",
            " ip address 10.12.0.254 255.255.255.0\n standby 1 ip 10.12.0.3\n",
        ),
        (
            "interface Vlan172\n ip",
            "interface Loopback0\n ip address 10.12.0.9 255.255.255.255\n!\ninterface Vlan172\n ip",
        ),
    )
    destinations = ready(here).inputs.destinations
    for own in ("10.12.0.254", "10.12.0.3", "10.12.0.9"):
        assert not any(IPv4Address(own) in network for network in destinations)
    covered = sum(network.num_addresses for network in destinations)
    assert covered == 256 - 3


def test_without_the_configuration_nobody_knows_the_switchs_addresses(routing: Build) -> None:
    """A list made from half the addresses would catch management traffic: said, not guessed."""
    here = routing()
    state = here.snapshot.device("lab-switch")
    outputs = dict(state.outputs)
    outputs["show running-config"] = replace(outputs["show running-config"], complete=False)
    state.outputs = outputs
    with pytest.raises(CouldNotSee, match="`show running-config` was cut short"):
        FIX.propose(here, PbrOptions())


def test_hosts_moved_are_counted_and_strangers_named(routing: Build) -> None:
    """S0-15, S0-24: three hosts in ARP; the one without a connection on the firewall may use .254."""
    found = lints(routing())
    assert found["hosts-moved"] == ("note", "replies to 3 hosts in ARP on Vlan10 will go through 10.12.0.1")
    severity, text = found["own-route"]
    assert severity == "warning"
    assert text.startswith("10.12.0.77 never had a connection through edge-asa: ")
    assert set(found) == {"hosts-moved", "own-route"}


def test_a_declared_gateway_is_believed(routing: Build) -> None:
    """S0-24: a host that is said to use .254 is named as broken."""
    here = routing()
    here = replace(here, hosts=(DeclaredHost("old", IPv4Address("10.12.0.9"), IPv4Address("10.12.0.254")),))
    assert lints(here)["other-gateway"] == (
        "warning",
        "10.12.0.9 use another gateway than 10.12.0.1 and lose 172.16.1.0/24",
    )


def test_any_any_is_blocked_and_says_why(routing: Build) -> None:
    """S0-07, S0-15: local addresses, management and routing neighbours."""
    severity, text = lints(routing(), match="any")["any-any"]
    assert severity == "blocking"
    assert text.startswith("`permit ip any any` also catches packets to the switch's own addresses")


def test_any_any_names_the_routers_it_will_cut_off(routing: Build) -> None:
    """S0-15: a neighbour behind the interface is named, and the word for what is not proven stands there."""
    connected = "C       172.16.1.0 is directly connected, Vlan172\n"
    learnt = "D       172.20.0.0 [90/30720] via 172.16.1.2, 01:02:03, Vlan172\n"
    here = routing((connected, connected + learnt))

    _, text = lints(here, match="any")["any-any"]

    assert "believed: 172.16.1.2 on Vlan172 goes down at the next change of a route" in text
    assert "what it acknowledges leaves to 10.12.0.1" in text
    assert "any-any" not in lints(here)
    assert "believed" not in lints(routing(), match="any")["any-any"][1]


def test_the_flows_host_alone_can_be_moved(routing: Build) -> None:
    """S0-15: the affected host instead of its network."""
    assert [str(network) for network in ready(routing(), match="hosts").inputs.destinations] == [
        "10.12.0.130/32"
    ]


def test_binding_on_the_users_side_is_blocked(routing: Build) -> None:
    """S0-16: the replies come in by Vlan172."""
    severity, text = lints(routing(), interface="Vlan10")["wrong-interface"]
    assert severity == "blocking"
    assert text == "replies from 172.16.1.0/24 come in by Vlan172; a policy on Vlan10 does not see them"


def test_a_next_hop_off_the_wire_or_out_of_arp_is_blocked(routing: Build) -> None:
    """S0-16, B10: the switch would route as before, in silence."""
    off = lints(routing(), next_hop=IPv4Address("192.0.2.1"))
    assert off["next-hop-not-connected"][0] == "blocking"
    gone = lints(routing(), next_hop=IPv4Address("10.12.0.99"))
    assert gone["next-hop-not-in-arp"][0] == "blocking"


def test_the_next_hop_in_arp_is_a_fact_of_the_plan(routing: Build) -> None:
    """S0-16: bound to the entry seen, so that another machine in its place is noticed."""
    here = routing()
    facts = FIX.preconditions(here, ready(here))
    assert [fact.because for fact in facts] == [
        "edge-asa reaches 172.16.1.0/24 through inside, where 10.12.0.130 is",
        "10.12.0.1 is in ARP on Vlan10 of lab-switch as c84c.75aa.0101",
    ]


@pytest.mark.parametrize(
    ("edits", "options", "reason"),
    [
        pytest.param(
            (("C3560-IPSERVICESK9-M", "C3560-IPBASEK9-M"),),
            {},
            "image C3560-IPBASEK9-M is without the IP services feature set, which policy routing needs",
            id="S0-19 image",
        ),
        pytest.param(
            ((" ip address 172.16.1.1 255", " ip vrf forwarding LAB\n ip address 172.16.1.1 255"),),
            {},
            "Vlan172 is in a VRF, where a 3560 has no policy routing",
            id="S0-19 VRF",
        ),
        pytest.param(
            ((" ip address 172.16.1.1 255", " ip wccp web-cache redirect in\n ip address 172.16.1.1 255"),),
            {},
            "Vlan172 redirects by WCCP, which excludes policy routing on a 3560",
            id="S0-19 WCCP",
        ),
        pytest.param(
            (("aces:         0.5K", "aces:         7"),),
            {},
            "8 policy route rules beside 0 there do not fit: the template 'desktop routing' has room for 7",
            id="S0-19 too many rules",
        ),
        pytest.param(
            (
                (
                    "logging buffered",
                    "ip access-list extended RETURN-VLAN172\n permit ip any any\nlogging buffered",
                ),
            ),
            {},
            "access list RETURN-VLAN172 stands with other rules; choose another `acl`",
            id="B19 access list",
        ),
        pytest.param(
            (("line con 0", "route-map FIX_ROUTING permit 20\n set ip next-hop 10.12.0.7\nline con 0"),),
            {},
            "route-map FIX_ROUTING stands with other content; choose another `route_map`",
            id="B19 route-map",
        ),
        pytest.param(
            (),
            {"next_hop": IPv4Address("10.12.0.254")},
            "next hop 10.12.0.254 is its own address",
            id="B10 own address",
        ),
    ],
)
def test_what_must_not_be_applied_is_refused_with_its_reason(
    routing: Build, edits: tuple[tuple[str, str], ...], options: dict[str, Any], reason: str
) -> None:
    """S0-19, B10, B19: one sentence, and the line it was read from."""
    found = FIX.propose(routing(*edits), PbrOptions(**options))
    assert isinstance(found, NotApplicable)
    assert found.device == "lab-switch"
    assert found.reason == reason


def test_the_hardware_takes_512_rules_whatever_the_template_says(situation: Build) -> None:
    """S0-19: 504 rules of another VLAN's policy leave room for our eight, 505 do not."""

    def beside(rules: int) -> Situation:
        listed = "".join(
            f"    {10 * n} permit ip host 172.16.1.9 host 10.9.{n // 250}.{n % 250}\n" for n in range(rules)
        )
        return situation(
            ios=(
                ('"desktop default"', '"desktop routing"'),
                ("policy based routing aces:         0\n", "policy based routing aces:         2K\n"),
                ("Interface      Route map\n", "Interface      Route map\nVlan10         MANY\n"),
                (
                    ">>> show route-map\n",
                    (
                        ">>> show route-map\nroute-map MANY, permit, sequence 10\n  Match clauses:\n"
                        "    ip address (access-lists): MANY \n  Set clauses:\n    ip next-hop 10.12.0.9\n"
                        "  Policy routing matches: 0 packets, 0 bytes\n"
                    ),
                ),
                (">>> show access-lists\n", f">>> show access-lists\nExtended IP access list MANY\n{listed}"),
            )
        )

    assert ready(beside(504))
    found = FIX.propose(beside(505), PbrOptions())
    assert isinstance(found, NotApplicable)
    assert found.reason == (
        "8 policy route rules beside 505 there do not fit: the template 'desktop routing' has room for 512"
    )


APPLIED = (
    ("Interface      Route map\n", "Interface      Route map\nVlan172        ANY-NAME\n"),
    (
        ">>> show route-map\n",
        (
            ">>> show route-map\nroute-map ANY-NAME, permit, sequence 10\n  Match clauses:\n"
            "    ip address (access-lists): BACK \n  Set clauses:\n    ip next-hop 10.12.0.1\n"
            "  Policy routing matches: 0 packets, 0 bytes\n"
        ),
    ),
    (
        ">>> show access-lists\n",
        (
            ">>> show access-lists\nExtended IP access list BACK\n"
            "    10 permit ip 172.16.1.0 0.0.0.255 10.12.0.128 0.0.0.63\n"
        ),
    ),
)


def test_a_policy_that_sends_the_replies_back_is_in_place(routing: Build) -> None:
    """X-06, B19: under any name, as long as it takes this flow to the firewall."""
    found = FIX.propose(routing(*APPLIED), PbrOptions())
    assert isinstance(found, InPlace)
    assert str(found.evidence[0]) == "lab-switch: show ip policy:2: Vlan172        ANY-NAME"


def test_lab_initiated_flows_take_the_same_way(routing: Build) -> None:
    """S0-23: the packets from the lab are those to be moved, whoever opened the connection."""
    assert ready(routing(flow="172.16.1.18 10.12.0.5 tcp/80")).inputs == ready(routing()).inputs
