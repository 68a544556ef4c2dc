"""A line is ours by its place, not by its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from nornir.core.plugins.connections import ConnectionPluginRegister

from bothways.errors import BothwaysError, StateUnknown
from bothways.fleet import apply_plan
from bothways.pushing import push
from bothways.pushing.journal import Journal
from bothways.pushing.line import Line, type_line
from bothways.pushing.push import push_step
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work
from bothways.session.contract import Session

from .bench import bench
from .fleet_toys import CONN, PERMIT, SHOW_CONN, Toys, made, plugin_over
from .toy import FORWARD, PBR, START, SteppedClock, Toy

POLICY = "ip policy route-map FIX_ROUTING"


def test_f45_our_own_words_under_another_interface_are_somebody_elses(
    toy: Toy, unit: Unit, work: Work
) -> None:
    """F45: he binds our policy elsewhere while we type; it is named, and what it uses is left to him."""

    def typed_meanwhile(line: str) -> None:
        if line == FORWARD[-1]:
            toy.store("interface Vlan10", POLICY)

    toy.on_line = typed_meanwhile
    with pytest.raises(StateUnknown, match=rf"somebody else changed `\+ {POLICY}` under `interface Vlan10`"):
        push_step(unit, PBR, work)
    assert toy.running.count(f" {POLICY}") == 1
    assert "route-map FIX_ROUTING permit 10" in toy.running


def test_f45_our_own_words_taken_away_elsewhere_are_somebody_elses(toy: Toy, unit: Unit, work: Work) -> None:
    """F45: a line that goes is not explained by one that comes."""
    toy.store("interface Vlan10", POLICY)

    def typed_meanwhile(line: str) -> None:
        if line == FORWARD[0]:
            toy.store("interface Vlan10", f"no {POLICY}")

    toy.on_line = typed_meanwhile
    with pytest.raises(BothwaysError, match=rf"somebody else changed `- {POLICY}` under `interface Vlan10`"):
        push_step(unit, PBR, work)


def test_f45_what_the_plan_foretells_elsewhere_explains_nothing_here(
    toy: Toy, unit: Unit, journal: Journal, clock: SteppedClock
) -> None:
    """F45: sign, section and text must all be those of the diff."""
    banner = "description moved"
    work = Work(0, journal, clock, predicted=frozenset({("+", "interface Vlan172", banner)}))

    def typed_meanwhile(line: str) -> None:
        if line == FORWARD[0]:
            toy.store("interface Vlan10", banner)

    toy.on_line = typed_meanwhile
    with pytest.raises(StateUnknown, match=r"somebody else changed `\+ description moved`"):
        push_step(unit, PBR, work)


@pytest.fixture
def toys(tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Toys:
    toys = made(tmp_path, clock)
    monkeypatch.setitem(ConnectionPluginRegister.available, "bothways", plugin_over(toys))

    def tick(_: float) -> None:
        toys.asa.outputs[SHOW_CONN] = CONN

    clock.waiting = tick
    return toys


@pytest.mark.parametrize(("interface", "code"), [("Vlan172", 0), ("Vlan10", 20)])
def test_i1_a_line_that_came_in_another_place_than_reviewed_takes_everything_back(
    toys: Toys, interface: str, code: int
) -> None:
    """I1, F40: the people who reviewed the diff saw it under one interface."""
    diff = f"--- a\n+++ b\n@@ -5,1 +5,2 @@ interface {interface}\n+ {POLICY}"
    outcome = apply_plan(toys.plan(diff={"lab-switch": diff}), toys.context)
    assert outcome.exit_code == code, outcome.sentences
    if code:
        assert f"`+ {POLICY}` under `interface {interface}`" in str(outcome.errors[0])
        assert toys.switch.running == START.splitlines()
        assert PERMIT not in toys.asa.running


def test_f45_over_ssh_the_policy_bound_elsewhere_meanwhile_is_never_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F45, I3: the run ends in 22, with his line and what it uses standing, and startup as it was."""
    with bench(tmp_path / "lab", "routing-sdm") as lab:
        plan = lab.plan("hairpin-return")

        def meddled(session: Session, platform: object, journal: Journal, line: Line) -> None:
            if line.kind == "command" and line.text == POLICY:
                lab.lab.ask("edit", device="lab-switch", lines=["interface Vlan10", f" {POLICY}"])
            type_line(session, platform, journal, line)  # type: ignore[arg-type]

        monkeypatch.setattr(push, "type_line", meddled)
        outcome = apply_plan(plan, lab.context)

        assert outcome.exit_code == 22, outcome.sentences
        assert f"somebody else changed `+ {POLICY}` under `interface Vlan10`" in str(outcome.errors)
        assert lab.configs()["lab-switch"].count(f" {POLICY}") == 1
        startup = lab.read().device("lab-switch").outputs["show startup-config"].text
        assert "FIX_ROUTING" not in startup
