"""Over real SSH: the device's own command log and configuration say what happened, never our word."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.errors import LockHeld, PlanRefused, PlanStale
from bothways.fleet import apply_plan, roll_back, runs, verify
from bothways.planning.plan import ConfigStep, Plan, ReloadStep, Step
from bothways.planning.plan_file import write_plan
from bothways.pushing.lock import locked
from bothways.state.rows import SdmTemplate

from .bench import FLOW, Bench, bench


@pytest.fixture(scope="module")
def routing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("r") / "lab", "routing-sdm") as made:
        yield made


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path / "lab", "routing-sdm") as made:
        yield made


def config_steps(plan: Plan, device: str) -> list[ConfigStep]:
    return [step for step in plan.steps if isinstance(step, ConfigStep) and step.device == device]


def only_config(step: Step) -> ConfigStep:
    assert isinstance(step, ConfigStep)
    return step


def declared(plan: Plan, device: str) -> tuple[list[str], set[str]]:
    """The lines of a plan for a device in order, and all its undo lines."""
    steps = config_steps(plan, device)
    forward = [command.text for step in steps for command in step.commands]
    backward = {text for step in steps for undo in step.undo for text in (*undo.enter, undo.text)}
    return forward, backward


def assert_only_declared(bench: Bench, plan: Plan, device: str, before: int) -> None:
    """I6: what the device logged is a prefix of the plan, then lines of its declared undo."""
    forward, backward = declared(plan, device)
    received = [line for line in bench.commands(device)[before:] if line not in ("end", "configure terminal")]
    shared = 0
    while shared < min(len(received), len(forward)) and received[shared] == forward[shared]:
        shared += 1
    assert set(received[shared:]) <= backward, received


@pytest.mark.parametrize("playbook", ["hairpin-bypass", "hairpin-return"])
def test_s0_20_the_whole_way_and_back(fresh: Bench, playbook: str) -> None:
    """S0-05, S0-14, S0-20, S0-21, X-02: applied, proven by the client's own traffic, saved, undone, equal."""
    before = fresh.configs()
    plan = fresh.plan(playbook)

    applied = apply_plan(plan, fresh.context)

    assert applied.exit_code == 0, applied.sentences
    assert applied.proof is not None
    assert fresh.unsaved() == {"edge-asa": "", "lab-switch": ""}
    for device in before:
        forward, _ = declared(plan, device)
        assert [line for line in fresh.commands(device) if line in forward] == forward
        assert_only_declared(fresh, plan, device, 0)

    undone = roll_back(applied.run_id, fresh.context)

    assert undone.exit_code == 0, undone.sentences
    assert fresh.configs() == before
    assert fresh.unsaved() == {"edge-asa": "", "lab-switch": ""}


def test_x06_a_second_plan_changes_nothing(fresh: Bench) -> None:
    """X-06: once applied, the same playbook has no step left, and the old file is refused."""
    plan = fresh.plan("hairpin-bypass")
    assert apply_plan(plan, fresh.context).exit_code == 0
    received = fresh.commands("edge-asa")

    again = apply_plan(fresh.plan("hairpin-bypass"), fresh.context)
    assert again.exit_code == 0
    assert again.run_id == ""
    with pytest.raises(PlanStale):
        apply_plan(plan, fresh.context)
    assert fresh.commands("edge-asa") == received


def test_i5_reading_planning_and_verifying_type_no_configuration(routing: Bench) -> None:
    """I5, X-04: asserted by the devices' own command logs."""
    before = {device: routing.commands(device) for device in ("edge-asa", "lab-switch")}
    plan = routing.plan("hairpin-return")
    outcome = verify(plan, routing.context, wait_s=1.0)
    assert outcome.exit_code == 2
    assert {device: routing.commands(device) for device in before} == before


