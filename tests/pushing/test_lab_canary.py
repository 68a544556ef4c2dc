"""Secrets beside the lines that a plan changes: no output of a plan or a run carries one further."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.cli.main import run
from bothways.fleet import apply_plan, roll_back
from bothways.planning.paste import render_paste
from bothways.planning.plan_file import write_plan

from .bench import Bench, bench

CANARY = "c4n4ryS3cret"
SWITCH = (
    f"username ann privilege 15 secret 5 {CANARY}",
    "interface Vlan172",
    f" ip ospf message-digest-key 1 md5 7 {CANARY}",
    f" ip ospf authentication-key {CANARY}",
    f" standby 1 authentication {CANARY}",
    f" ppp chap password 0 {CANARY}",
    f"tacacs-server host 10.1.1.1 key 7 {CANARY}",
    f"snmp-server community {CANARY} RO",
    f"snmp-server host 10.12.0.5 {CANARY}",
    f"snmp-server host 10.12.0.5 version 2c {CANARY}",
    f"ntp authentication-key 1 md5 {CANARY}",
    f"crypto isakmp key {CANARY} address 192.0.2.1",
    f"ip ftp password {CANARY}",
    f"enable secret 5 {CANARY}",
)
FIREWALL = (
    f"passwd {CANARY} encrypted",
    f"snmp-server host inside 10.12.0.5 community {CANARY}",
    f"snmp-server community {CANARY}",
    f"failover key {CANARY}",
    f"username ann password {CANARY} encrypted",
    "tunnel-group 192.0.2.1 ipsec-attributes",
    f" ikev1 pre-shared-key {CANARY}",
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The command line sets up logging for its process; this one has more to test."""
    yield
    logger = logging.getLogger("bothways")
    for handler in logger.handlers:
        handler.close()
    logger.handlers.clear()


def typed(lab: Bench, device: str, lines: tuple[str, ...]) -> None:
    save = "write memory" if device == "edge-asa" else "do write memory"
    lab.lab.ask("edit", device=device, lines=[*lines, save])


@pytest.mark.parametrize("playbook", ["hairpin-return", "hairpin-bypass"])
def test_i7_no_output_of_a_run_shows_a_secret(
    tmp_path: Path, playbook: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """I7: plan as text, JSON, paste and file; a stale plan; a run that meets foreign lines; its rollback."""
    with bench(tmp_path / "lab", "from-start", "routing-sdm") as lab:
        typed(lab, "lab-switch", SWITCH)
        typed(lab, "edge-asa", FIREWALL)
        assert sum(CANARY in line for config in lab.configs().values() for line in config) >= 12
        monkeypatch.chdir(lab.lab.folder)
        flow = ("--flow", "10.12.0.130,172.16.1.18,tcp/443")
        for form in ("text", "json"):
            assert run(["plan", playbook, *flow, "-o", f"{form}.plan", "--format", form]) == 2
        plan = lab.plan(playbook)
        write_plan(plan, tmp_path / "fix.plan")

        # Somebody adds a community and takes another away, before the run and in the middle of it.
        device = plan.steps[-1].device
        typed(lab, device, (f"snmp-server community {CANARY}2",))
        assert run(["apply", "text.plan", "--format", "json"]) == 12
        said: list[str] = []

        def meddle(sentence: str) -> None:
            said.append(sentence)
            if "step 1" in sentence:
                typed(lab, device, (f"snmp-server community {CANARY}3",))

        outcome = apply_plan(lab.plan(playbook), lab.context, progress=meddle)
        back = roll_back(outcome.run_id, lab.context, progress=said.append)
        texts = [render_paste(plan), *said, *map(str, (*outcome.errors, *back.errors))]
        out, err = capfd.readouterr()
        files = [path for path in lab.workspace.runs.rglob("*") if path.is_file()]
        texts += [out, err, *(path.read_text() for path in (*files, tmp_path / "fix.plan"))]
        assert len(files) >= 2
    assert any("snmp-server community <hidden>" in text for text in said), said
    assert not [line for text in texts for line in text.splitlines() if CANARY in line]
