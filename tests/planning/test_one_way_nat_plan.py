"""The plan that takes a stale route away: one line, its exact undo, and another call to prove."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bothways.cli.plan_text import plan_lines
from bothways.errors import PlaybookError
from bothways.fixes.render import TextContent
from bothways.fixes.steps import ConfigStep
from bothways.flow import Flow
from bothways.lab.cli.ios_show import interfaces, routing, seen
from bothways.lab.cli.ios_show.router_version import render_router_version
from bothways.lab.ios.device import IosDevice
from bothways.lab.world import World
from bothways.planning import make_plan, render_paste
from bothways.planning.plan import Plan
from bothways.platforms import device_state
from bothways.playbook import Playbook
from bothways.state.device import DeviceState, Output
from bothways.state.snapshot import Snapshot

TAKEN = datetime(2026, 3, 2, 8, tzinfo=UTC)
CALL = Flow.parse("192.4.4.4 10.1.1.1 tcp/23")
ROUTE = "ip route 10.1.1.1 255.255.255.255 192.34.0.3"

PLAIN = "ip nat outside source static 10.1.1.1 192.1.1.1"
OWN = "ip nat outside source static 10.1.1.1 10.1.1.1 extendable"

Make = Callable[..., Plan]


class Morning:
    def now(self) -> datetime:
        return TAKEN

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


def state(device: IosDevice) -> DeviceState:
    running = device.running_text()
    texts = {
        "show version": render_router_version(device.hostname, device.identity.serial, 60.0, "power-on"),
        "show running-config": running,
        "show startup-config": running,
        "show ip interface": interfaces.render_ip_interfaces(seen.ports(device)),
        "show ip route": routing.render_routes(seen.routes(device)),
        "show ip arp": interfaces.render_arp(seen.arp(device)),
        "show ip policy": "Interface      Route map\n",
    }
    outputs = {command: Output(command, text, TAKEN) for command, text in texts.items()}
    return device_state(device.name, "cisco_ios", outputs)


@pytest.fixture
def make(playbook: Callable[[str], Playbook], content: Callable[[str], TextContent]) -> Make:
    """The plan for a lab as it stands."""

    def of(world: World, name: str = "one-way-nat") -> Plan:
        held = Snapshot({name: state(world.switch(name)) for name in world.devices}, TAKEN, {})
        return make_plan(held, CALL, playbook(name), clock=Morning(), content=content)

    return of


def story() -> World:
    return World.from_story("one-way-nat", ())


def test_one_line_and_its_exact_undo(make: Make) -> None:
    """S1-12: the story's own line, taken back by typing the route again where nobody else has."""
    plan = make(story())
    (step,) = plan.steps
    assert isinstance(step, ConfigStep)
    assert (step.device, [command.text for command in step.commands]) == ("CustIntR4", [f"no {ROUTE}"])
    (undo,) = step.undo
    assert (undo.text, undo.ours) == (ROUTE, "")
    assert undo.only_if is not None
    assert undo.proof is not None
    assert (undo.only_if.expected, undo.proof.expected) == (None, ROUTE)
    assert f"-{ROUTE}" in plan.diff["CustIntR4"].splitlines()
    assert set(plan.bindings) == {"CustIntR4", "CustomerR3"}  # the line that makes it stale is a fact, too


def test_what_is_proven_is_the_call_to_the_nat_address(make: Make) -> None:
    """S1-12: the flow asked about stays dead; another is to be called, and lives."""
    plan = make(story())
    assert (plan.flow, plan.call) == (str(CALL), "192.4.4.4 192.1.1.1 tcp/23")
    assert plan.proven == Flow.parse("192.4.4.4 192.1.1.1 tcp/23")
    assert (plan.before.fate, plan.before.device, plan.before.packet) == ("wrong-source", "192.4.4.4", 2)
    assert plan.after.fate == "complete"
    assert str(next(plan_lines(plan, None))) == (
        "192.4.4.4 10.1.1.1 tcp/23: wrong-source at 192.4.4.4, packet 2 -> 192.4.4.4 192.1.1.1 tcp/23 "
        "complete by one-way-nat: 1 line on CustIntR4; no outage"
    )
    assert "! then open 192.4.4.4 192.1.1.1 tcp/23, not 192.4.4.4 10.1.1.1 tcp/23" in render_paste(plan)


def test_where_the_real_address_goes_then_and_what_is_taken_for_granted(make: Make) -> None:
    """S1-12, S1-13: out of Loopback1 by the default route; and that the NAT address is meant is an ask."""
    notes = {lint.id: lint.text for lint in make(story()).lints}
    assert notes["old-call"] == (
        "call 192.1.1.1 instead; a call to 10.1.1.1 then is no-adjacency: CustIntR4 routes 10.1.1.1 out of "
        "Loopback1, where nobody is"
    )
    assert notes["intent"].startswith("this plan takes it that 192.4.4.4 is to call 192.1.1.1; if it is to")