def test_x01_a_line_of_another_admin_makes_the_plan_stale(fresh: Bench) -> None:
    """X-01, F44: typed on the switch after the plan was made."""
    plan = fresh.plan("hairpin-return")
    fresh.lab.ask("edit", device="lab-switch", lines=["interface Vlan172", "description moved"])
    received = fresh.commands("lab-switch")

    with pytest.raises(PlanStale, match="lab-switch"):
        apply_plan(plan, fresh.context)

    assert fresh.commands("lab-switch") == received
    assert fresh.commands("edge-asa") == []


def test_f46_what_somebody_else_did_not_save_is_not_saved_by_us(fresh: Bench) -> None:
    """F46: the plan knows the line, startup does not."""
    fresh.lab.ask("edit", device="lab-switch", lines=["interface Vlan172", "description unsaved"])
    plan = fresh.plan("hairpin-return")
    with pytest.raises(PlanRefused, match=r"unsaved changes .*description unsaved"):
        apply_plan(plan, fresh.context)


def test_f48_a_locked_device_is_left_alone(routing: Bench) -> None:
    """F48: by serial number."""
    plan = routing.plan("hairpin-return")
    serials = {"lab-switch": plan.bindings["lab-switch"].serial}
    with (
        locked(routing.context.locks, serials, "run-0", routing.context.clock),
        pytest.raises(LockHeld, match="run-0"),
    ):
        apply_plan(plan, routing.context)


@pytest.mark.parametrize(
    ("do", "every"),
    [
        ("answer:% Sorry, the moon is in the wrong house", 1),
        ("refuse-authorization", 4),
        ("ask:Do you want to continue? [yes/no]: ", 4),
    ],
    ids=["F37 F38", "F22", "F42"],
)
def test_x02_a_rejected_line_at_every_position_leaves_the_device_as_it_was(
    fresh: Bench, do: str, every: int
) -> None:
    """X-02, F22, F37, F38, F42, I6: for every line (the costlier faults: for every fourth)."""
    before = fresh.configs()
    plan = fresh.plan("hairpin-return")
    lines = [(step.device, command.text) for step in plan.steps for command in only_config(step).commands]
    for device, line in lines[::every]:
        seen = {name: len(fresh.commands(name)) for name in before}
        fresh.fault(device, f"line:^{re.escape(line)}$", do, times=1)

        outcome = apply_plan(plan, fresh.context)

        assert outcome.exit_code == 20, (line, outcome.sentences)
        assert fresh.configs() == before, line
        for name in before:
            assert_only_declared(fresh, plan, name, seen[name])
    assert fresh.unsaved() == {"edge-asa": "", "lab-switch": ""}


def test_f04_a_session_that_ends_after_any_line_is_resolved(fresh: Bench) -> None:
    """F04, F09: the line is done and its answer lost, for every line of both devices."""
    before = fresh.configs()
    plan = fresh.plan("hairpin-return")
    lines = [(step.device, command.text) for step in plan.steps for command in only_config(step).commands]
    for device, line in lines:
        fresh.fault(device, f"line:^{re.escape(line)}$", "close", times=1)
        outcome = apply_plan(plan, fresh.context)
        assert outcome.exit_code == 20, (line, outcome.sentences)
        assert fresh.configs() == before, line


APPLY = """
import sys
from pathlib import Path
from bothways.fleet import ApplyContext, apply_plan
from bothways.network import load_network
from bothways.planning.plan_file import load_plan
from bothways.workspace import find_workspace
space = find_workspace(explicit=Path(sys.argv[1]))
network = load_network(space.inventory, lab=True)
context = ApplyContext(network, space.known_hosts, space.clock(), space.runs, space.locks)
outcome = apply_plan(load_plan(Path(sys.argv[2])), context)
print(outcome.exit_code, *outcome.sentences, sep="\\n")
"""


def applying(fresh: Bench, plan: Plan, folder: Path) -> subprocess.Popen[str]:
    """The product in a process of its own, stuck in the switch's policy line."""
    write_plan(plan, folder / "fix.plan")
    fresh.fault("lab-switch", "line:^ip policy", "stall", times=1)
    process = subprocess.Popen(
        [sys.executable, "-c", APPLY, str(fresh.lab.folder), str(folder / "fix.plan")],
        stdout=subprocess.PIPE,
        text=True,
    )
    while not any(line.startswith("ip policy") for line in fresh.commands("lab-switch")):
        assert process.poll() is None
    return process


