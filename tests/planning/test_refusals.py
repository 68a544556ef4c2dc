from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest

from bothways.errors import CouldNotSee, DocumentError, LintBlocked, PlaybookError
from bothways.fixes.render import TextContent
from bothways.fixes.steps import ConfigStep
from bothways.flow import Flow
from bothways.network import DeclaredHost
from bothways.planning import render_paste
from bothways.planning.plan import Plan
from bothways.state.snapshot import Snapshot

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
ROUTING = (
    ('"desktop default"', '"desktop routing"'),
    ("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),
)

Build = Callable[..., Snapshot]
Lookup = Callable[[str], TextContent]


def test_a_forced_any_is_blocked_until_it_is_overridden(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-07, S0-15: refused with its id, done with the override, and the plan remembers."""
    with pytest.raises(LintBlocked, match="--override any-any") as refused:
        plan(snapshot(ios=ROUTING), "hairpin-return", match="any")
    assert refused.value.exit_code == 10
    made = plan(snapshot(ios=ROUTING), "hairpin-return", match="any", overrides=("any-any",))
    assert made.overridden == ("any-any",)
    assert "permit ip any any" in [
        command.text for step in made.steps if isinstance(step, ConfigStep) for command in step.commands
    ]


def test_a_policy_in_the_wrong_place_does_not_pass_as_a_cure(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """S0-16: two reasons to refuse, the place and the verdict predicted from it."""
    with pytest.raises(LintBlocked, match="--override wrong-interface --override not-cured"):
        plan(snapshot(ios=ROUTING), "hairpin-return", interface="Vlan10")


def test_unsaved_lines_block_a_reload(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-18: the reload is without saving, so what somebody has not saved would be gone."""
    here = snapshot()
    state = here.device("lab-switch")
    startup = state.outputs["show startup-config"]
    state.outputs = {
        **state.outputs,
        "show startup-config": replace(startup, text=startup.text.replace("ip http server\n", "")),
    }
    with pytest.raises(
        LintBlocked, match="unsaved-lines: lab-switch: running and startup configuration differ"
    ):
        plan(here, "hairpin-return")
    pasted = render_paste(plan(here, "hairpin-return", overrides=("unsaved-lines",)))
    assert "differ: the reload would lose `ip http server`\n" in pasted.partition("reload\n")[0]


def test_lines_that_a_reload_brings_back_are_told(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-18: what was taken away and not saved stands again after the reload; no password is shown."""
    here = snapshot()
    state = here.device("lab-switch")
    startup = state.outputs["show startup-config"]
    more = startup.text.replace("ip http server\n", "ip http server\nusername old password 7 0822455D0A16\n")
    state.outputs = {**state.outputs, "show startup-config": replace(startup, text=more)}
    with pytest.raises(LintBlocked, match="the reload would bring back `username old ") as refused:
        plan(here, "hairpin-return")
    assert "0822455D0A16" not in str(refused.value)


def test_what_the_playbook_does_not_cure_is_refused(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """Another fault, another playbook; the verdict is named."""
    lab = ("D        172.16.1.0 255.255.255.0 [90/28416] via 10.12.0.254, 5d03h, inside\n", "")
    default = ("S*    0.0.0.0 0.0.0.0 [1/0] via 203.0.113.1, outside\n", "")
    with pytest.raises(PlaybookError, match=r"^hairpin-bypass: it cures .*; the flow dies of no-route "):
        plan(snapshot(asa=(lab, default)), "hairpin-bypass")


def test_a_fix_that_is_refused_stops_the_plan_with_its_reason(
    snapshot: Build, plan: Callable[..., Plan]
) -> None:
    """S0-19: device, fix, reason and the line it was read from, in one sentence."""
    base = ("C3560-IPSERVICESK9-M", "C3560-IPBASEK9-M")
    with pytest.raises(
        PlaybookError, match=r"^lab-switch: sdm-template: image C3560-IPBASEK9-M is without"
    ) as refused:
        plan(snapshot(ios=(base,)), "hairpin-return")
    assert "(lab-switch: show version:1: Cisco IOS Software, C3560 Software (C3560-IPBASEK9-M)" in str(
        refused.value
    )


def test_an_unread_device_is_not_planned_around(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """A plan on half the network is no plan."""
    half = snapshot()
    alone = Snapshot({"edge-asa": half.device("edge-asa")}, NOON, {"lab-switch": "timed out"})
    with pytest.raises((CouldNotSee, PlaybookError)):
        plan(alone, "hairpin-return")


def test_a_template_whose_lines_are_not_all_taken_back_is_refused(
    snapshot: Build, plan: Callable[..., Plan], content: Lookup
) -> None:
    """The undo is proven on the text before a plan is written; the template is named."""

    def changed(name: str) -> TextContent:
        found = content(name)
        swapped = found.text.replace(" ip policy route-map {{ route_map }}", " ip policy route-map OTHER")
        return TextContent(name, swapped, "workspace", found.sha256)

    with pytest.raises(
        DocumentError, match=r"pbr-return\.j2 \(workspace\): the undo of pbr-return does not take back"
    ):
        plan(snapshot(ios=ROUTING), "hairpin-return", lookup=changed)


def test_a_host_with_its_own_route_is_predicted_to_break(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: it lives today by .254; afterwards its answers meet a firewall that saw no request."""
    old = DeclaredHost("old", IPv4Address("10.12.0.77"), IPv4Address("10.12.0.254"))
    (lint,) = [
        lint
        for lint in plan(snapshot(ios=ROUTING), "hairpin-return", hosts=(old,)).lints
        if lint.id == "flow-broken"
    ]
    assert (lint.severity, lint.device) == ("warning", "edge-asa")
    assert lint.text.startswith(
        "10.12.0.77 172.16.1.18 tcp/443 lives today and is predicted to be no-connection: "
    )
    bypass = plan(snapshot(), "hairpin-bypass", hosts=(old,))
    assert "flow-broken" not in [lint.id for lint in bypass.lints]


def test_no_plan_rests_on_a_gateway_that_nothing_tells(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-07: 10.12.0.99 was never seen; behind the switch it lives, and nobody reloads that for a guess."""
    with pytest.raises(
        CouldNotSee, match=r"it depends: .* if 10\.12\.0\.99 sends to 10\.12\.0\.1 "
    ) as refused:
        plan(snapshot(), "hairpin-return", flow=Flow.parse("10.12.0.99 172.16.1.18 tcp/443"))
    assert "declare it in topology.yaml" in str(refused.value)


def test_a_flow_that_is_open_is_not_cured(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """X-07: its connection carries data both ways: no switch is reloaded unless somebody insists."""
    alive = snapshot(asa=(("bytes 0, flags SaAB", "bytes 50000, flags UIOB"),))
    with pytest.raises(
        LintBlocked, match=r"observed-alive: edge-asa: .* 50000 bytes.*show conn:\d+: TCP inside"
    ):
        plan(alive, "hairpin-return")
    assert plan(alive, "hairpin-return", overrides=("observed-alive",)).overridden == ("observed-alive",)


ONLY_USERS = (
    ("pager lines 24\n", "access-list IN extended permit ip 10.12.0.0 255.255.255.0 any\npager lines 24\n"),
    ("route outside 0.0.0.0", "access-group IN in interface inside\nroute outside 0.0.0.0"),
    (
        ">>> show failover\n",
        (
            "access-list IN; 1 elements; name hash: 0x1\n"
            "access-list IN line 1 extended permit ip 10.12.0.0 255.255.255.0 any (hitcnt=9) 0x1\n"
            ">>> show failover\n"
        ),
    ),
)


def test_the_firewalls_own_list_is_asked_about_the_lab(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: moved to the firewall, a connection from the lab meets the inside access list."""
    lab = Flow.parse("172.16.1.18 10.12.0.5 tcp/80")
    with pytest.raises(LintBlocked, match=r"not-cured: edge-asa: predicted after it: acl-denied at packet 1"):
        plan(snapshot(asa=ONLY_USERS, ios=ROUTING), "hairpin-return", flow=lab)
    assert plan(snapshot(asa=ONLY_USERS, ios=ROUTING), "hairpin-return").after.fate == "complete"


def test_the_reverse_path_check_is_walked(snapshot: Build, plan: Callable[..., Plan]) -> None:
    """S0-24: the firewall reaches the lab by the same interface, so its packets pass the check there."""
    check_inside = ("route outside 0.0.0.0", "ip verify reverse-path interface inside\nroute outside 0.0.0.0")
    lab = Flow.parse("172.16.1.18 10.12.0.5 tcp/80")
    made = plan(snapshot(asa=(check_inside,), ios=ROUTING), "hairpin-return", flow=lab)
    assert made.after.fate == "complete"
