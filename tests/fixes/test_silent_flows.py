"""Cures for flows that fall silent: lines, undo, what they join, and where they are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bothways.diagnosis import trace
from bothways.fixes import fix_named
from bothways.fixes.contract import Fix, InPlace, NotApplicable, Ready, Situation
from bothways.fixes.menu import menu
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep
from bothways.rules import diagnose

Build = Callable[..., Situation]
Shipped = Callable[[str], TextContent]
RULE = "access-list QuietFlow extended permit tcp host 192.0.2.10 host 10.30.0.80"
CLASS = [RULE, "class-map quiet_flow", "match access-list QuietFlow"]
GLOBAL = "service-policy global_policy global\n"
LOGGING = [
    "logging enable",
    "logging timestamp",
    "logging buffer-size 524288",
    "logging buffered informational",
]


def proposed(name: str, here: Situation, **options: Any) -> Ready[Any] | InPlace | NotApplicable:
    fix: Fix[Any, Any] = fix_named(name)
    return fix.propose(here, fix.options(**options))


def typed(name: str, here: Situation, shipped: Shipped, **options: Any) -> ConfigStep:
    fix: Fix[Any, Any] = fix_named(name)
    found = proposed(name, here, **options)
    assert isinstance(found, Ready), found
    (step,) = fix.steps(here, found, render(fix, found.inputs, shipped(name)))
    assert isinstance(step, ConfigStep)
    return step


@pytest.mark.parametrize(
    ("name", "options", "silence_s", "setting"),
    [
        pytest.param("idle-timeout", {}, 1200, "idle 1:00:00", id="S3-07 an hour at least"),
        pytest.param("idle-timeout", {}, 7230, "idle 4:01:00", id="S3-07 twice the silence"),
        pytest.param("idle-timeout", {"idle": "0:45:00"}, 1200, "idle 0:45:00", id="S3-07 as chosen"),
        pytest.param("idle-timeout", {"reset": True}, 1200, "idle 1:00:00 reset", id="S3-07 told at its end"),
        pytest.param("dcd", {}, 1200, "dcd 0:00:15 5", id="S3-07 probes"),
        pytest.param("dcd", {"retry": "0:01:00", "tries": 3}, 1200, "dcd 0:01:00 3", id="S3-07 fewer probes"),
    ],
)
def test_the_class_joins_the_global_policy(  # noqa: PLR0917 - two fixtures, and a case of four
    hosting: Build, shipped: Shipped, name: str, options: dict[str, Any], silence_s: int, setting: str
) -> None:
    """S3-07: real ends, one class more in the policy that serves already, nothing bound anew."""
    step = typed(name, hosting(silence_s=silence_s), shipped, **options)
    line = f"set connection timeout {setting}"
    assert [command.text for command in step.commands] == [
        *CLASS,
        "policy-map global_policy",
        "class quiet_flow",
        line,
    ]
    assert [(undo.enter, undo.text) for undo in step.undo] == [
        (("policy-map global_policy",), "no class quiet_flow"),
        ((), "no class-map quiet_flow"),
        ((), f"no {RULE}"),
    ]
    assert step.undo[0].contents == (line,)


def test_without_any_policy_one_is_made_and_bound(hosting: Build, shipped: Shipped) -> None:
    """S3-07: on the interface the client comes in by; its undo unbinds first."""
    step = typed("idle-timeout", hosting(asa=((GLOBAL, ""),)), shipped)
    texts = [command.text for command in step.commands]
    assert texts[3:] == [
        "policy-map outside-policy",
        "class quiet_flow",
        "set connection timeout idle 1:00:00",
        "service-policy outside-policy interface outside",
    ]
    assert [undo.text for undo in step.undo][:2] == [
        "no service-policy outside-policy interface outside",
        "no policy-map outside-policy",
    ]


def test_an_interface_policy_with_timers_is_the_one_to_join(hosting: Build, shipped: Shipped) -> None:
    """S3-07: it hides the global one for this kind of setting, so a class there would be of no use."""
    mine = "policy-map inner\n class other\n  set connection timeout idle 0:30:00\n"
    listed = "access-list OTHER line 1 extended permit tcp any host 10.30.0.9 (hitcnt=0) 0x2\n"
    other = "access-list OTHER extended permit tcp any host 10.30.0.9\n"
    edits = (
        ("policy-map global_policy\n", f"{mine}policy-map global_policy\n"),
        (GLOBAL, f"{GLOBAL}service-policy inner interface inside\n"),
        (
            "class-map inspection_default\n",
            "class-map other\n match access-list OTHER\nclass-map inspection_default\n",
        ),
        (
            "access-list outside_in line 1 ",
            f"access-list OTHER; 1 elements; name hash: 0x1\n{listed}access-list outside_in line 1 ",
        ),
        ("pager lines 24\n", f"{other}pager lines 24\n"),
    )
    step = typed("idle-timeout", hosting(asa=edits), shipped)
    assert "policy-map inner" in [command.text for command in step.commands]


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        pytest.param(
            (("  inspect dns preset_dns_map", "  set connection timeout idle 0:10:00\n  inspect dns"),),
            "gives the flow its limits and timers already",
            id="S3-07 the first class counts",
        ),
        pytest.param(
            (("pager lines 24\n", "access-list QuietFlow extended permit ip any any\npager lines 24\n"),),
            "stands with other content",
            id="S3-07 a name is taken",
        ),
        pytest.param(
            (("Version 9.2(4)", "Version 8.0(5)"),), "is not known to have timers", id="S3-07 too old"
        ),
        pytest.param(
            (("timeout conn 0:15:00", "timeout conn 1:00:00"),), "no firewall lets go", id="S3-04 long enough"
        ),
    ],
)
def test_timers_are_refused_with_the_reason(
    hosting: Build, edits: tuple[tuple[str, str], ...], says: str
) -> None:
    """S3-07: what cannot help or would overwrite somebody's choice is not proposed."""
    found = proposed("idle-timeout", hosting(asa=edits))
    assert isinstance(found, NotApplicable)
    assert says in found.reason