def test_a_floating_route_takes_the_place_of_the_one_that_goes(make: Make) -> None:
    """S1-12: a call to the real address then goes where the configuration's next static line leads."""
    world = story()
    assert [text for text in world.edit("CustIntR4", [f"{ROUTE[:-10]}192.34.0.9 200"]) if text] == []
    notes = {lint.id: lint.text for lint in make(world).lints}
    assert "CustIntR4 sends it to 192.34.0.9, which is no device of the snapshot" in notes["old-call"]


@pytest.mark.parametrize(
    ("device", "lines", "why"),
    [
        ("CustIntR4", [f"no {ROUTE}", f"{ROUTE} 5"], "has words that are not taken back here"),
        ("CustIntR4", ["no ip route 192.1.1.1 255.255.255.255 192.34.0.3"], "nothing would be left to call"),
        ("CustIntR4", [f"no {ROUTE}", "ip route 10.0.0.0 255.0.0.0 192.34.0.3"], "it cures stale-route"),
    ],
    ids=["distance", "the NAT address is not routed", "a wider route"],
)
def test_it_is_refused_where_it_would_not_help(make: Make, device: str, lines: list[str], why: str) -> None:
    """S1-12: a route that is more than it seems, or the only way there is, stays."""
    world = story()
    assert [text for text in world.edit(device, lines) if text] == []
    with pytest.raises(PlaybookError, match=why):
        make(world)


def test_a_flow_that_lives_has_nothing_to_take_away(make: Make) -> None:
    """Before the translation the route is the way."""
    plan = make(World.from_story("one-way-nat", ("before-nat",)))
    assert (plan.steps, plan.call) == ((), "")


def test_the_server_gets_its_own_address_as_a_second_name(make: Make) -> None:
    """S1-12: the line anew with `extendable`, the second name; undone the other way round, and as it was."""
    plan = make(story(), "nat-both-ways")
    (step,) = plan.steps
    assert isinstance(step, ConfigStep)
    assert step.device == "CustomerR3"
    assert [command.text for command in step.commands] == [f"no {PLAIN}", f"{PLAIN} extendable", OWN]
    assert [undo.text for undo in step.undo] == [f"no {OWN}", f"no {PLAIN} extendable", PLAIN]
    assert step.undo[2].only_if is not None
    assert (step.undo[2].ours, step.undo[2].only_if.expected) == ("", None)
    assert (plan.before.fate, plan.after.fate, plan.call) == ("wrong-source", "complete", "")
    assert [line for line in plan.diff["CustomerR3"].splitlines()[3:] if line[0] in "+-"] == [
        f"-{PLAIN}",
        f"+{PLAIN} extendable",
        f"+{OWN}",
    ]


def test_what_is_not_known_of_a_second_name_is_said(make: Make) -> None:
    """S1-12: which address is meant, what is concluded and not read, and who is cut."""
    said = {lint.id: lint for lint in make(story(), "nat-both-ways").lints}
    assert sorted(said) == ["believed", "entry-retyped", "intent"]
    assert {lint.severity for lint in said.values()} == {"warning"}
    assert said["believed"].text.endswith(
        "the lines stay, unproven and not saved: open one and verify, or roll the run back"
    )
    assert said["intent"].text.endswith("take the route away instead: bothways plan one-way-nat")


def test_a_line_that_is_extendable_already_stays(make: Make) -> None:
    """S1-12: nobody is cut where the translation needs one line more."""
    world = story()
    world.edit("CustomerR3", [f"no {PLAIN}", f"{PLAIN} extendable"])
    plan = make(world, "nat-both-ways")
    (step,) = plan.steps
    assert isinstance(step, ConfigStep)
    assert [command.text for command in step.commands] == [OWN]
    assert [undo.text for undo in step.undo] == [f"no {OWN}"]
    assert "entry-retyped" not in {lint.id for lint in plan.lints}


def test_planned_again_it_is_nothing(make: Make) -> None:
    """X-06, S1-12: what was broken lives, so there is nothing to type."""
    world = story()
    assert world.edit("CustomerR3", [f"no {PLAIN}", f"{PLAIN} extendable", OWN]) == ["", "", ""]
    assert make(world, "nat-both-ways").steps == ()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([f"no {PLAIN}", f"{PLAIN} add-route"], "has words that are not typed anew here"),
        (
            [
                f"no {PLAIN}",
                f"{PLAIN} extendable",
                "ip nat outside source static 10.1.1.1 192.1.1.9 extendable",
            ],
            "10.1.1.1 has another name already",
        ),
    ],
    ids=["add-route", "a second name"],
)
def test_a_translation_that_says_more_is_left_to_people(make: Make, lines: list[str], why: str) -> None:
    """S1-12: nothing of others is replaced."""
    world = story()
    assert [text for text in world.edit("CustomerR3", lines) if text] == []
    with pytest.raises(PlaybookError, match=why):
        make(world, "nat-both-ways")
