"""The bypass for flows that re-appear in mid-stream: both interfaces of the firewall, two policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bothways.fixes.bypass_objects import BypassInputs
from bothways.fixes.contract import NotApplicable, Ready, Situation
from bothways.fixes.render import TextContent, render
from bothways.fixes.state_bypass import BypassOptions, StateBypass
from bothways.fixes.steps import ConfigStep
from bothways.state.rows import ServicePolicy

FIX = StateBypass()
DC, BRANCH = "10.10.0.0 255.255.255.0", "10.40.0.0 255.255.255.0"
OUT = f"access-list StatelessTraffic extended permit tcp {DC} {BRANCH} log disable"
BACK = f"access-list StatelessTraffic extended permit tcp {BRANCH} {DC} log disable"
SETTINGS = [
    "class tcp_bypass",
    "set connection timeout idle 0:15:00",
    "set connection advanced-options tcp-state-bypass",
]
GLOBAL = "service-policy global_policy global\n"

Build = Callable[..., Situation]


def ready(here: Situation, **options: Any) -> Ready[BypassInputs]:
    found = FIX.propose(here, BypassOptions(**options))
    assert isinstance(found, Ready), found
    return found


def typed(here: Situation, template: TextContent, **options: Any) -> ConfigStep:
    found = ready(here, **options)
    (step,) = FIX.steps(here, found, render(FIX, found.inputs, template))
    assert isinstance(step, ConfigStep)
    return step


def test_the_lines_are_those_of_the_story(failover: Build, bypass_template: TextContent) -> None:
    """S2a-02: two remarks, two rules, one class, a policy on Inside and one on MPLS, nothing is cleared."""
    step = typed(failover(), bypass_template)
    assert step.device == "mpls-asa"
    assert [command.text for command in step.commands] == [
        "access-list StatelessTraffic remark Outbound traffic",
        OUT,
        "access-list StatelessTraffic remark Inbound traffic",
        BACK,
        "class-map tcp_bypass",
        "match access-list StatelessTraffic",
        "policy-map Inside-policy",
        *SETTINGS,
        "policy-map MPLS-policy",
        *SETTINGS,
        "service-policy Inside-policy interface Inside",
        "service-policy MPLS-policy interface MPLS",
    ]
    assert [proof.key["section"] for proof in step.proofs] == [
        "policy-map Inside-policy",
        "policy-map MPLS-policy",
    ]


def test_the_undo_unbinds_both_before_anything_goes(failover: Build, bypass_template: TextContent) -> None:
    """S2a-09: bindings, policies, class, then the list line by line."""
    assert [undo.text for undo in typed(failover(), bypass_template).undo] == [
        "no service-policy Inside-policy interface Inside",
        "no service-policy MPLS-policy interface MPLS",
        "no policy-map Inside-policy",
        "no policy-map MPLS-policy",
        "no class-map tcp_bypass",
        f"no {BACK}",
        "no access-list StatelessTraffic remark Inbound traffic",
        f"no {OUT}",
        "no access-list StatelessTraffic remark Outbound traffic",
    ]


def test_an_interface_with_a_policy_gets_the_class_into_it(
    failover: Build, bypass_template: TextContent
) -> None:
    """S2a-06: one policy per interface: MPLS keeps its own, Inside gets a new one; the other way back too."""
    own = (
        "policy-map corp\n class class-default\n  set connection decrement-ttl\n"
        f"{GLOBAL}service-policy corp interface MPLS\n"
    )
    step = typed(failover(asa=((GLOBAL, own),)), bypass_template)
    lines = [command.text for command in step.commands]
    assert lines[6:] == [
        "policy-map Inside-policy",
        *SETTINGS,
        "policy-map corp",
        *SETTINGS,
        "service-policy Inside-policy interface Inside",
    ]
    assert [undo.text for undo in step.undo][:4] == [
        "no service-policy Inside-policy interface Inside",
        "no policy-map Inside-policy",
        "no class tcp_bypass",
        "no class-map tcp_bypass",
    ]
    assert step.undo[2].enter == ("policy-map corp",)


def test_one_policy_may_serve_both(failover: Build, bypass_template: TextContent) -> None:
    """S2a-06: with a name given it is typed once and bound twice, and removed once."""
    step = typed(failover(), bypass_template, policy_map="bypass")
    lines = [command.text for command in step.commands]
    assert lines.count("policy-map bypass") == 1
    assert lines[-2:] == ["service-policy bypass interface Inside", "service-policy bypass interface MPLS"]
    assert [undo.text for undo in step.undo].count("no policy-map bypass") == 1


def test_one_side_alone_is_remarked(failover: Build, bypass_template: TextContent) -> None:
    """S2a-08: the first packet may come from either side."""
    here = failover()
    found = ready(here, interfaces="entry")
    (lint,) = [lint for lint in FIX.lints(here, found) if lint.id == "one-sided"]
    assert lint.severity == "warning"
    assert lint.text == (
        "the bypass is bound to MPLS alone: the first packet of a flow may also come in by Inside"
    )
    lines = [command.text for command in typed(here, bypass_template, interfaces="entry").commands]
    assert [line for line in lines if line.startswith("service-policy")] == [
        "service-policy MPLS-policy interface MPLS"
    ]
    assert "one-sided" not in [lint.id for lint in FIX.lints(here, ready(here))]


def bypassed(*interfaces: str) -> tuple[tuple[str, str], ...]:
    bound = "".join(f"service-policy p interface {name}\n" for name in interfaces)
    rules = (
        f"access-list MPLS_in; 2 elements; name hash: 0x1\naccess-list BOTH line 1 extended permit tcp {DC} "
        f"{BRANCH} (hitcnt=0) 0x1\naccess-list BOTH line 2 extended permit tcp {BRANCH} {DC} (hitcnt=0) 0x2\n"
    )
    policy = (
        "class-map stateless\n match access-list BOTH\npolicy-map p\n class stateless\n"
        f"  set connection advanced-options tcp-state-bypass\n{GLOBAL}{bound}"
    )
    return ((GLOBAL, policy), (">>> show access-list\n", f">>> show access-list\n{rules}"))


@pytest.mark.parametrize("interfaces", [("Inside",), ("MPLS",), ("Inside", "MPLS")])
def test_a_bypass_that_stands_is_not_doubled(failover: Build, interfaces: tuple[str, ...]) -> None:
    """S2a-08: an interface's policy holds both ways, so one that stands cures the flow under any name."""
    found = FIX.propose(failover(asa=bypassed(*interfaces)), BypassOptions())
    assert isinstance(found, NotApplicable)
    assert found.reason == (
        "no firewall drops 10.40.0.50 10.10.0.20 tcp/443 for want of a connection: "
        "both directions of tcp/443 arrive"
    )


