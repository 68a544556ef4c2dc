"""A plan over two devices: order, proof, saga, and the exit code that says it."""

from __future__ import annotations

import errno
import os
import shutil
from datetime import timedelta

import pytest

from bothways.errors import (
    AuthenticationFailed,
    JournalFailed,
    LockHeld,
    PlanRefused,
    PlanStale,
    Unreachable,
    WrongUnit,
)
from bothways.fleet import apply_plan, roll_back, runs, verify
from bothways.planning.plan import ClearStep, Predicate, ReloadStep
from bothways.pushing.journal import read_journal
from bothways.pushing.lock import locked

from .fleet_toys import ASA_START, HAIRPIN, PERMIT, SHOW_CONN, Toys
from .toy import BACKWARD, FORWARD, PBR, START

SWITCH_START = START.splitlines()
FOREIGN_LINE = "ip http server"


def test_a_plan_is_applied_in_order_proven_by_traffic_and_saved_last(traffic: Toys) -> None:
    """I1, I3, S0-20: both devices, a connection of the flow, then startup."""
    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 0, outcome.sentences
    assert outcome.devices == {"edge-asa": "saved", "lab-switch": "saved"}
    assert outcome.proof is not None
    assert outcome.proof.flags == "UIOB"
    assert traffic.asa.received == [PERMIT, "write memory"]
    assert traffic.switch.received == [*FORWARD, "write memory"]
    assert traffic.switch.startup == traffic.switch.running
    kinds = [r.kind for r in read_journal(traffic.context.runs / outcome.run_id / "journal.jsonl")]
    assert kinds[0] == "opened"
    assert kinds[-1] == "closed"
    assert kinds.index("save") > kinds.index("proof") > max(i for i, k in enumerate(kinds) if k == "verified")


def test_without_traffic_the_change_is_kept_unproven_and_unsaved(toys: Toys) -> None:
    """X-07: exit 24 within --wait, startup not written."""
    outcome = apply_plan(toys.plan(), toys.context, wait_s=30.0)

    assert outcome.exit_code == 24
    assert toys.clock.seconds == 30.0
    assert outcome.devices == {"edge-asa": "applied", "lab-switch": "applied"}
    assert PERMIT in toys.asa.running
    assert toys.asa.startup == ASA_START


@pytest.mark.parametrize("k", range(len(FORWARD)))
def test_f77_the_second_device_failing_undoes_the_first(traffic: Toys, k: int) -> None:
    """F77, X-02: at every position of the second device's lines."""
    traffic.switch.answers[FORWARD[k]] = ("% Invalid input detected at '^' marker.", False)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 20
    assert outcome.devices == {"edge-asa": "rolled-back", "lab-switch": "rolled-back"}
    assert traffic.asa.received == [PERMIT, f"no {PERMIT}"]
    assert traffic.asa.running == ASA_START
    assert traffic.switch.running == SWITCH_START
    assert traffic.asa.startup == ASA_START


def test_f77_a_compensation_that_fails_is_exit_22(traffic: Toys) -> None:
    """F77, F49: worst wins; both devices are named."""
    traffic.switch.answers[FORWARD[0]] = ("% No.", False)
    traffic.asa.answers[f"no {PERMIT}"] = ("ERROR: in use", False)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 22
    assert outcome.devices == {"edge-asa": "unknown", "lab-switch": "rolled-back"}
    assert any("in use" in str(error) for error in outcome.errors)


def test_f78_a_trace_that_is_not_the_predicted_one_takes_everything_back(traffic: Toys) -> None:
    """F78: the configuration is as planned, and the flow is not."""
    outcome = apply_plan(traffic.plan(fate="complete"), traffic.context)

    assert outcome.exit_code == 20
    assert "was to be complete, and is unknown" in str(outcome.errors[0])
    assert traffic.asa.running == ASA_START
    assert traffic.switch.running == SWITCH_START


