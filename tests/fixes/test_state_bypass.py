from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bothways.fixes.bypass_objects import BypassInputs
from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.render import TextContent, render
from bothways.fixes.state_bypass import BypassOptions, StateBypass
from bothways.fixes.steps import ClearStep, ConfigStep
from bothways.state.rows import AclEntry, ServicePolicy

FIX = StateBypass()
ENDS = ("10.12.0.0 255.255.255.0", "172.16.1.0 255.255.255.0")
OUT = f"access-list StatelessTraffic extended permit tcp {ENDS[0]} {ENDS[1]} log disable"
BACK = f"access-list StatelessTraffic extended permit tcp {ENDS[1]} {ENDS[0]} log disable"
WIDE = "172.16.0.0 255.255.0.0"
OWN_POLICY = (
    "service-policy global_policy global\n",
    (
        "policy-map corp\n class voice\n  set connection timeout idle 2:00:00\n class class-default\n"
        "  set connection decrement-ttl\n!\nservice-policy global_policy global\n"
        "service-policy corp interface inside\n"
    ),
)

Build = Callable[..., Situation]


def ready(here: Situation, **options: Any) -> Ready[BypassInputs]:
    found = FIX.propose(here, BypassOptions(**options))
    assert isinstance(found, Ready), found
    return found


def typed(here: Situation, template: TextContent, **options: Any) -> ConfigStep:
    found = ready(here, **options)
    step, clear = FIX.steps(here, found, render(FIX, found.inputs, template))
    assert isinstance(step, ConfigStep)
    assert isinstance(clear, ClearStep)
    return step


def test_the_lines_are_those_of_the_field_in_order(situation: Build, bypass_template: TextContent) -> None:
    """S2a-02, S0-21: remarks, both directions, class, policy with its idle time, binding."""
    step = typed(situation(), bypass_template)
    assert [command.text for command in step.commands] == [
        "access-list StatelessTraffic remark Outbound traffic",
        OUT,
        "access-list StatelessTraffic remark Inbound traffic",
        BACK,
        "class-map tcp_bypass",
        "match access-list StatelessTraffic",
        "policy-map inside-policy",
        "class tcp_bypass",
        "set connection timeout idle 0:15:00",
        "set connection advanced-options tcp-state-bypass",
        "service-policy inside-policy interface inside",
    ]


def test_the_undo_is_the_only_order_the_firewall_takes(
    situation: Build, bypass_template: TextContent
) -> None:
    """S2a-09: binding, policy, class, then the list line by line."""
    step = typed(situation(), bypass_template)
    assert [undo.text for undo in step.undo] == [
        "no service-policy inside-policy interface inside",
        "no policy-map inside-policy",
        "no class-map tcp_bypass",
        f"no {BACK}",
        "no access-list StatelessTraffic remark Inbound traffic",
        f"no {OUT}",
        "no access-list StatelessTraffic remark Outbound traffic",
    ]
    assert not any(undo.enter for undo in step.undo)


def test_a_policy_that_stands_gets_a_class_and_keeps_its_binding(
    situation: Build, bypass_template: TextContent
) -> None:
    """S2a-06: one policy per interface, so the class goes into it; nothing is replaced."""
    step = typed(situation(asa=(OWN_POLICY,)), bypass_template)
    lines = [command.text for command in step.commands]
    assert lines[6:] == [
        "policy-map corp",
        "class tcp_bypass",
        "set connection timeout idle 0:15:00",
        "set connection advanced-options tcp-state-bypass",
    ]
    first = step.undo[0]
    assert (first.section, first.ours, first.enter, first.text) == (
        "policy-map corp",
        "class tcp_bypass",
        ("policy-map corp",),
        "no class tcp_bypass",
    )
    assert [undo.text for undo in step.undo[1:3]] == ["no class-map tcp_bypass", f"no {BACK}"]
    here = situation(asa=(OWN_POLICY,))
    told = {lint.id: lint.text for lint in FIX.lints(here, ready(here))}
    assert told["joins-policy-map"].startswith(
        "inside has policy-map corp already: class tcp_bypass joins it"
    )
    assert "joins-policy-map" not in {lint.id for lint in FIX.lints(situation(), ready(situation()))}


