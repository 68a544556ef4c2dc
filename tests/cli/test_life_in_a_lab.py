"""The verbs on a running lab: every device is met over real SSH."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bothways.cli.lab_child import RunningLab, running_lab

Bothways = Callable[..., Any]

CLIENT, SERVER = "10.12.0.130", "172.16.1.18"
FLOW = (CLIENT, SERVER, "tcp/443")
PLAN = ("--flow", ",".join(FLOW), "-o", "fix.plan")


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningLab]:
    """A hairpin lab on the routing template, and the current folder in its workspace."""
    # Not below tmp_path: the path of a socket has to be short.
    folder = Path(tempfile.mkdtemp(prefix="bw-"))
    try:
        with running_lab("hairpin", folder / "lab", ["routing-sdm"]) as running:
            monkeypatch.chdir(running.folder)
            yield running
    finally:
        shutil.rmtree(folder)


def typed(lab: RunningLab, device: str) -> list[str]:
    """The configuration lines a device received."""
    commands = lab.ask("commands", device=device)["commands"]
    return [
        command["line"] for command in commands if command["mode"] not in {"exec", "privileged", "answer"}
    ]


@pytest.fixture
def ctrl_c_is_heard() -> Iterator[None]:
    """A shell's background job ignores ctrl-c and hands that on to its children: not to these."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("lab")
def test_the_whole_way_from_read_to_rollback(bothways: Bothways) -> None:
    """X-06: from read to apply; a second plan changes nothing; and back."""
    assert bothways("read", "-o", "now.snapshot").code == 0
    live = bothways("trace", *FLOW, "--format", "json").json
    saved = bothways("trace", *FLOW, "--snapshot", "now.snapshot", "--format", "json").json
    assert [live[key] for key in ("fate", "at")] == [saved[key] for key in ("fate", "at")]
    assert live["fate"] == "isn-mismatch"
    found = bothways("diagnose", *FLOW, "--format", "json")
    assert found.code == 2
    assert "asymmetric-return" in [finding["id"] for finding in found.json["findings"]]

    planned = bothways("plan", *PLAN)
    assert planned.code == 2
    assert planned.out.splitlines()[-1] == "bothways apply fix.plan"
    applied = bothways("apply", "fix.plan", "--format", "json")
    assert applied.code == 0
    assert applied.json["devices"] == {"lab-switch": "saved"}
    assert bothways("verify", "fix.plan").code == 0
    again = bothways("plan", "--flow", ",".join(FLOW), "--format", "json")
    assert (again.code, again.json["plan"]["steps"]) == (0, [])

    assert bothways("rollback", applied.json["run"]).code == 0
    assert bothways("trace", *FLOW).code == 2
    assert [run["exit_code"] for run in bothways("runs", "--format", "json").json["runs"]] == [0]


def test_reading_verbs_type_no_configuration(bothways: Bothways, lab: RunningLab) -> None:
    """X-04: read, trace, diagnose, plan and verify send no configuration command to any device."""
    bothways("read", "-o", "now.snapshot")
    bothways("trace", *FLOW)
    bothways("diagnose", *FLOW)
    bothways("plan", *PLAN)
    bothways("verify", "fix.plan", "--wait", "0")
    for device in ("edge-asa", "lab-switch"):
        assert typed(lab, device) == []
        lines = [command["line"] for command in lab.ask("commands", device=device)["commands"]]
        assert lines
        unasked = ("packet-tracer", "capture", "clear", "ping", "debug", "configure")
        assert not [line for line in lines if line.startswith(unasked)]


def test_a_plan_edited_by_hand_is_refused(bothways: Bothways, lab: RunningLab) -> None:
    """B13: one word changed, exit code 12, nothing sent."""
    bothways("plan", *PLAN)
    plan = Path("fix.plan")
    plan.write_text(plan.read_text().replace("10.12.0.1", "10.12.0.9"))
    ran = bothways("apply", "fix.plan")
    assert ran.code == 12
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("error: fix.plan: the plan is not as it was written")
    assert typed(lab, "lab-switch") == []


