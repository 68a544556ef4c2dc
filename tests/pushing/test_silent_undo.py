"""An undo line that a device takes in silence and does not do is found by reading, in every verb."""

from __future__ import annotations

import pytest

from bothways.fleet import apply_plan, roll_back
from bothways.planning.plan import Command, ConfigStep, Undo

from .fleet_toys import ASA_START, HAIRPIN, PERMIT, Toys
from .toy import PBR, START

SWITCH_START = START.splitlines()
UNDO_LINES = [undo.text for undo in PBR.undo]
FOREIGN_LINE = "ip http server"
ROUTE = ConfigStep(
    device="lab-switch",
    fix="static-route",
    commands=(Command(text="ip route 10.99.0.0 255.255.0.0 10.12.0.1"),),
    undo=(
        Undo(
            section="",
            ours="ip route 10.99.0.0 255.255.0.0 10.12.0.1",
            text="no ip route 10.99.0.0 255.255.0.0 10.12.0.1",
        ),
    ),
)


@pytest.mark.parametrize("line", [*UNDO_LINES, f"no {PERMIT}"])
@pytest.mark.parametrize("foreign", [False, True], ids=["alone", "beside a saved line of somebody else"])
def test_f40_a_rollback_whose_line_is_ignored_is_exit_22(traffic: Toys, line: str, foreign: bool) -> None:
    """F40, F49, I1: of a proven run; what another admin saved since is no excuse for what stands of ours."""
    run = apply_plan(traffic.plan(), traffic.context)
    assert run.exit_code == 0
    on_asa = line == f"no {PERMIT}"
    toy, name = (traffic.asa, "edge-asa") if on_asa else (traffic.switch, "lab-switch")
    toy.answers[line] = ("", False)
    if foreign:
        toy.running.insert(1, FOREIGN_LINE)
        toy.startup.insert(1, FOREIGN_LINE)
    stored = list(toy.startup)

    outcome = roll_back(run.run_id, traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices[name] == "unknown"
    assert any(line.removeprefix("no ") in str(error) for error in outcome.errors)
    assert toy.startup == stored, "startup was written, though nobody knows what stands"


@pytest.mark.parametrize("line", UNDO_LINES)
def test_f40_a_step_that_fails_and_whose_undo_is_ignored_is_exit_22(traffic: Toys, line: str) -> None:
    """F40, F77: the second step is refused at its end; the first is taken back all the same."""
    traffic.switch.answers["ip policy route-map FIX_ROUTING"] = ("% No.", True)
    traffic.switch.answers[line] = ("", False)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices == {"edge-asa": "rolled-back", "lab-switch": "unknown"}
    assert traffic.asa.running == ASA_START


@pytest.mark.parametrize("line", [*UNDO_LINES, ROUTE.undo[0].text])
def test_f40_of_two_steps_on_a_device_none_is_called_undone_while_a_line_stands(
    traffic: Toys, line: str
) -> None:
    """F40, F78: both stand, the flow is not as predicted, and one line does not go."""
    traffic.switch.answers[line] = ("", False)

    outcome = apply_plan(traffic.plan(ROUTE, PBR, fate="complete"), traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices == {"lab-switch": "unknown"}
    assert any(line.removeprefix("no ") in str(error) for error in outcome.errors)


def test_f78_two_steps_on_a_device_are_taken_back_one_after_the_other(traffic: Toys) -> None:
    """F78, X-02: what the first step put there is no residue of the second's undo."""
    outcome = apply_plan(traffic.plan(HAIRPIN, ROUTE, PBR, fate="complete"), traffic.context)

    assert outcome.exit_code == 20, outcome.sentences
    assert traffic.switch.running == SWITCH_START
    assert traffic.asa.running == ASA_START


def test_i1_an_undo_line_that_takes_more_than_ours_along_is_exit_22(traffic: Toys) -> None:
    """I1, I4: nothing of ours stands, and an address that was there before is gone."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    lost = " ip address 10.12.0.254 255.255.255.0"
    traffic.switch.on_line = lambda line: (
        traffic.switch.running.remove(lost) if line == UNDO_LINES[1] else None
    )

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert f"`-{lost}` under `interface Vlan10`" in str(outcome.errors[0])