@pytest.mark.parametrize(("line", "code"), [(f"+{PERMIT}", 0), ("+access-group IN in interface inside", 20)])
def test_i1_a_line_of_the_reviewed_diff_that_did_not_come_takes_everything_back(
    traffic: Toys, line: str, code: int
) -> None:
    """I1, F40: people reviewed the diff; what they saw is what must stand."""
    diff = f"--- edge-asa running-config\n+++ edge-asa running-config, predicted\n@@ -1 +1,2 @@\n{line}"

    outcome = apply_plan(traffic.plan(diff={"edge-asa": diff}), traffic.context)

    assert outcome.exit_code == code
    assert (traffic.asa.running == ASA_START) == bool(code)


def test_x01_a_changed_configuration_is_refused_before_anything_is_sent(traffic: Toys) -> None:
    """X-01, F44, I9: exit 12."""
    plan = traffic.plan()
    traffic.switch.running.insert(1, "ip http server")

    with pytest.raises(PlanStale, match="lab-switch: the running configuration has changed") as caught:
        apply_plan(plan, traffic.context)

    assert caught.value.exit_code == 12
    assert traffic.asa.received == traffic.switch.received == []
    assert runs(traffic.context.runs) == []


def test_x01_a_fact_that_no_longer_holds_is_named(traffic: Toys) -> None:
    """X-01: by the sentence the plan gave it, with what stands instead."""
    plan = traffic.plan(
        predicates=(
            Predicate(
                device="lab-switch",
                table="ConfigLine",
                key={"section": "interface Vlan172"},
                column="text",
                expected="ip address 172.16.1.254 255.255.255.0",
                because="Vlan172 has 172.16.1.254",
            ),
        )
    )
    with pytest.raises(PlanStale, match=r"no longer so: Vlan172 has 172\.16\.1\.254 \(now: ip address 172"):
        apply_plan(plan, traffic.context)


def test_x06_a_plan_that_stands_already_is_refused_and_says_so(traffic: Toys) -> None:
    """X-06, B13: the same file a second time changes nothing."""
    plan = traffic.plan()
    apply_plan(plan, traffic.context)
    before = (list(traffic.asa.received), list(traffic.switch.received))

    with pytest.raises(PlanStale, match="what the plan adds already stands"):
        apply_plan(plan, traffic.context)

    assert (traffic.asa.received, traffic.switch.received) == before


def test_an_expired_plan_is_refused_before_anybody_logs_in(traffic: Toys) -> None:
    """B13: exit 12, and no device was called."""
    plan = traffic.plan()
    traffic.clock.seconds = timedelta(hours=9).total_seconds()
    with pytest.raises(PlanStale, match="expired"):
        apply_plan(plan, traffic.context)
    assert traffic.asa.sessions == 0


@pytest.mark.parametrize(
    ("output", "text", "words"),
    [
        ("show version", "JMX1234A0B1>JMX9999A0B1", "has serial number 'JMX9999A0B1'"),
        ("show version", "EDGE-ASA>OTHER", "has host name 'OTHER'"),
        (
            "show failover",
            "Failover Off>Failover On\n\tThis host: Secondary - Standby Ready",
            "is the Standby",
        ),
    ],
    ids=["serial", "host name", "F59 standby"],
)
def test_f59_another_unit_is_refused(traffic: Toys, output: str, text: str, words: str) -> None:
    """F59, F60, S2a-11: exit 12."""
    plan = traffic.plan()
    old, new = text.split(">")
    traffic.asa.outputs[output] = traffic.asa.outputs[output].replace(old, new)
    with pytest.raises(WrongUnit, match=words):
        apply_plan(plan, traffic.context)
    assert traffic.asa.received == []


def test_f46_unsaved_lines_of_somebody_else_are_not_made_permanent(traffic: Toys) -> None:
    """F46, I3: refused with 12, unless startup is left alone."""
    traffic.switch.startup.remove(" ip address 172.16.1.1 255.255.255.0")
    plan = traffic.plan()

    with pytest.raises(PlanRefused, match=r"unsaved changes .* `\+ ip address 172\.16\.1\.1"):
        apply_plan(plan, traffic.context)
    assert traffic.switch.received == []

    outcome = apply_plan(plan, traffic.context, save=False)
    assert outcome.exit_code == 0
    assert "write memory" not in traffic.switch.received