def test_a_plan_made_on_another_configuration_is_refused(bothways: Bothways, lab: RunningLab) -> None:
    """X-01: somebody typed a line between plan and apply: exit code 12, nothing sent."""
    bothways("plan", *PLAN)
    foreign = "ip route 192.0.2.0 255.255.255.0 10.12.0.1"
    lab.ask("edit", device="lab-switch", lines=[foreign])
    ran = bothways("apply", "fix.plan", "--format", "json")
    assert ran.code == 12
    assert ran.json["errors"][0]["code"] == "plan-stale"
    assert typed(lab, "lab-switch") == [foreign]


ACCESS: dict[str, tuple[str, str, str]] = {
    "refused": ("connect", "refuse", "refused"),
    "closed": ("connect", "close", ""),
    "wrong-password": ("auth", "refuse", "password"),
    "changed-key": ("connect", "new-host-key", "host key has changed"),
    "bad-enable": ("enable", "bad-secrets", ""),
}


@pytest.mark.parametrize(("when", "action", "words"), ACCESS.values(), ids=ACCESS.keys())
def test_a_device_that_lets_nobody_in_is_named(
    bothways: Bothways, lab: RunningLab, when: str, action: str, words: str
) -> None:
    """F01 F11 F15 F18 F19: one line names device and reason; exit code 11, nothing sent."""
    lab.ask("fault", device="edge-asa", when=when, action=action)
    ran = bothways("read", "edge-asa")
    assert ran.code == 11
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("error: edge-asa: ")
    assert words in ran.errors[0]
    assert typed(lab, "edge-asa") == []


def test_the_workspace_sets_timeouts(bothways: Bothways, lab: RunningLab) -> None:
    """F02: a device that never shows a banner costs as long as bothways.toml allows, and is named."""
    settings = lab.folder / "bothways.toml"
    settings.write_text(settings.read_text() + "\n[timeouts]\nbanner_s = 0.3\n")
    lab.ask("fault", device="edge-asa", when="connect", action="stall")
    ran = bothways("read", "edge-asa")
    assert ran.code == 11
    assert "0.3 s" in ran.errors[0]


def test_a_partial_read_is_not_called_whole(bothways: Bothways, lab: RunningLab) -> None:
    """Could not see: one of two devices was read, exit code 3, and the trace does not pretend."""
    lab.ask("fault", device="lab-switch", when="connect", action="refuse")
    ran = bothways("read", "-o", "half.snapshot", "--format", "json")
    assert ran.code == 3
    assert list(ran.json["unread"]) == ["lab-switch"]
    traced = bothways("trace", *FLOW, "--snapshot", "half.snapshot", "--format", "json")
    assert traced.code in {2, 3}
    assert traced.json["could_not_see"]
    assert traced.json["confidence"] == "possible"


def test_an_answer_nobody_knows_stops_the_push(bothways: Bothways, lab: RunningLab) -> None:
    """X-02 F38: the line is refused in unknown words; what stood is taken back, exit code 20."""
    bothways("plan", *PLAN)
    before = Path("fix.plan").read_text()
    lab.ask("fault", device="lab-switch", when="line:^ip policy", action="answer:% Sorry, not today")
    ran = bothways("apply", "fix.plan", "--format", "json")
    assert ran.code == 20
    assert ran.json["devices"] == {"lab-switch": "rolled-back"}
    assert "Sorry, not today" in json.dumps(ran.json["errors"])
    said = bothways("apply", "fix.plan")  # nothing stands that could be taken back
    assert (said.code, said.out.splitlines()[-1]) == (20, "bothways plan")
    back = bothways("rollback", ran.json["run"])
    assert (back.code, back.out.splitlines()) == (
        0,
        [f"rollback {ran.json['run']}: nothing was left to do, and nothing was typed"],
    )
    assert Path("fix.plan").read_text() == before
    lab.ask("fault", device="lab-switch", when="", action="clear")
    assert bothways("plan", *PLAN).code == 2


