"""Audit playbooks say where they are wrong, before anybody is connected."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothways.audit.playbook import load_audit
from bothways.audit.schema import schema
from bothways.cli.main import run
from bothways.document import load_yaml
from bothways.errors import DocumentError
from bothways.fixes import all_fixes
from bothways.rules.fleet import all_fleet_rules

ROOT = Path(__file__).parents[2]
GOOD = """\
kind: audit
name: mine
title: Mine
flows:
  - {flow: 10.12.0.130 172.16.1.18 tcp/443}
  - flow: 10.20.0.25 203.0.113.80 tcp/80
    scenario: after-idle
    silence_s: 1200
rules:
  - rule: flow-lives
  - rule: bypass-too-wide
    severity: error
    hosts: [sw]
    parameters: {shortest_prefix: 16}
  - rule: ssh-weak
exceptions:
  - rule: ssh-weak
    device: sw
    owner: network team
    reason: replaced in spring
    until: 2027-03-31
"""
DAY = "is not a day of the calendar: write it like 2027-03-31"
FAULTS = {
    "B07 unknown rule": (
        "rule: flow-lives",
        "rule: flow-livs",
        "10:5: rules[0]: rule: 'flow-livs' is not one of ",
    ),
    "B07 unknown parameter": (
        "shortest_prefix",
        "shortest_prefx",
        "14:18: rules[1].parameters.shortest_prefx: unknown key; did you mean 'shortest_prefix'?",
    ),
    "B07 a parameter out of bounds": (
        "shortest_prefix: 16",
        "shortest_prefix: 99",
        "14:35: rules[1].parameters.shortest_prefix: 99 is too big: at most 32",
    ),
    "B07 hosts that are none": ("[sw]", "[]", "13:12: rules[1].hosts: is empty or too short"),
    "B07 a flow twice": (
        "rules:\n",
        "  - flow: 10.12.0.130 172.16.1.18 tcp/443\nrules:\n",
        "9:5: flows[2]: 10.12.0.130 172.16.1.18 tcp/443 stands here twice",
    ),
    "B07 hosts that are no list": ("[sw]", "sw", "13:12: rules[1].hosts: must be a list"),
    "B07 a misspelt key": ("hosts:", "host:", "13:5: rules[1].host: unknown key; did you mean 'hosts'?"),
    "B07 a severity of one's own": (
        "severity: error",
        "severity: fatal",
        "12:15: rules[1].severity: 'fatal' is not one of 'error', 'warning' or 'note'",
    ),
    "B07 a rule twice": (
        "  - rule: ssh-weak\nexc",
        "  - rule: flow-lives\nexc",
        "15:11: rules[2].rule: 'flow-lives' stands here twice",
    ),
    "B07 nobody answers": ("    owner: network team\n", "", "17:5: exceptions[0].owner: is missing"),
    "B07 an empty owner": ("network team", "''", "19:12: exceptions[0].owner: is empty or too short"),
    "B07 no such day": ("2027-03-31", "2027-02-31", f"21:12: exceptions[0].until: '2027-02-31' {DAY}"),
    "B07 a day in words": ("2027-03-31", "next spring", f"21:12: exceptions[0].until: 'next spring' {DAY}"),
    "B07 an exception of no rule": (
        "  - rule: ssh-weak\n    dev",
        "  - rule: ssh-week\n    dev",
        "17:11: exceptions[0].rule: no rule 'ssh-week' above; did you mean 'ssh-weak'?",
    ),
    "B07 a flow of two words": (
        "172.16.1.18 tcp/443",
        "tcp/443",
        "5:12: flows[0].flow: '10.12.0.130 tcp/443' has 2 parts, not 3; write CLIENT SERVER tcp/PORT",
    ),
    "B07 a port by name": (
        "tcp/443",
        "tcp/https",
        "5:12: flows[0].flow: 'tcp/https' needs a port from 1 to 65535",
    ),
    "B07 unknown scenario": (
        "after-idle",
        "after-idel",
        (
            "7:15: flows[1].scenario: 'after-idel' is not one of 'handshake', 'mid-stream', 'data-loss', "
            "'after-idle', 'conn-lost' or 'uplink-loss'; did you mean 'after-idle'?"
        ),
    ),
    "B07 silence of no length": ("    silence_s: 1200\n", "", "6:5: flows[1]: after-idle needs silence_s"),
    "B07 another kind": (
        "kind: audit",
        "kind: remediation",
        "1:7: kind: 'remediation' is not one of 'audit'",
    ),
    "B07 a key twice": (
        "owner: network team",
        "owner: network team\n    owner: me",
        "20:5: key 'owner' stands twice, first in line 19",
    ),
}


@pytest.mark.parametrize(("old", "new", "says"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_by_line_and_column(tmp_path: Path, old: str, new: str, says: str) -> None:
    """B07 X-08: what is wrong there, and what was meant."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(DocumentError) as refused:
        load_audit(path)
    assert str(refused.value).startswith(f"{path}:{says}"), str(refused.value)