def test_f57_a_startup_that_does_not_read_like_running_is_exit_23(traffic: Toys) -> None:
    """F57, F56: applied and verified, and said loudly that it is not saved."""
    traffic.asa.dialogue["write memory"] = lambda _: "Building configuration...\n[OK]"

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 23
    assert outcome.devices == {"edge-asa": "applied", "lab-switch": "saved"}


def test_f48_a_device_under_change_by_another_run_is_refused(traffic: Toys) -> None:
    """F48: exit 12, and nobody logged in."""
    plan = traffic.plan()
    with (
        locked(traffic.context.locks, {"lab-switch": "CAT0911Z1AB"}, "run-0", traffic.clock),
        pytest.raises(LockHeld, match="run-0"),
    ):
        apply_plan(plan, traffic.context)
    assert traffic.asa.sessions == 0


@pytest.mark.parametrize(
    "error", [Unreachable("lab-switch", "refused"), AuthenticationFailed("lab-switch", "no")]
)
def test_a_device_that_cannot_be_read_stops_before_anything_is_sent(traffic: Toys, error: Exception) -> None:
    """F01, F15: the other device is left alone too; one try only."""
    plan = traffic.plan()
    traffic.refuses["lab-switch"] = error
    with pytest.raises(type(error)):
        apply_plan(plan, traffic.context)
    assert traffic.asa.received == []