def test_f72_a_tool_that_is_killed_half_way_is_rolled_back_from_its_journal(
    fresh: Bench, tmp_path: Path
) -> None:
    """F72, F48: kill -9 while a line is unanswered; lock and journal serve whoever comes next."""
    before = fresh.configs()
    process = applying(fresh, fresh.plan("hairpin-return"), tmp_path)
    process.kill()
    process.communicate()
    assert fresh.configs() != before
    (run,) = runs(fresh.context.runs)
    assert run.exit_code is None

    outcome = roll_back(run.run_id, fresh.context)

    assert outcome.exit_code == 0, outcome.sentences
    assert fresh.configs() == before
    assert fresh.unsaved() == {"edge-asa": "", "lab-switch": ""}


def test_f05_a_session_that_stalls_is_given_up_and_resolved(fresh: Bench) -> None:
    """F05: no answer within the session's own time; the old session may still hang there."""
    before = fresh.configs()
    plan = fresh.plan("hairpin-return")
    fresh.fault("lab-switch", "line:^ip policy", "stall", times=1)

    outcome = apply_plan(plan, fresh.context)

    assert outcome.exit_code == 20, outcome.sentences
    assert fresh.configs() == before


def test_f40_a_policy_that_the_template_has_no_room_for_is_found(tmp_path: Path) -> None:
    """S0-17, F40: no answer, no error; the read-back and the device's log tell, and all is undone."""
    with bench(tmp_path / "lab") as lab:
        whole = lab.plan("hairpin-return")
        steps = [s for s in whole.steps if not isinstance(s, ReloadStep) and s.fix != "sdm-template"]
        before = lab.configs()

        outcome = apply_plan(lab.plan_of(whole, steps), lab.context)

        assert outcome.exit_code == 20, outcome.sentences
        said = str(outcome.errors[0])
        assert "`ip policy route-map FIX_ROUTING` is not in the running configuration" in said
        assert "PBR requires sdm template routing" in said
        assert lab.configs() == before


def test_s0_18_store_reload_verify_apply(tmp_path: Path) -> None:
    """S0-18, F62: with consent, on the lab's clock; the reload is not undone, and that is said."""
    with bench(tmp_path / "lab") as lab:
        plan = lab.plan("hairpin-return")
        before = lab.configs()

        applied = apply_plan(plan, lab.context, allow_reload=True)
        assert applied.exit_code == 0, applied.sentences

        undone = roll_back(applied.run_id, lab.context)
        assert undone.exit_code == 0, undone.sentences
        assert lab.configs() == before
        assert any("not undone" in said for said in undone.sentences)


def test_s0_18_a_stored_template_is_taken_back_when_the_reload_is_refused(tmp_path: Path) -> None:
    """S0-18, X-02: before the reload SDM can be undone, though no configuration shows it."""
    with bench(tmp_path / "lab") as lab:
        plan = lab.plan("hairpin-return")
        lab.fault("lab-switch", "line:^reload", "refuse-authorization")

        outcome = apply_plan(plan, lab.context, allow_reload=True)

        assert outcome.exit_code == 20, outcome.sentences
        assert lab.commands("lab-switch")[-2:] == ["sdm prefer default", "end"]
        (template,) = lab.read().device("lab-switch").table(SdmTemplate)
        assert (template.active, template.next) == ("desktop default", "desktop default")
        assert not any("not undone" in said for said in outcome.sentences)


