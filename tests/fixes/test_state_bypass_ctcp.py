"""The bypass for a tunnel that cannot bear a lost segment: client, headend and port, for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bothways.fixes.bypass_objects import BypassInputs
from bothways.fixes.contract import NotApplicable, Ready, Situation
from bothways.fixes.render import TextContent, render
from bothways.fixes.state_bypass import BypassOptions, StateBypass
from bothways.fixes.steps import ClearStep, ConfigStep

FIX = StateBypass()
OUT = "access-list CTCP extended permit tcp host 10.30.0.21 host 203.0.113.90 eq {} log disable"
BACK = "access-list CTCP extended permit tcp host 203.0.113.90 eq {} host 10.30.0.21 log disable"
NAMES = {"acl": "CTCP", "class_map": "ctcp"}

Build = Callable[..., Situation]


def ready(here: Situation, **options: Any) -> Ready[BypassInputs]:
    found = FIX.propose(here, BypassOptions.model_validate({**NAMES, "match": "service", **options}))
    assert isinstance(found, Ready), found
    return found


def test_only_host_and_port_are_matched(office: Build, bypass_template: TextContent) -> None:
    """S4-03, S4-04: one rule a direction, on the interface the client comes in by, then its connections."""
    here = office()
    found = ready(here, days=14, reason="until NAT-T is in the client profile")
    config, clear = FIX.steps(here, found, render(FIX, found.inputs, bypass_template))
    assert isinstance(config, ConfigStep)
    assert [command.text for command in config.commands] == [
        "access-list CTCP remark Outbound traffic",
        OUT.format(10000),
        "access-list CTCP remark Inbound traffic",
        BACK.format(10000),
        "access-list CTCP remark TEMPORARY until 2026-01-19",
        "access-list CTCP remark until NAT-T is in the client profile",
        "class-map ctcp",
        "match access-list CTCP",
        "policy-map inside-policy",
        "class ctcp",
        "set connection timeout idle 0:15:00",
        "set connection advanced-options tcp-state-bypass",
        "service-policy inside-policy interface inside",
    ]
    assert (config.until, config.reason) == ("2026-01-19", "until NAT-T is in the client profile")
    assert isinstance(clear, ClearStep)
    assert clear.command.endswith("address 10.30.0.21 address 203.0.113.90 port 10000")


@pytest.mark.parametrize("match", ["any", "subnets", "hosts"])
def test_anything_wider_is_refused(office: Build, match: str) -> None:
    """S4-04: no override gives a tunnel's bypass to others."""
    found = FIX.propose(office(), BypassOptions.model_validate({"match": match}))
    assert isinstance(found, NotApplicable)
    assert found.reason.startswith(f"match: {match} is wider than the flow")


def test_it_is_never_without_an_end(office: Build) -> None:
    """S4-03: temporary even where the playbook forgot to say so: 30 days."""
    assert ready(office()).inputs.until == "2026-02-04"


def test_the_price_is_all_security_checks(office: Build) -> None:
    """S4-04: in the words that leave nothing open."""
    here = office()
    lints = {lint.id: lint.text for lint in FIX.lints(here, ready(here))}
    assert "disables all security checks for matching connections" in lints["security-lowered"]


def test_a_port_with_a_name_is_written_as_the_device_stores_it(
    office: Build, bypass_template: TextContent
) -> None:
    """S4-02, S4-04: a tunnel on 443 is `eq https` in the configuration, so the undo finds it."""
    line = "crypto ikev1 ipsec-over-tcp port 443\nclass-map inspection_default\n"
    here = office(asa=(("class-map inspection_default\n", line),), flow="10.30.0.21 203.0.113.90 tcp/443")
    found = ready(here)
    lines = render(FIX, found.inputs, bypass_template)
    assert {OUT.format("https"), BACK.format("https")} <= set(lines)


def test_a_headend_behind_the_firewall_keeps_the_port_on_its_side(
    office: Build, bypass_template: TextContent
) -> None:
    """S4-04: called from outside, the server is on the inner side: the port stays with it."""
    permit = (
        "access-list O extended permit tcp any any\n"
        "access-group O in interface outside\n"
        "class-map inspection_default\n"
    )
    said = (
        ">>> show access-list\naccess-list O; 1 elements\n"
        "access-list O line 1 extended permit tcp any any (hitcnt=0) 0x0\n>>> show conn\n"
    )
    here = office(
        asa=(("class-map inspection_default\n", permit), (">>> show conn\n", said)),
        flow="203.0.113.90 10.30.0.21 tcp/10000",
    )
    found = ready(here)
    lines = render(FIX, found.inputs, bypass_template)
    assert (
        "access-list CTCP extended permit tcp host 10.30.0.21 eq 10000 host 203.0.113.90 log disable" in lines
    )
    assert "service-policy inside-policy interface outside" not in lines
    assert "service-policy outside-policy interface outside" in lines


STANDING = {10000: "no firewall waits for a lost segment", 10001: "access-list CTCP stands with other rules"}


@pytest.mark.parametrize(("port", "reason"), STANDING.items(), ids=["this port", "another port"])
def test_a_standing_bypass_counts_for_its_own_port(office: Build, port: int, reason: str) -> None:
    """S4-03: with it the tunnel outlives a loss; one for another port is somebody else's."""
    rules = [rule.format(port) for rule in (OUT, BACK)]
    config = (
        "\n".join(rules)
        + "\nclass-map ctcp\n match access-list CTCP\npolicy-map inside-policy\n class ctcp\n"
        "  set connection advanced-options tcp-state-bypass\n"
        "service-policy inside-policy interface inside\nclass-map inspection_default\n"
    )
    shown = "".join(
        f"access-list CTCP line {number} {rule.partition('CTCP ')[2]} (hitcnt=0) 0x0\n"
        for number, rule in enumerate(rules, 1)
    )
    lists = f">>> show access-list\naccess-list CTCP; 2 elements\n{shown}>>> show conn\n"
    here = office(asa=(("class-map inspection_default\n", config), (">>> show conn\n", lists)))
    found = FIX.propose(here, BypassOptions.model_validate({**NAMES, "match": "service"}))
    assert isinstance(found, NotApplicable)
    assert found.reason.startswith(reason)