@pytest.mark.usefixtures("lab")
def test_no_traffic_is_unproven(bothways: Bothways) -> None:
    """Nobody opens the flow while apply waits for nothing: exit code 24, kept, not saved."""
    bothways("plan", "--flow", f"{CLIENT},{SERVER},tcp/8443", "-o", "fix.plan")  # no host of the lab calls it
    ran = bothways("apply", "fix.plan", "--wait", "0")
    assert ran.code == 24
    assert "no connection of it" in ran.errors[0]


def test_trust_asks_for_the_right_fingerprint(bothways: Bothways, lab: RunningLab) -> None:
    """F11 F12: a changed key is refused until somebody says that it is right."""
    lab.ask("fault", device="edge-asa", when="connect", action="new-host-key")
    assert bothways("read", "edge-asa").code == 11
    assert bothways("trust", "edge-asa", "--fingerprint", "SHA256:wrong").code == 11
    assert bothways("trust", "edge-asa").code == 10
    assert bothways("read", "edge-asa").code == 11
    wrong = bothways("trust", "edge-asa", "--fingerprint", "SHA256:wrong", "--format", "json").json
    presented = next(word for word in wrong["errors"][0]["message"].split() if word.startswith("SHA256:"))
    trusted = bothways("trust", "edge-asa", "--fingerprint", presented.rstrip(","))
    assert trusted.code == 0
    assert bothways("read", "edge-asa").code == 0


def test_a_changed_template_of_the_workspace_wins(bothways: Bothways, lab: RunningLab) -> None:
    """The plan is made from the user's file, and says whose it was."""
    shipped = Path(
        bothways("content", "which", "templates/cisco_ios/pbr-return.j2").out.split(": ")[-1].strip()
    )
    own = lab.folder / "templates" / "cisco_ios" / "pbr-return.j2"
    own.parent.mkdir(parents=True)
    own.write_text(shipped.read_text() + "\n")
    plan = bothways("plan", *PLAN, "--format", "json").json["plan"]
    assert [template["origin"] for template in plan["templates"]] == ["workspace"]


@pytest.mark.usefixtures("lab")
def test_a_newline_in_a_variable_never_becomes_a_command(bothways: Bothways) -> None:
    """B08: a playbook's input with a line end is refused at its line and column."""
    text = Path(
        bothways("content", "which", "playbooks/hairpin-return.yaml").out.split(": ")[-1].strip()
    ).read_text()
    assert "route_map: FIX_ROUTING" in text
    Path("mine.yaml").write_text(text.replace("route_map: FIX_ROUTING", 'route_map: "FIX\\nreload"'))
    ran = bothways("plan", "mine.yaml", "--flow", ",".join(FLOW))
    assert ran.code == 10
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("error: mine.yaml:")
    assert "route_map" in ran.errors[0]


@pytest.mark.usefixtures("lab")
def test_lab_status_and_down(bothways: Bothways) -> None:
    """In its own folder a lab needs no name."""
    assert bothways("lab", "status", "--format", "json").json["up"] is True
    assert bothways("lab", "down").code == 0
    assert bothways("read").code == 11


@pytest.mark.usefixtures("ctrl_c_is_heard")
def test_a_lab_in_the_foreground_ends_with_ctrl_c(tmp_path: Path) -> None:
    """`lab up` says where to go and how to log in, and leaves nothing running behind it."""
    words = [sys.executable, "-c", "from bothways.cli.main import main; main()", "lab", "up"]
    folder = Path(tempfile.mkdtemp(prefix="bw-")) / "lab"
    tool = subprocess.Popen(
        [*words, "--folder", str(folder)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert tool.stdout is not None
    first, *rest = [tool.stdout.readline() for _ in range(3)]
    tool.send_signal(signal.SIGINT)
    assert tool.wait(30) == 0
    tool.stdout.close()
    assert first == f"cd {folder}\n"
    assert all(line.startswith("ssh -p ") for line in rest)
    assert not (folder / "control.sock").exists()
    shutil.rmtree(folder.parent)
