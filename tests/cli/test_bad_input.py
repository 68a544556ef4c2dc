"""What the user gave is wrong: one clear line, the right exit code, nothing connected, nothing half-done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FLOW = ("10.12.0.130", "172.16.1.18", "tcp/443")
Bothways = Callable[..., Any]
PLAN = ("plan", "--flow", ",".join(FLOW))

HOW = "write CLIENT SERVER tcp/PORT, for example: 10.12.0.130 172.16.1.18 tcp/443"

LINES = {
    "no-such-verb": (["trce"], "no such command 'trce'. Did you mean 'trace'?; see: bothways --help"),
    "no-such-option": (
        ["trace", *FLOW, "--snapshut", "x"],
        "no such option: --snapshut (Possible options: --snapshot); see: bothways trace --help",
    ),
    "format": (
        ["runs", "--format", "yaml"],
        "invalid value for '--format': 'yaml' is neither text nor json; see: bothways runs --help",
    ),
    "flow-of-one": (["trace", "10.0.0.1"], f"flow: '10.0.0.1' has 1 parts, not 3; {HOW}"),
    "flow-address": (
        ["trace", "10.0.0.256", "10.0.0.1", "tcp/1"],
        f"flow: '10.0.0.256' is not an IPv4 address (Octet 256 (> 255) not permitted in '10.0.0.256'); {HOW}",
    ),
    "flow-port": (
        ["trace", "10.0.0.1", "10.0.0.2", "tcp/70000"],
        f"flow: 'tcp/70000' needs a port from 1 to 65535; {HOW}",
    ),
    "flow-protocol": (
        ["trace", "10.0.0.1", "10.0.0.2", "sctp/1"],
        f"flow: 'sctp/1' is not tcp/PORT, udp/PORT or icmp; {HOW}",
    ),
    "flow-to-itself": (
        ["trace", "10.0.0.1", "10.0.0.1", "tcp/1"],
        f"flow: client and server are both 10.0.0.1; {HOW}",
    ),
    "plan-without-flow": (
        ["plan"],
        "--flow: is missing; write --flow CLIENT,SERVER,tcp/443, or --from-audit RUN RESULT-ID",
    ),
    "diagnose-nothing": (
        ["diagnose"],
        "diagnose: needs a flow or --log, one of the two; CLIENT SERVER tcp/443",
    ),
    "log-line": (
        ["diagnose", "--log", "%ASA-6-302013: Built"],
        "--log: is not a line of the form %ASA-6-106015: Deny TCP (no connection) from A/p to B/p …; ",
    ),
    "no-story": (["demo", "harpin"], "demo: no story 'harpin'; did you mean 'hairpin'?"),
    "no-fix": (["demo", "--fix", "magic"], "--fix: hairpin has no fix 'magic'; known: bypass, pat"),
    "no-workspace": (
        ["read"],
        "bothways.toml: not found here, nor in the folders above; cd to your workspace, or give --workspace",
    ),
    "no-lab": (["lab", "status"], "{here}: no lab wrote a workspace here; bothways lab up hairpin"),
    "no-such-run": (
        ["runs", "--workspace", "nope"],
        "nope: holds no bothways.toml; `bothways init DIR` writes one",
    ),
    "log-file": (
        ["runs", "--log-file", "nope/x.log"],
        "--log-file: nope/x.log cannot be written: No such file or directory",
    ),
    "no-snapshot": (["trace", *FLOW, "--snapshot", "nope.snapshot"], "nope.snapshot: "),
}


@pytest.mark.parametrize(("words", "line"), LINES.values(), ids=LINES.keys())
def test_a_wrong_command_line_gets_one_line(bothways: Bothways, words: list[str], line: str) -> None:
    """Where, what, and what to type instead; exit code 10."""
    ran = bothways(*words)
    wanted = "error: " + line.format(here=Path.cwd())
    assert ran.code == 10
    assert ran.out == ""
    assert [error[: len(wanted)] for error in ran.errors] == [wanted]
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("words", [words for words, _ in LINES.values()], ids=LINES.keys())
def test_json_is_one_object_on_failure_too(bothways: Bothways, words: list[str]) -> None:
    """A program gets the same facts by key, also when the command line itself is wrong."""
    if "--format" in words:
        words = ["runs", "--formt"]
    ran = bothways(*words, "--format", "json")
    assert ran.code == ran.json["exit_code"] == 10
    assert ran.json["format_version"] == 1
    assert [sorted(error) for error in ran.json["errors"]] == [["code", "message", "next", "where"]]
    assert ran.errors == []


INVENTORIES = {
    "B01": ("duplicate", "hosts.yaml:7:1: sw2 and sw are both 127.0.0.1 port 9"),
    "B02": ("typo", "hosts.yaml:4:3: sw.platfrom: unknown key; did you mean 'platform'?"),
}


@pytest.mark.parametrize(("fault", "line"), INVENTORIES.values(), ids=INVENTORIES.keys())
def test_a_wrong_inventory_is_one_line(bothways: Bothways, workspace: Path, fault: str, line: str) -> None:
    """B01 B02: nobody is logged in to."""
    hosts = workspace / "inventory" / "hosts.yaml"
    text = hosts.read_text()
    hosts.write_text(
        text + text.replace("sw:", "sw2:") if fault == "duplicate" else text.replace("platform", "platfrom")
    )
    ran = bothways("read")
    assert ran.code == 10
    assert ran.errors == [f"error: {workspace}/inventory/{line}"]


@pytest.mark.usefixtures("workspace")
def test_an_unknown_device_names_the_known(bothways: Bothways) -> None:
    """The user sees what he could have typed."""
    ran = bothways("read", "sv")
    assert (ran.code, ran.errors) == (10, ["error: inventory: no device 'sv'; known: sw"])


@pytest.mark.usefixtures("workspace")
def test_a_device_that_refuses_is_named(bothways: Bothways) -> None:
    """F01: nobody listens there; exit code 11, nothing was sent."""
    ran = bothways("read", "-o", "x.snapshot")
    assert ran.code == 11
    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("error: sw: ")
    assert "refused" in ran.errors[0]


def test_a_playbook_with_a_typo_is_one_line(bothways: Bothways, workspace: Path) -> None:
    """B02: file, line and column of the typo, and what was meant; before any device is asked."""
    playbook = workspace / "playbooks" / "mine.yaml"
    playbook.parent.mkdir()
    playbook.write_text("kind: remediation\nname: mine\ntitle: mine\ncurse: [asymmetric-return]\n")
    ran = bothways(*PLAN, "--", "mine")
    assert ran.code == 10
    assert len(ran.errors) == 1
    assert f"{playbook}:4:1: curse: unknown key; did you mean 'cures'?" in ran.errors[0]


@pytest.mark.usefixtures("workspace")
def test_an_unknown_playbook_names_the_nearest(bothways: Bothways) -> None:
    """The user meant one of the shipped ones."""
    ran = bothways("plan", "harpin-return", "--flow", ",".join(FLOW))
    assert (ran.code, ran.errors) == (
        10,
        ["error: playbook: no 'harpin-return'; did you mean 'hairpin-return'?"],
    )


NOT_PLANS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_text(""),
    "not-json": lambda path: path.write_text("format_version: 1\n"),
    "a-list": lambda path: path.write_text("[]"),
    "no-version": lambda path: path.write_text("{}"),
    "binary": lambda path: path.write_bytes(b"\x80\x81"),
    "newer": lambda path: path.write_text(json.dumps({"format_version": 99, "made_by": "bothways 9.9"})),
}


@pytest.mark.parametrize("write", NOT_PLANS.values(), ids=NOT_PLANS.keys())
def test_a_file_that_is_no_plan_of_ours_is_refused(
    bothways: Bothways, workspace: Path, write: Callable[[Path], object]
) -> None:
    """B13: whatever is wrong inside a plan file is 12, and nobody is logged in to."""
    write(workspace / "fix.plan")
    for verb in ("apply", "verify"):
        ran = bothways(verb, "fix.plan")
        assert ran.code == 12
        assert len(ran.errors) == 1
        assert ran.errors[0].startswith("error: fix.plan: ")


@pytest.mark.usefixtures("workspace")
def test_a_run_that_is_not_there(bothways: Bothways) -> None:
    """Rolling back nothing is bad input."""
    ran = bothways("rollback", "20260101T000000Z-000000")
    assert ran.code == 10
    assert "does not exist here" in ran.errors[0]