def test_a_gap_of_a_second_is_no_case_for_timers(hosting: Build) -> None:
    """S3-04: neither timers nor probes are proposed against the numbers."""
    for name in ("idle-timeout", "dcd"):
        assert isinstance(proposed(name, hosting(silence_s=1)), NotApplicable)
        assert isinstance(proposed(name, hosting(scenario="conn-lost", silence_s=1)), NotApplicable)


@pytest.mark.parametrize(
    ("answer", "line", "back"),
    [
        ("nobody", "no service resetoutbound interface inside", "service resetoutbound interface inside"),
        ("both", "service resetinbound interface outside", "no service resetinbound interface outside"),
    ],
    ids=["S3-05 nobody is told", "S3-05 both are told"],
)
def test_the_reset_service_is_one_line_and_back(
    hosting: Build, shipped: Shipped, answer: str, line: str, back: str
) -> None:
    """S3-05: its default is no line, so taking it back leaves none."""
    step = typed("reset-service", hosting(scenario="conn-lost", silence_s=None), shipped, answer=answer)
    assert [command.text for command in step.commands] == [line]
    assert [(undo.ours, undo.text) for undo in step.undo] == [(line, back)]


def test_a_service_that_is_off_already_forges_nothing(hosting: Build) -> None:
    """S3-05: without it nobody resets; with both answered nothing is left to do."""
    off = (("telnet timeout 5\n", "no service resetoutbound\ntelnet timeout 5\n"),)
    assert isinstance(proposed("reset-service", hosting(asa=off)), NotApplicable)
    both = (("telnet timeout 5\n", "service resetinbound\ntelnet timeout 5\n"),)
    assert isinstance(proposed("reset-service", hosting(asa=both), answer="both"), InPlace)


def test_the_minimal_log_is_four_lines(hosting: Build, shipped: Shipped) -> None:
    """S3-07: enabled, stamped, some minutes of room, down to informational."""
    step = typed("logging-minimal", hosting(), shipped)
    assert [command.text for command in step.commands] == LOGGING
    assert [undo.text for undo in step.undo] == [f"no {line}" for line in reversed(LOGGING)]


@pytest.mark.parametrize(
    ("standing", "left"),
    [
        (["logging enable"], LOGGING[1:]),
        (["logging enable", "logging timestamp"], LOGGING[2:]),
        (LOGGING, None),
        (["logging enable", "logging buffered warnings"], "was chosen by somebody"),
        (["logging enable", "logging buffer-size 8192"], "was chosen by somebody"),
    ],
    ids=["S3-07 enabled", "S3-07 stamped", "S3-07 all", "S3-07 another level", "S3-07 another size"],
)
def test_only_what_lacks_is_typed(
    hosting: Build, shipped: Shipped, standing: list[str], left: list[str] | str | None
) -> None:
    """S3-07, X-06: lines that stand stay; a level that somebody chose is not overwritten."""
    here = hosting(asa=(("pager lines 24\n", "pager lines 24\n" + "".join(f"{one}\n" for one in standing)),))
    found = proposed("logging-minimal", here)
    if left is None:
        assert isinstance(found, InPlace)
    elif isinstance(left, str):
        assert isinstance(found, NotApplicable)
        assert left in found.reason
    else:
        step = typed("logging-minimal", here, shipped)
        assert [command.text for command in step.commands] == left


def items(here: Situation) -> dict[str, Any]:
    walked = trace(here.snapshot, here.flow, here.hosts, here.scenario, here.silence_s)
    return {item.name: item for item in menu(here.snapshot, walked, diagnose(here.snapshot, walked))}


def test_the_menu_says_when_each_way_applies(hosting: Build) -> None:
    """S3-07: class, global, probes, reset at the end, keepalives, the service, the log; in this order."""
    found = items(hosting())
    assert list(found) == [
        "idle-timeout-class",
        "idle-timeout-global",
        "dcd",
        "idle-with-reset",
        "tcp-keepalives",
        "reset-service-off",
        "reset-service-both",
        "logging-on",
    ]
    assert all(item.available for item in found.values())
    assert "0:20:00" in found["idle-timeout-class"].reason
    assert "0:15:00" in found["idle-timeout-class"].reason
    assert found["idle-timeout-global"].text.endswith("timeout conn 1:00:00")
    assert "tcp_keepalive_time=300" in found["tcp-keepalives"].text
    assert found["logging-on"].playbook == "logging-minimal"


def test_timers_are_no_way_out_of_a_short_gap(hosting: Build) -> None:
    """S3-04, S3-07: they are named, and not available."""
    found = items(hosting(scenario="conn-lost", silence_s=1))
    named = ("idle-timeout-class", "idle-timeout-global", "dcd", "idle-with-reset")
    assert not any(found[name].available for name in named)
    assert found["tcp-keepalives"].available
    assert found["logging-on"].available


def test_a_flow_that_lives_needs_no_menu(hosting: Build) -> None:
    assert not items(hosting(scenario="handshake", silence_s=None))