def test_a_misspelt_rule_is_told_which_was_meant(tmp_path: Path) -> None:
    """B07: behind the list of all of them."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("rule: flow-lives", "rule: flow-livs"))
    with pytest.raises(DocumentError, match=re.escape("did you mean 'flow-lives'?") + "$"):
        load_audit(path)


@pytest.fixture
def audited(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """An audit of a switch where nobody listens, by a playbook."""
    (tmp_path / "inventory").mkdir()
    (tmp_path / "bothways.toml").write_text("")
    (tmp_path / "inventory" / "hosts.yaml").write_text(
        "sw: {hostname: 127.0.0.1, port: 9, platform: cisco_ios, username: admin, password: file:password}\n"
    )
    (tmp_path / "inventory" / "password").write_text("not-a-real-one\n")
    (tmp_path / "inventory" / "password").chmod(0o600)

    def audit(text: str, *words: str) -> tuple[int, str]:
        path = tmp_path / "mine.yaml"
        path.write_text(text)
        code = run(["audit", *words, "--playbook", str(path), "--workspace", str(tmp_path)])
        return code, capfd.readouterr().err

    return audit


@pytest.mark.parametrize("words", [(), ("--print-cron",)], ids=["now", "every night"])
def test_a_rule_for_a_device_that_nobody_knows_is_refused(
    audited: Callable[..., tuple[int, str]], tmp_path: Path, words: tuple[str, ...]
) -> None:
    """B07 X-08: exit code 10 before anything is connected; it would be looked for nowhere, and never fail."""
    code, said = audited(GOOD.replace("[sw]", "[sw, sww]"), *words)
    assert code == 10
    assert said == (
        f"error: {tmp_path}/mine.yaml:13:17: rules[1].hosts[1]: no device 'sww' in the inventory; "
        "did you mean 'sw'?\n"
    )


@pytest.mark.parametrize("words", [(), ("--print-cron",)], ids=["now", "every night"])
def test_an_exception_for_a_device_that_nobody_knows_is_refused(
    audited: Callable[..., tuple[int, str]], tmp_path: Path, words: tuple[str, ...]
) -> None:
    """B07 X-08: it would except nothing, and nobody would know why."""
    code, said = audited(GOOD.replace("device: sw", "device: sww"), *words)
    assert code == 10
    assert said == (
        f"error: {tmp_path}/mine.yaml:18:13: exceptions[0].device: no device 'sww' in the inventory; "
        "did you mean 'sw'?\n"
    )


def test_rules_for_devices_that_are_not_asked_are_left_out(tmp_path: Path) -> None:
    """X-07: an audit of one device has not failed to see the others."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("[sw]", "[sw, fw]"))
    book = load_audit(path)
    assert [(rule.id, use.hosts) for rule, use in book.only_for({"sw"}).rules] == [
        ("flow-lives", None),
        ("bypass-too-wide", ("sw",)),
        ("ssh-weak", None),
    ]
    assert [rule.id for rule, _ in book.only_for({"other"}).rules] == ["flow-lives", "ssh-weak"]


def test_a_good_one_is_run(audited: Callable[..., tuple[int, str]]) -> None:
    """X-08: the switch was called, and did not answer."""
    code, said = audited(GOOD)
    assert code == 11
    assert "TCP refused 127.0.0.1:9" in said


def whole() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(schema())
    return made


def test_the_schema_file_is_the_models() -> None:
    """Editors check playbooks of both kinds against what we read.

    python -c "from bothways.audit.schema import schema; print(schema(), end='')" > playbooks/schema.json
    """
    assert (ROOT / "playbooks" / "schema.json").read_text(encoding="utf-8") == schema()


def test_the_schema_tells_the_kinds_apart() -> None:
    """The word `kind` decides; every rule and every fix can be named."""
    kinds = whole()["discriminator"]["mapping"]
    books = {load_yaml(path).data["kind"] for path in (ROOT / "playbooks").glob("*.yaml")}
    assert set(kinds) == books == {"audit", "remediation"}
    parts = whole()["$defs"]
    rules = parts["AuditModel"]["properties"]["rules"]["items"]["discriminator"]["mapping"]
    assert set(rules) == {rule.id for rule in all_fleet_rules()}
    fixes = parts["RemediationModel"]["properties"]["fixes"]["items"]["discriminator"]["mapping"]
    assert set(fixes) == {fix.name for fix in all_fixes()}
