"""Others may live by now on what a run put there; they are named before anything is typed."""

from __future__ import annotations

import pytest

from bothways.errors import PlanRefused
from bothways.fleet import apply_plan, roll_back

from .fleet_toys import ASA_START, CONN, NO_CONN, PERMIT, Toys
from .toy import FORWARD, START

OTHERS = (
    "2 in use, 7 most used\nTCP inside 172.16.1.18:443 inside 10.12.0.130:50001, idle 0:00:01, bytes 512, "
    "flags UIOB\nTCP inside 172.16.1.18:443 inside 10.12.0.99:50007, idle 0:00:01, bytes 512, flags UIOB\n"
)


def connections(toys: Toys, text: str) -> None:
    toys.asa.outputs |= {"show conn": text, "show conn count": text.splitlines()[0]}


def test_s0_05_a_rollback_that_would_cut_others_off_is_refused(traffic: Toys) -> None:
    """S0-05: exit 12, who it would hit, and the line to type all the same; no device is touched."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    connections(traffic, OTHERS)
    typed = (list(traffic.asa.received), list(traffic.switch.received))

    with pytest.raises(PlanRefused, match=r"1 other connection turns around .*10\.12\.0\.99:50007") as caught:
        roll_back(run, traffic.context)

    assert (caught.value.exit_code, caught.value.where) == (12, "edge-asa")
    assert caught.value.next_step.endswith(f"by hand: no {PERMIT}")
    assert (traffic.asa.received, traffic.switch.received) == typed

    connections(traffic, NO_CONN)
    assert roll_back(run, traffic.context).exit_code == 0
    assert traffic.asa.running == ASA_START


def test_the_connections_of_the_runs_own_flow_are_no_hindrance(traffic: Toys) -> None:
    """S0-05: it is what is to be taken back."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    connections(traffic, CONN)

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 0, outcome.sentences
    assert not any("who else" in said for said in outcome.sentences)


def test_a_permit_that_somebody_removed_hinders_nothing(traffic: Toys) -> None:
    """S0-05: what does not stand cannot be taken from anybody."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    connections(traffic, OTHERS)
    traffic.asa.running.remove(PERMIT)

    assert roll_back(run, traffic.context).devices["lab-switch"] == "rolled-back"


def test_connections_nobody_lists_do_not_bar_the_way_back_and_that_is_said(traffic: Toys) -> None:
    """S0-05: a busy firewall is not asked for all its connections."""
    run = apply_plan(traffic.plan(), traffic.context).run_id

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 0
    assert outcome.sentences[0].startswith("edge-asa: not looked at, who else lives on it: ")


def test_a_run_that_fails_is_taken_back_whoever_uses_it(traffic: Toys) -> None:
    """X-02: its lines have stood for seconds."""
    connections(traffic, OTHERS)
    traffic.switch.answers[FORWARD[-1]] = ("% No.", False)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 20, outcome.sentences
    assert traffic.asa.running == ASA_START
    assert traffic.switch.running == START.splitlines()
