"""After a reload, routing gets its time; how long a connection may take is another matter."""

from __future__ import annotations

from typing import Any

import pytest

from bothways.diagnosis import Trace
from bothways.fleet import apply_plan, finish
from bothways.planning.plan import Plan, ReloadStep

from .fleet_toys import HAIRPIN, Toys

BACK_S = 50.0
"""When the routes are there again."""
RELOAD = ReloadStep(device="lab-switch", fix="sdm-template", cannot_undo="the template stays")


@pytest.fixture
def reloading(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> Toys:
    """The flow is not as predicted for a while."""
    booted = toys.switch.outputs["show version"].replace("3 hours, 2 minutes", "1 minute")

    def reload(_: Any) -> str:
        toys.switch.outputs["show version"] = booted
        return ""

    def astray(plan: Plan, seen: Trace) -> str:
        assert plan.steps
        assert seen.fate
        return "" if toys.clock.seconds >= BACK_S else "the flow is astray"

    toys.switch.dialogue["reload"] = reload
    monkeypatch.setattr(finish, "unpredicted", astray)
    return toys


def test_s0_18_routing_comes_back_though_nobody_waits_for_a_connection(reloading: Toys) -> None:
    """S0-18: `--wait 0` asks for no connection; the change is kept, unproven."""
    outcome = apply_plan(reloading.plan(HAIRPIN, RELOAD), reloading.context, allow_reload=True, wait_s=0.0)

    assert outcome.exit_code == 24, outcome.sentences
    assert BACK_S <= reloading.clock.seconds < BACK_S + 30.0


def test_f78_routing_that_does_not_come_back_is_not_waited_for_as_long_as_a_connection(
    reloading: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F78: an hour of `--wait` is for the client; the network has three minutes."""
    monkeypatch.setattr(finish, "unpredicted", lambda *_: "the flow is astray")

    outcome = apply_plan(reloading.plan(HAIRPIN, RELOAD), reloading.context, allow_reload=True, wait_s=3600.0)

    assert outcome.exit_code == 20, outcome.sentences
    assert 180.0 <= reloading.clock.seconds <= 240.0


def test_f78_without_a_reload_there_is_nothing_to_wait_for(reloading: Toys) -> None:
    """F78: taken back at once."""
    outcome = apply_plan(reloading.plan(HAIRPIN), reloading.context, wait_s=3600.0)

    assert outcome.exit_code == 20, outcome.sentences
    assert reloading.clock.seconds == 0.0
