"""The tasks that change nothing, run by a Nornir over toy devices."""

from __future__ import annotations

from pathlib import Path

import pytest
from nornir.core.plugins.connections import ConnectionPluginRegister

from bothways.errors import PlanStale, WrongUnit
from bothways.fleet.hosts import run_each, run_on
from bothways.tasks import preview_change, read_state

from .fleet_toys import PERMIT, Toys, made, plugin_over
from .toy import FORWARD, SteppedClock


@pytest.fixture
def toys(tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Toys:
    toys = made(tmp_path, clock)
    monkeypatch.setitem(ConnectionPluginRegister.available, "bothways", plugin_over(toys))
    return toys


def test_i5_a_preview_shows_diff_and_lines_and_types_nothing(toys: Toys) -> None:
    """I5: read-only, and only for the unit the plan was made for."""
    plan = toys.plan(diff={"lab-switch": "+ip policy route-map FIX_ROUTING"})
    with toys.context.sessions() as nornir:
        results = run_each(nornir, ["edge-asa", "lab-switch"], preview_change, plan=plan, clock=toys.clock)

    assert results["edge-asa"].result == (PERMIT,)
    assert results["lab-switch"].result == tuple(FORWARD)
    assert results["lab-switch"].diff == "+ip policy route-map FIX_ROUTING"
    assert toys.asa.received == toys.switch.received == []


def test_a_preview_refuses_another_unit_and_an_old_plan(toys: Toys) -> None:
    """F60, B13: the task raises what the verb would say."""
    plan = toys.plan()
    toys.asa.outputs["show version"] = toys.asa.outputs["show version"].replace("JMX1234", "JMX9999")
    with toys.context.sessions() as nornir:
        with pytest.raises(WrongUnit):
            run_on(nornir, "edge-asa", preview_change, plan=plan, clock=toys.clock)
        toys.clock.seconds = 100_000.0
        with pytest.raises(PlanStale):
            run_on(nornir, "lab-switch", preview_change, plan=plan, clock=toys.clock)


def test_a_read_that_fails_on_one_device_is_only_that_device(toys: Toys) -> None:
    toys.asa.unreachable_until = 1.0
    with toys.context.sessions() as nornir:
        results = run_each(nornir, ["edge-asa", "lab-switch"], read_state, clock=toys.clock)

    assert results["edge-asa"].failed
    assert results["lab-switch"].result.name == "lab-switch"
