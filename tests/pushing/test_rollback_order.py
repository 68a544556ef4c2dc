"""Runs are taken back once, and the newest first."""

from __future__ import annotations

import pytest

from bothways.errors import PlanRefused
from bothways.fleet import apply_plan, roll_back
from bothways.planning.plan import Command, ConfigStep, Plan, Undo

from .fleet_toys import ASA_START, HAIRPIN, Toys
from .toy import FORWARD, PBR, START

SWITCH_START = START.splitlines()
LINE = "ip route 10.99.0.0 255.255.0.0 10.12.0.1"
ROUTE = ConfigStep(
    device="lab-switch",
    fix="static-route",
    commands=(Command(text=LINE),),
    undo=(Undo(section="", ours=LINE, text=f"no {LINE}"),),
)


def applied(toys: Toys, plan: Plan) -> str:
    """A run that stands; each begins a minute after the one before."""
    toys.clock.seconds += 60.0
    outcome = apply_plan(plan, toys.context, wait_s=0.0, save=False)
    assert outcome.exit_code in (0, 24), outcome.sentences
    return outcome.run_id


def received(toys: Toys) -> tuple[list[str], list[str]]:
    return list(toys.asa.received), list(toys.switch.received)


def test_x02_what_stands_under_a_newer_run_is_not_pulled_away(toys: Toys) -> None:
    """X-02: exit 12, the newer run is named, nothing is typed; newest first, both go."""
    first = applied(toys, toys.plan())
    second = applied(toys, toys.plan(ROUTE))
    typed = received(toys)

    with pytest.raises(PlanRefused, match=f"roll back {second} first") as caught:
        roll_back(first, toys.context)

    assert (caught.value.exit_code, caught.value.where) == (12, "lab-switch")
    assert received(toys) == typed
    assert roll_back(second, toys.context).devices == {"lab-switch": "rolled-back"}
    assert roll_back(first, toys.context).devices == {"edge-asa": "rolled-back", "lab-switch": "rolled-back"}
    assert toys.switch.running == SWITCH_START
    assert toys.asa.running == ASA_START


def test_f72_a_newer_run_that_died_half_way_goes_first_too(toys: Toys) -> None:
    """F72: nobody knows how far it came, so nothing is pulled from under it."""
    first = applied(toys, toys.plan())
    second = applied(toys, toys.plan(ROUTE))
    path = toys.context.runs / second / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))

    with pytest.raises(PlanRefused, match=second):
        roll_back(first, toys.context)


def test_a_newer_run_on_another_device_is_no_reason_to_wait(toys: Toys) -> None:
    first = applied(toys, toys.plan(PBR))
    applied(toys, toys.plan(HAIRPIN))

    assert roll_back(first, toys.context).exit_code == 0
    assert toys.switch.running == SWITCH_START


def test_an_older_run_is_no_reason_to_wait(toys: Toys) -> None:
    applied(toys, toys.plan(PBR))
    assert roll_back(applied(toys, toys.plan(ROUTE)), toys.context).exit_code in (0, 23)
    assert LINE not in toys.switch.running


def test_a_newer_run_that_failed_is_no_reason_to_wait(toys: Toys) -> None:
    first = applied(toys, toys.plan(PBR))
    toys.switch.answers[LINE] = ("% No.", False)
    toys.clock.seconds += 60.0
    assert apply_plan(toys.plan(ROUTE), toys.context, save=False).exit_code == 20

    assert roll_back(first, toys.context).devices == {"lab-switch": "rolled-back"}


def test_a_run_that_took_itself_back_has_nothing_to_take_back(toys: Toys) -> None:
    """S0-14: exit 0, and nobody logs in: what stands there now may be another run's."""
    toys.switch.answers[FORWARD[-1]] = ("% No.", False)
    failed = apply_plan(toys.plan(), toys.context)
    assert failed.exit_code == 20
    sessions, typed = toys.switch.sessions, received(toys)

    outcome = roll_back(failed.run_id, toys.context)

    assert outcome.exit_code == 0
    assert outcome.sentences == ("taken back already; nothing was typed",)
    assert (toys.switch.sessions, received(toys)) == (sessions, typed)


def test_what_was_kept_for_somebody_else_is_taken_back_when_he_is_gone(toys: Toys) -> None:
    """F45: the first rollback is no last word on the lines it left."""
    run = applied(toys, toys.plan(PBR))
    his = " ip policy route-map FIX_ROUTING"
    toys.switch.running.insert(toys.switch.running.index("interface Vlan10") + 1, his)
    first = roll_back(run, toys.context)
    assert "route-map FIX_ROUTING permit 10" in toys.switch.running, first.sentences

    toys.switch.running.remove(his)
    roll_back(run, toys.context)

    assert toys.switch.running == SWITCH_START


def test_i1_what_is_not_saved_is_said_again_until_it_is(toys: Toys) -> None:
    """I1: startup could not be written; a second rollback types nothing and looks, instead of saying done."""
    toys.clock.seconds += 60.0
    run = apply_plan(toys.plan(PBR), toys.context, wait_s=0.0, save=False).run_id
    toys.switch.startup = list(toys.switch.running)
    toys.switch.dialogue["write memory"] = lambda _: "startup-config file open failed (Not enough space)"
    first = roll_back(run, toys.context)
    assert first.exit_code == 23, first.sentences
    typed = received(toys)

    again = roll_back(run, toys.context)

    assert (again.exit_code, again.devices) == (23, {"lab-switch": "rolled-back"})
    assert "may bring it back at a reload" in again.sentences[-1]
    toys.switch.startup = list(toys.switch.running)
    kept = roll_back(run, toys.context)
    assert (kept.exit_code, kept.sentences) == (0, ("taken back already; nothing was typed",))
    assert received(toys) == typed