def test_a_class_that_joins_stands_before_class_default_in_the_prediction(situation: Build) -> None:
    """S2a-06: the map's order, as the device keeps it."""
    here = situation(asa=(OWN_POLICY,))
    overlay = FIX.predict(here.snapshot.device("edge-asa"), ready(here).inputs)
    classes = [
        (row.interface, row.class_map) for row in overlay[ServicePolicy] if isinstance(row, ServicePolicy)
    ]
    inside = [name for interface, name in classes if interface == "inside"]
    assert inside[-2:] == ["tcp_bypass", "class-default"]
    acls = [row for row in overlay[AclEntry] if isinstance(row, AclEntry)]
    assert [(str(row.source), str(row.destination)) for row in acls] == [
        ("10.12.0.0/24", "172.16.1.0/24"),
        ("172.16.1.0/24", "10.12.0.0/24"),
    ]


def test_the_flows_old_connections_are_cleared_by_filter_and_capped(situation: Build) -> None:
    """C: a connection keeps the policy it was opened under, so it must open anew; no one else's."""
    here = situation()
    clear = FIX.steps(here, ready(here), ())[1]
    assert isinstance(clear, ClearStep)
    assert clear.command == "clear conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443"
    assert clear.count_command == "show conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443"
    assert clear.most == 20
    assert "are cut" in clear.cannot_undo


def test_the_hosts_alone_can_be_matched(situation: Build, bypass_template: TextContent) -> None:
    """S2a-10: as narrow as the flow, when the playbook says so; the reason becomes a remark."""
    lines = [
        command.text
        for command in typed(situation(), bypass_template, match="hosts", reason="ticket NET-12").commands
    ]
    assert (
        lines[1]
        == "access-list StatelessTraffic extended permit tcp host 10.12.0.130 host 172.16.1.18 log disable"
    )
    assert lines[4] == "access-list StatelessTraffic remark ticket NET-12"


def test_everything_is_one_blocking_rule(situation: Build, bypass_template: TextContent) -> None:
    """S2a-10: any to any is blocked by default, and is one line when it is forced."""
    here = situation()
    found = ready(here, match="any")
    lints = {lint.id: lint.severity for lint in FIX.lints(here, found)}
    assert lints["any-any"] == "blocking"
    lines = [command.text for command in typed(here, bypass_template, match="any").commands]
    assert lines[1] == "access-list StatelessTraffic extended permit tcp any any log disable"
    assert lines[2] == "class-map tcp_bypass"


def test_the_price_is_always_said(situation: Build) -> None:
    """S2a-07: what the firewall stops doing is a warning of every plan."""
    here = situation()
    lints = FIX.lints(here, ready(here))
    assert [lint.id for lint in lints] == ["security-lowered", "table-growth"]
    for word in (
        "disables all security checks for matching connections",
        "application inspection",
        "normaliser",
        "randomising",
        "embryonic",
        "Intercept",
        "AAA",
        "IPS",
        "static NAT",
        "FIN or not",
    ):
        assert word in lints[0].text


def test_settings_that_the_new_policy_hides_are_named(situation: Build) -> None:
    """C: the first class with a timeout keeps it, and an interface policy turns off the global one."""
    here = situation(asa=(OWN_POLICY,))
    assert "timeout-hidden" in [lint.id for lint in FIX.lints(here, ready(here))]
    disabled = ("  inspect tftp\n", "  inspect tftp\n  set connection random-sequence-number disable\n")
    here = situation(asa=(disabled,))
    (lint,) = [lint for lint in FIX.lints(here, ready(here)) if lint.id == "global-hidden"]
    assert "`set connection random-sequence-number disable` no longer holds on inside" in lint.text


BYPASSED = (
    "service-policy global_policy global\n",
    (
        "class-map stateless\n match access-list BOTH\npolicy-map p\n class stateless\n"
        "  set connection advanced-options tcp-state-bypass\n!\nservice-policy global_policy global\n"
        "service-policy p interface inside\n"
    ),
)
BOTH = (
    "            alert-interval 300\n",
    (
        "            alert-interval 300\n"
        "access-list BOTH; 2 elements; name hash: 0x1\n"
        f"access-list BOTH line 1 extended permit tcp {ENDS[0]} {WIDE} (hitcnt=0) 0x1\n"
        f"access-list BOTH line 2 extended permit tcp {WIDE} {ENDS[0]} (hitcnt=0) 0x2\n"
    ),
)


def test_a_bypass_under_other_names_is_in_place(situation: Build) -> None:
    """B19: what counts is what the class does to this flow, not what it is called."""
    found = FIX.propose(situation(asa=(BYPASSED, BOTH)), BypassOptions())
    assert isinstance(found, InPlace)


def test_a_bypass_of_one_direction_is_not_in_place(situation: Build) -> None:
    """S2a-08: the first packet may come from either side."""
    one = (BOTH[0], BOTH[1].split("access-list BOTH line 2")[0])
    assert isinstance(FIX.propose(situation(asa=(BYPASSED, one)), BypassOptions()), Ready)