def test_routes_and_free_interfaces_are_what_it_rests_on(failover: Build) -> None:
    """S2a-02: a plan is refused when the way or the policies of the interfaces have changed."""
    here = failover()
    assert [one.because for one in FIX.preconditions(here, ready(here))] == [
        "mpls-asa reaches 10.10.0.0/24 through Inside",
        "mpls-asa reaches 10.40.0.0/24 through MPLS",
        "Inside-policy is not the policy on Inside of mpls-asa",
        "MPLS-policy is not the policy on MPLS of mpls-asa",
    ]


def test_the_prediction_has_the_class_on_both_sides(failover: Build) -> None:
    """S2a-03: what the walk is asked afterwards."""
    here = failover()
    overlay = FIX.predict(here.snapshot.device("mpls-asa"), ready(here).inputs)
    rows = [row for row in overlay[ServicePolicy] if isinstance(row, ServicePolicy)]
    ours = [(row.interface, row.policy_map) for row in rows if row.class_map == "tcp_bypass"]
    assert ours == [("Inside", "Inside-policy"), ("MPLS", "MPLS-policy")]


def test_a_bypass_of_everything_is_blocked(failover: Build) -> None:
    """S2a-10: broader than the two networks."""
    here = failover()
    lints = {lint.id: lint.severity for lint in FIX.lints(here, ready(here, match="any"))}
    assert lints["any-any"] == "blocking"


def test_a_route_by_default_names_no_network(failover: Build) -> None:
    """S2a-10: a default route would match everything, which is blocked; hosts alone may be matched."""
    route = "S        10.40.0.0 255.255.255.0 [1/0] via 192.0.2.2, MPLS"
    here = failover(asa=((route, "S*       0.0.0.0 0.0.0.0 [1/0] via 192.0.2.2, MPLS"),))
    assert "any-any" in [lint.id for lint in FIX.lints(here, ready(here))]
    assert "any-any" not in [lint.id for lint in FIX.lints(here, ready(here, match="hosts"))]


def test_without_the_scenario_there_is_nothing_to_cure(failover: Build) -> None:
    """S2a-01: a new connection passes the firewall and turns around nowhere."""
    found = FIX.propose(failover(scenario="handshake"), BypassOptions())
    assert isinstance(found, NotApplicable)