def test_f74_no_room_for_a_journal_means_nothing_is_sent(
    traffic: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F74: exit 12."""
    plan = traffic.plan()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(JournalFailed):
        apply_plan(plan, traffic.context)
    assert traffic.asa.received == traffic.switch.received == []


def test_s0_18_a_reload_needs_consent_and_its_price_is_told_first(traffic: Toys) -> None:
    """S0-18, X-02, F62: the point of no return is named before it is passed."""
    step = ReloadStep(device="lab-switch", fix="sdm-template", cannot_undo="the template stays")
    plan = traffic.plan(step)
    with pytest.raises(PlanRefused, match=r"reloads it \(step 1\); the template stays; .*--allow-reload"):
        apply_plan(plan, traffic.context)
    assert traffic.asa.sessions == 0


def test_what_cannot_be_undone_is_said_when_the_rest_is(traffic: Toys) -> None:
    """X-02: a cleared connection stays cleared."""
    clear = ClearStep(
        device="edge-asa",
        fix="state-bypass",
        command="clear conn address 10.12.0.130",
        count_command=SHOW_CONN,
        most=5,
        cannot_undo="cleared connections do not come back",
    )
    traffic.asa.dialogue[clear.command] = lambda _: "0 connection(s) deleted."
    traffic.switch.answers[FORWARD[0]] = ("% No.", False)

    outcome = apply_plan(traffic.plan(HAIRPIN, clear, PBR), traffic.context)

    assert outcome.exit_code == 20
    assert any("not undone: cleared connections do not come back" in said for said in outcome.sentences)
    assert traffic.asa.running == ASA_START


def test_an_interrupt_between_two_devices_takes_the_first_back(traffic: Toys) -> None:
    """F73: SIGINT is heard between the steps."""
    traffic.asa.on_line = lambda _: os.kill(os.getpid(), 2)

    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 20
    assert traffic.asa.running == ASA_START
    assert traffic.switch.received == []


def test_a_bug_half_way_through_is_taken_back_and_never_called_success(traffic: Toys) -> None:
    """I4: an exception nobody foresaw, with lines typed on both devices."""

    def broken(line: str) -> None:
        if line == FORWARD[3]:
            raise ZeroDivisionError("made up")

    traffic.switch.on_line = broken
    outcome = apply_plan(traffic.plan(), traffic.context)

    assert outcome.exit_code == 22
    assert traffic.asa.running == ASA_START
    assert traffic.switch.running == SWITCH_START


def test_a_run_is_rolled_back_later_in_reverse_order(traffic: Toys) -> None:
    """S0-14: the last device first, each line by its own undo, startup too."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    traffic.asa.received.clear()
    traffic.switch.received.clear()

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 0, outcome.sentences
    assert outcome.devices == {"lab-switch": "rolled-back", "edge-asa": "rolled-back"}
    assert traffic.switch.received == [*BACKWARD, "write memory"]
    assert traffic.asa.received == [f"no {PERMIT}", "write memory"]
    assert traffic.switch.running == traffic.switch.startup == SWITCH_START
    assert traffic.asa.running == traffic.asa.startup == ASA_START


def test_a_second_rollback_types_nothing(traffic: Toys) -> None:
    run = apply_plan(traffic.plan(), traffic.context).run_id
    roll_back(run, traffic.context)
    before = list(traffic.switch.received)

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code == 0
    assert outcome.sentences == ("taken back already; nothing was typed",)
    assert traffic.switch.received == before


def test_f45_a_rollback_leaves_the_later_lines_of_others_alone(traffic: Toys) -> None:
    """F45: line by line; what is his is neither removed nor taken for a failure."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    traffic.switch.running.insert(1, "ip http server")

    outcome = roll_back(run, traffic.context)

    assert [line for line in traffic.switch.running if line not in SWITCH_START] == ["ip http server"]
    assert outcome.exit_code == 23
    assert outcome.devices["lab-switch"] == "rolled-back"
    assert any("left alone" in said for said in outcome.sentences)


def test_an_unproven_run_is_rolled_back_to_the_startup_it_never_wrote(toys: Toys) -> None:
    """X-02: running equals startup again, without a write."""
    run = apply_plan(toys.plan(), toys.context, wait_s=5.0).run_id

    outcome = roll_back(run, toys.context)

    assert outcome.exit_code == 0, outcome.sentences
    assert toys.asa.running == toys.asa.startup == ASA_START
    assert "write memory" not in toys.asa.received


@pytest.mark.parametrize("cut", range(1, 30))
def test_f72_a_run_that_died_after_any_record_is_rolled_back_from_what_is_left(
    traffic: Toys, cut: int
) -> None:
    """F72: the journal ends after record `cut`; the devices hold what had been sent by then."""
    plan = traffic.plan()
    run = apply_plan(plan, traffic.context).run_id
    path = traffic.context.runs / run / "journal.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:cut]))
    sent = [r.text for r in read_journal(path) if r.kind == "command" and r.state == "sent"]
    _holds(traffic, sent)

    outcome = roll_back(run, traffic.context)

    assert outcome.exit_code in (0, 23), outcome.sentences
    assert traffic.asa.running == ASA_START
    assert traffic.switch.running == SWITCH_START


def _holds(toys: Toys, lines: list[str]) -> None:
    """Devices that received just these lines, unsaved."""
    toys.asa.running, toys.switch.running = list(ASA_START), list(SWITCH_START)
    toys.asa.startup, toys.switch.startup = list(ASA_START), list(SWITCH_START)
    section = ""
    for line in lines:
        if line == PERMIT:
            toys.asa.store("", line)
        else:
            section = toys.switch.store(section, line)


def test_runs_are_listed_with_their_outcome(traffic: Toys) -> None:
    first = apply_plan(traffic.plan(), traffic.context).run_id
    roll_back(first, traffic.context)
    traffic.clock.seconds += 60.0
    traffic.switch.answers[FORWARD[0]] = ("% No.", False)
    second = apply_plan(traffic.plan(), traffic.context).run_id

    listed = runs(traffic.context.runs)

    assert [(run.run_id, run.exit_code) for run in listed] == [(first, 0), (second, 20)]
    assert listed[0].outcome == "rolled back"
    assert listed[1].devices == ("edge-asa", "lab-switch")


def test_b14_a_run_whose_journal_was_edited_is_not_rolled_back(traffic: Toys) -> None:
    """B14: exit 12, nothing is sent, and the list says so."""
    run = apply_plan(traffic.plan(), traffic.context).run_id
    path = traffic.context.runs / run / "journal.jsonl"
    path.write_text(path.read_text().replace('"edge-asa"', '"edge-asb"', 1))
    traffic.asa.received.clear()

    with pytest.raises(JournalFailed):
        roll_back(run, traffic.context)

    assert traffic.asa.received == []
    assert "does not follow" in runs(traffic.context.runs)[0].outcome


def test_verify_proves_what_somebody_typed_himself(traffic: Toys) -> None:
    """The lines stand, the trace is the predicted one, a connection is up; nothing is typed."""
    plan = traffic.plan()
    assert verify(plan, traffic.context).exit_code == 2
    _holds(traffic, [PERMIT, *FORWARD])
    traffic.clock.seconds = 20.0

    outcome = verify(plan, traffic.context, wait_s=30.0)

    assert outcome.exit_code == 23, outcome.sentences
    assert outcome.devices == {"edge-asa": "applied", "lab-switch": "applied"}
    assert [error.where for error in outcome.errors] == ["edge-asa", "lab-switch"]
    assert "`+ same-security-traffic permit intra-interface`; then type: write memory" in str(
        outcome.errors[0]
    )
    traffic.asa.startup = list(traffic.asa.running)
    traffic.switch.startup = list(traffic.switch.running)
    kept = verify(plan, traffic.context, wait_s=30.0)
    assert (kept.exit_code, set(kept.devices.values())) == (0, {"saved"}), kept.sentences
    assert traffic.asa.received == traffic.switch.received == []


def test_verify_names_the_lines_that_are_missing(traffic: Toys) -> None:
    plan = traffic.plan()
    _holds(traffic, [PERMIT, *FORWARD[:-2]])

    outcome = verify(plan, traffic.context)

    assert outcome.sentences[0] == "lab-switch: `ip policy route-map FIX_ROUTING` does not stand"
    assert outcome.devices == {"edge-asa": "applied", "lab-switch": "partly"}


def test_verify_without_traffic_is_unproven(toys: Toys) -> None:
    plan = toys.plan()
    _holds(toys, [PERMIT, *FORWARD])
    assert verify(plan, toys.context, wait_s=4.0).exit_code == 24


def test_i3_lines_typed_while_another_device_is_changed_are_never_saved_as_ours(traffic: Toys) -> None:
    """I3, I9, F45: the step is refused, the steps before it are taken back, his line stays unsaved."""

    def meddle(said: str) -> None:
        if said.startswith("edge-asa: step 1") and FOREIGN_LINE not in traffic.switch.running:
            traffic.switch.running.insert(1, FOREIGN_LINE)

    outcome = apply_plan(traffic.plan(), traffic.context, progress=meddle)

    assert outcome.exit_code == 20, outcome.sentences
    assert [line for line in traffic.switch.running if line not in SWITCH_START] == [FOREIGN_LINE]
    assert traffic.switch.startup == SWITCH_START
    assert traffic.asa.running == traffic.asa.startup == ASA_START
    assert any(FOREIGN_LINE in said and "under way" in said for said in outcome.sentences)


def test_rolling_back_a_run_again_leaves_the_cure_of_a_later_run_alone(traffic: Toys) -> None:
    """I6: what a later run put there is not the earlier one's to take, though the lines are equal."""
    first = apply_plan(traffic.plan(), traffic.context).run_id
    assert roll_back(first, traffic.context).exit_code == 0
    # The toy shows the same connection as before, so the second run is kept, unproven.
    assert apply_plan(traffic.plan(), traffic.context).exit_code == 24
    cured = list(traffic.switch.running)
    assert " ip policy route-map FIX_ROUTING" in cured
    typed = list(traffic.switch.received)

    again = roll_back(first, traffic.context)

    assert again.exit_code == 0
    assert traffic.switch.running == cured
    assert traffic.switch.received == typed


def test_a_journal_that_vanishes_half_way_leaves_no_line_unspoken_of(traffic: Toys) -> None:
    """F74, I4: the run's folder is gone after a line was sent: taken back, or 22, never `nothing sent`."""

    def sweep(line: str) -> None:
        if line == FORWARD[2]:
            shutil.rmtree(traffic.context.runs)

    traffic.switch.on_line = sweep
    outcome = apply_plan(traffic.plan(), traffic.context)
    assert outcome.exit_code in (20, 22), outcome.sentences
    if outcome.exit_code == 20:
        assert traffic.switch.running == SWITCH_START