def test_f40_a_template_that_is_not_taken_back_is_exit_22_in_both_verbs(tmp_path: Path) -> None:
    """S0-18, F40, I4: the configuration never shows it, so the template itself is read back."""
    with bench(tmp_path / "lab") as lab:
        plan = lab.plan("hairpin-return")
        lab.fault("lab-switch", "line:^sdm prefer routing", "close", times=1)
        lab.fault("lab-switch", "line:^sdm prefer default", "ignore", times=2)

        outcome = apply_plan(plan, lab.context, allow_reload=True)
        assert outcome.exit_code == 22, outcome.sentences
        assert "seen: desktop routing" in str(outcome.errors[0])
        assert "undo `sdm prefer default` acked" in str(outcome.errors[0])

        again = roll_back(outcome.run_id, lab.context)
        assert again.exit_code == 22, again.sentences
        assert again.devices == {"lab-switch": "unknown"}

        last = roll_back(outcome.run_id, lab.context)
        assert last.exit_code == 0, last.sentences
        (template,) = lab.read().device("lab-switch").table(SdmTemplate)
        assert (template.active, template.next) == ("desktop default", "desktop default")


def test_s0_18_after_the_reload_the_template_is_never_called_undone(tmp_path: Path) -> None:
    """S0-18, X-02: the policy is refused after it; what was taken back and what was not is told apart."""
    with bench(tmp_path / "lab") as lab:
        plan = lab.plan("hairpin-return")
        lab.fault("lab-switch", "line:^ip policy", "answer:% Sorry, not today")

        outcome = apply_plan(plan, lab.context, allow_reload=True)

        assert outcome.exit_code == 20, outcome.sentences
        stored = "lab-switch: step 1 (sdm-template): no undo line was typed"
        passed = "lab-switch: not undone: lab-switch reloads; its template stays 'desktop routing'"
        assert outcome.sentences[-2] == stored
        assert outcome.sentences[-1].startswith(passed)
        assert runs(lab.context.runs)[0].outcome.startswith(passed)
        assert lab.commands("lab-switch").count("sdm prefer default") == 0


@pytest.mark.parametrize(
    ("do", "code"),
    [("nvram", 23), ("pretend", 23), ("overwrite-question", 0)],
    ids=["F56", "F57", "F54"],
)
def test_f56_f57_startup_is_believed_when_it_is_read(fresh: Bench, do: str, code: int) -> None:
    """F54, F56, F57: whatever the device says after `write memory`."""
    fresh.fault("edge-asa", "save", do)
    outcome = apply_plan(fresh.plan("hairpin-bypass"), fresh.context)
    assert outcome.exit_code == code, outcome.sentences
    assert bool(fresh.unsaved()["edge-asa"]) == (code == 23)


def test_a_playbook_says_how_long_apply_and_verify_wait(fresh: Bench) -> None:
    """Exit 24: `within_s` of the playbook, where nobody says otherwise on the command line."""
    plan = fresh.plan("hairpin-bypass", ("within_s: 60", "within_s: 17"))
    fresh.lab.ask("link", wire="users", device="workstation", up=False)

    applied = apply_plan(plan, fresh.context)
    assert applied.exit_code == 24, applied.sentences
    assert "within 17 s" in str(applied.errors[0])

    began_s = fresh.context.clock.monotonic()
    stands = verify(plan, fresh.context)
    assert stands.exit_code == 24, stands.sentences
    assert "within 17 s" in str(stands.errors[0])
    assert 17.0 <= fresh.context.clock.monotonic() - began_s < 60.0


def test_no_traffic_in_time_is_unproven_and_kept(fresh: Bench) -> None:
    """Exit 24: the client is off the wire for a while; later `verify` proves it, and that it is not saved."""
    plan = fresh.plan("hairpin-bypass")
    fresh.lab.ask("link", wire="users", device="workstation", up=False)
    outcome = apply_plan(plan, fresh.context, wait_s=20.0)
    assert outcome.exit_code == 24, outcome.sentences
    assert fresh.unsaved()["edge-asa"]

    fresh.lab.ask("link", wire="users", device="workstation", up=True)
    proven = verify(plan, fresh.context, wait_s=60.0)
    assert (proven.exit_code, proven.devices) == (23, {"edge-asa": "applied"}), proven.sentences
    assert "startup lacks" in proven.sentences[-1]
    assert str(FLOW.client) in str(proven.proof)