@pytest.mark.parametrize(
    ("stands", "reason"),
    [
        pytest.param(
            (
                "pager lines 24\n",
                "access-list StatelessTraffic extended permit tcp any any\npager lines 24\n",
            ),
            "access-list StatelessTraffic stands with other rules; choose another `acl`",
            id="access list",
        ),
        pytest.param(
            (
                "class-map inspection_default\n",
                "class-map tcp_bypass\n match any\nclass-map inspection_default\n",
            ),
            "class-map tcp_bypass matches something else; choose another `class_map`",
            id="class-map",
        ),
        pytest.param(
            ("policy-map global_policy\n", "policy-map inside-policy\n class x\npolicy-map global_policy\n"),
            "policy-map inside-policy stands, bound elsewhere or nowhere; choose another `policy_map`",
            id="policy-map",
        ),
    ],
)
def test_a_name_that_stands_with_other_content_is_a_conflict(
    situation: Build, stands: tuple[str, str], reason: str
) -> None:
    """B19: shown with the line, never merged in silence."""
    found = FIX.propose(situation(asa=(stands,)), BypassOptions())
    assert isinstance(found, NotApplicable)
    assert found.reason == reason
    assert found.evidence


def test_our_own_remains_are_completed_not_doubled(situation: Build, bypass_template: TextContent) -> None:
    """B19: lines that stand are not typed again, and not taken back: somebody typed them before us."""
    standing = ("pager lines 24\n", f"{OUT}\n{BACK}\npager lines 24\n")
    step = typed(situation(asa=(standing,)), bypass_template)
    assert OUT not in [command.text for command in step.commands]
    assert [undo.text for undo in step.undo][-2:] == [
        "no access-list StatelessTraffic remark Inbound traffic",
        "no access-list StatelessTraffic remark Outbound traffic",
    ]


def test_a_policy_of_two_interfaces_is_told(situation: Build) -> None:
    """S2a-06: what joins corp holds on outside too; the prediction has it there as well."""
    both = (*OWN_POLICY[:1], f"{OWN_POLICY[1]}service-policy corp interface outside\n")
    here = situation(asa=(both,))
    found = ready(here)
    lints = [lint for lint in FIX.lints(here, found) if lint.id == "shared-policy"]
    assert [lint.severity for lint in lints] == ["warning"]
    assert lints[0].text.startswith("policy-map corp is bound to outside too: ")
    rows = FIX.predict(here.snapshot.device("edge-asa"), found.inputs)[ServicePolicy]
    joined = [
        row.interface for row in rows if isinstance(row, ServicePolicy) and row.class_map == "tcp_bypass"
    ]
    assert joined == ["inside", "outside"]
    alone = situation(asa=(OWN_POLICY,))
    assert "shared-policy" not in {lint.id for lint in FIX.lints(alone, ready(alone))}


def test_a_class_that_stands_is_not_typed_again(situation: Build, bypass_template: TextContent) -> None:
    """B19: an ASA complains of a match that the class has; the class and its list were there before us."""
    remarks = [f"access-list StatelessTraffic remark {word} traffic" for word in ("Outbound", "Inbound")]
    rules = f"{remarks[0]}\n{OUT}\n{remarks[1]}\n{BACK}\n"
    own = "class-map tcp_bypass\n match access-list StatelessTraffic\nclass-map inspection_default\n"
    standing = (("pager lines 24\n", f"{rules}pager lines 24\n"), ("class-map inspection_default\n", own))
    step = typed(situation(asa=standing), bypass_template)
    assert [command.text for command in step.commands] == [
        "policy-map inside-policy",
        "class tcp_bypass",
        "set connection timeout idle 0:15:00",
        "set connection advanced-options tcp-state-bypass",
        "service-policy inside-policy interface inside",
    ]
    assert [undo.text for undo in step.undo] == [
        "no service-policy inside-policy interface inside",
        "no policy-map inside-policy",
    ]


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        pytest.param({"flow": "10.12.0.130 172.16.1.18 udp/69"}, "udp has no TCP state to bypass", id="udp"),
        pytest.param(
            {"asa": (("Software Version 9.2(4)", "Software Version 8.0(4)"),)},
            "release 8.0(4) has no tcp-state-bypass; 8.2 has",
            id="too old",
        ),
    ],
)
def test_what_cannot_be_bypassed_is_refused(situation: Build, build: dict[str, Any], reason: str) -> None:
    """Said before anything is typed."""
    found = FIX.propose(situation(**build), BypassOptions())
    assert isinstance(found, NotApplicable)
    assert found.reason == reason
