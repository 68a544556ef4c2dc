"""Whatever blows up while lines stand ends in taking them back, or in 22 with the lines named."""

from __future__ import annotations

from typing import Any

import pytest

from bothways.errors import CouldNotSee
from bothways.fleet import apply_plan, finish, roll_back, taking_back
from bothways.planning.plan import ClearStep, ReloadStep

from .fleet_toys import ASA_START, PERMIT, SHOW_CONN, Toys
from .toy import FORWARD, START

SWITCH_START = START.splitlines()


def bug(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("made up")


def test_a_bug_after_the_last_step_takes_every_step_back(
    traffic: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I4: the fresh trace blows up, with lines on both devices."""
    monkeypatch.setattr(finish, "fresh_trace", bug)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 20, outcome.sentences
    assert "Bothways failed before the run was proven: ZeroDivisionError('made up')" in str(outcome.errors[0])
    assert traffic.asa.running == traffic.asa.startup == ASA_START
    assert traffic.switch.running == traffic.switch.startup == SWITCH_START


def test_a_bug_while_waiting_for_the_proof_takes_every_step_back(traffic: Toys) -> None:
    """I4: the caller's own traffic blows up."""
    outcome = apply_plan(traffic.plan(), traffic.context, stimulate=bug)

    assert outcome.exit_code == 20, outcome.sentences
    assert traffic.switch.running == SWITCH_START


@pytest.mark.parametrize("broken", [True, False], ids=["bug", "refused"])
def test_i4_an_undo_that_fails_after_a_bug_is_exit_22_with_the_lines(
    traffic: Toys, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    """I4, F49: the other device is taken back all the same."""
    monkeypatch.setattr(finish, "fresh_trace", bug)
    line = "no ip policy route-map FIX_ROUTING"
    if broken:
        traffic.switch.on_line = lambda typed: bug() if typed == line else None
    else:
        traffic.switch.answers[line] = ("% No.", False)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices == {"edge-asa": "rolled-back", "lab-switch": "unknown"}
    said = str(outcome.errors[1])
    assert all(f"`{text}` acked" in said for text in FORWARD)
    assert f"undo `{line}` {'sent' if broken else 'rejected'}" in said
    assert traffic.asa.running == ASA_START


def test_nobody_listening_is_no_reason_to_leave_a_change_half_way(traffic: Toys) -> None:
    """I4: the terminal is gone, as after a lost login."""
    assert apply_plan(traffic.plan(), traffic.context, progress=deaf_from("step 1")).exit_code == 0


def test_a_rollback_nobody_listens_to_is_brought_to_its_end(traffic: Toys) -> None:
    """I4: the same on the way back."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    assert roll_back(run, traffic.context, progress=deaf_from("taken back")).exit_code == 0
    assert traffic.asa.startup == ASA_START


def deaf_from(words: str) -> Any:
    def tell(said: str) -> None:
        if words in said:
            raise BrokenPipeError

    return tell


def test_a_bug_while_saving_is_exit_23_and_the_other_device_is_saved(traffic: Toys) -> None:
    """F56: what is proven stays; only startup is in doubt."""
    traffic.asa.dialogue["write memory"] = bug

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 23, outcome.sentences
    assert outcome.devices == {"edge-asa": "applied", "lab-switch": "saved"}


def test_i4_a_bug_in_a_rollback_is_exit_22_with_the_lines(traffic: Toys) -> None:
    """I4: in an undo line of one device; the other is taken back."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    traffic.switch.on_line = bug

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices == {"edge-asa": "rolled-back", "lab-switch": "unknown"}
    assert "undo `interface Vlan172` sent" in str(outcome.errors[0])


def test_i4_a_rollback_that_cannot_be_judged_is_exit_22_with_the_lines(
    traffic: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1, I4: typed, and the comparison blows up."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    monkeypatch.setattr(taking_back, "digest", bug)

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert outcome.devices == {"edge-asa": "unknown", "lab-switch": "unknown"}
    assert any(f"undo `no {PERMIT}` acked" in str(error) for error in outcome.errors)


def test_a_bug_while_a_rollback_saves_is_exit_23(traffic: Toys) -> None:
    """F56: both are taken back, and one startup is in doubt."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    traffic.asa.dialogue["write memory"] = bug

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 23, outcome.sentences
    assert outcome.devices == {"edge-asa": "rolled-back", "lab-switch": "rolled-back"}
    assert traffic.switch.startup == SWITCH_START


def test_i4_a_reload_that_cannot_be_read_back_is_exit_22_and_never_nothing_sent(traffic: Toys) -> None:
    """I4, F62: it is back, and does not show its configuration."""
    step = ReloadStep(device="lab-switch", fix="sdm-template", cannot_undo="the template stays")
    booted = traffic.switch.outputs["show version"].replace("3 hours, 2 minutes", "1 minute")

    def reload(_: Any) -> str:
        traffic.switch.outputs |= {"show version": booted, "show running-config": "hostname DC_LAB_SWITCH"}
        return ""

    traffic.switch.dialogue["reload"] = reload
    outcome = apply_plan(traffic.plan(step), traffic.context, allow_reload=True)

    assert outcome.exit_code == 22, outcome.sentences
    assert "typed: `reload` sent" in str(outcome.errors[0])
    assert outcome.sentences[-1] == "lab-switch: not undone: the template stays"


def test_i4_a_clear_without_an_answer_is_exit_22_and_never_nothing_sent(traffic: Toys) -> None:
    """I4, F04: the connections may be gone."""
    clear = ClearStep(
        device="edge-asa", fix="state-bypass", command="clear conn address 10.12.0.130",
        count_command=SHOW_CONN, most=5, cannot_undo="cleared connections do not come back",
    )  # fmt: skip

    def lost(_: Any) -> str:
        raise CouldNotSee("edge-asa", "no prompt came")

    traffic.asa.dialogue[clear.command] = lost
    outcome = apply_plan(traffic.plan(clear), traffic.context)

    assert outcome.exit_code == 22, outcome.sentences
    assert f"typed: `{clear.command}` unknown" in str(outcome.errors[0])
