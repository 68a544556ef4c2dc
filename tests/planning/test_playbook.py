from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bothways.errors import DocumentError, PlaybookError
from bothways.fixes import all_fixes
from bothways.playbook import RemediationModel, fitting_playbook, load_playbook, open_playbook
from bothways.workspace import Settings, Workspace, find_workspace

ROOT = Path(__file__).parents[2]
FIXES = ", ".join(repr(fix.name) for fix in all_fixes())
SCHEMA = RemediationModel.model_json_schema()
GOOD = """\
kind: remediation
name: mine
title: Mine
cures: [asymmetric-return]
roles:
  firewall: {platform: cisco_asa, seat: firewall}
  switch: {platform: cisco_ios, seat: router}
fixes:
  - fix: state-bypass
    role: firewall
    inputs:
      match: hosts
verify:
  - kind: trace
  - kind: connection
    within_s: 30
"""


@pytest.mark.parametrize(
    ("name", "fixes"),
    [
        ("hairpin-return", ["asa-hairpin", "sdm-template", "pbr-return"]),
        ("hairpin-bypass", ["asa-hairpin", "state-bypass"]),
        ("hairpin-pat", ["asa-hairpin", "hairpin-pat"]),
    ],
)
def test_a_shipped_playbook_says_its_fixes_in_order(name: str, fixes: list[str]) -> None:
    """The ways of this story, by the name of their file."""
    path = ROOT / "playbooks" / f"{name}.yaml"
    book = load_playbook(path)
    assert book.name == name
    assert [fix for fix, _ in book.uses] == fixes
    assert book.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_fix_can_stand_in_a_playbook() -> None:
    """The file's discriminator and the registry name the same fixes."""
    choices = SCHEMA["properties"]["fixes"]["items"]["discriminator"]["mapping"]
    assert sorted(choices) == sorted(fix.name for fix in all_fixes())


def test_every_finding_that_a_fix_cures_can_be_named() -> None:
    """A playbook's `cures` knows what the fixes know."""
    named = set(SCHEMA["properties"]["cures"]["items"]["enum"])
    assert named == {finding for fix in all_fixes() for finding in fix.cures}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "fix: state-bypass",
            "fix: state-bypas",
            f"mine.yaml:9:5: fixes[0]: fix: 'state-bypas' is not one of {FIXES}; "
            "did you mean 'state-bypass'?",
            id="B07 unknown fix",
        ),
        pytest.param(
            "      match: hosts",
            "      macth: hosts",
            "mine.yaml:12:7: fixes[0].inputs.macth: unknown key; did you mean 'match'?",
            id="B02 misspelt input",
        ),
        pytest.param(
            "match: hosts",
            "match: host",
            "mine.yaml:12:14: fixes[0].inputs.match: 'host' is not one of 'subnets', 'hosts', 'service' or "
            "'any'; did you mean 'hosts'?",
            id="B07 unknown choice",
        ),
        pytest.param(
            "    role: firewall\n",
            "    role: firewal\n",
            "mine.yaml:10:11: fixes[0].role: no role 'firewal'; did you mean 'firewall'?",
            id="B07 unknown role",
        ),
        pytest.param(
            "    role: firewall\n",
            "    role: switch\n",
            "mine.yaml:10:11: fixes[0].role: state-bypass acts on the firewall and types cisco_asa; "
            "'switch' is the router on cisco_ios",
            id="B07 role of another seat",
        ),
        pytest.param("title: Mine\n", "", "mine.yaml:1:1: title: is missing", id="B07 missing key"),
        pytest.param(
            "      match: hosts",
            '      acl: "A\\nno aaa new-model"',
            "mine.yaml:12:12: fixes[0].inputs.acl: 'A\\nno aaa new-model' does not look right",
            id="B08 newline in a name",
        ),
        pytest.param(
            "      match: hosts",
            '      reason: "see\\x1areload"',
            "mine.yaml:12:15: fixes[0].inputs.reason: ",
            id="B08 ctrl-z in a reason",
        ),
        pytest.param(
            "      match: hosts",
            f"      class_map: {'c' * 200}",
            "mine.yaml:12:18: fixes[0].inputs.class_map: ",
            id="B09 name of 200 characters",
        ),
        pytest.param(
            "match: hosts", "match: hosts\n      match: any", "mine.yaml:13:7: ", id="B05 a key twice"
        ),
        pytest.param(
            "  - kind: trace\n",
            "",
            "mine.yaml:14:3: verify: must hold the two proofs `kind: trace` and `kind: connection`",
            id="one proof is none",
        ),
        pytest.param(
            "  - kind: connection\n    within_s: 30\n",
            "  - kind: ports\n",
            "mine.yaml:14:3: verify: must hold the two proofs `kind: trace` and `kind: connection`",
            id="S2b-10 the states of ports prove nothing of a firewall",
        ),
        pytest.param("kind: remediation", "kind: audits", "mine.yaml:1:7: kind: ", id="unknown kind"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    """B07: file, line, column, path, what, and what was meant; one line, exit code 10."""
    assert old in GOOD
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(DocumentError) as refused:
        load_playbook(path)
    sentence = str(refused.value).removeprefix(f"{tmp_path}/")
    assert sentence.startswith(message), sentence
    assert "\n" not in sentence
    assert refused.value.exit_code == 10


def test_the_unchanged_file_is_read(tmp_path: Path) -> None:
    """The base of the faults above is none itself."""
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD)
    book = load_playbook(path, "workspace")
    assert (book.origin, book.wait_s) == ("workspace", 30)


@pytest.mark.parametrize(
    ("findings", "name"),
    [
        (["asymmetric-return"], "hairpin-return"),
        (["acl-denied", "hairpin-denied"], "hairpin-return"),
        (["asymmetric-after-failover"], "state-bypass"),
        (["ctcp-proxy-stall"], "ctcp-bypass"),
    ],
    ids=" ".join,
)
def test_the_first_choice_for_a_finding_gives_up_no_protection_where_another_way_keeps_it(
    findings: list[str], name: str
) -> None:
    """`plan` without a playbook; a finding without a cure of its own is passed over."""
    assert fitting_playbook(Workspace(None, Settings()), findings).name == name


@pytest.mark.parametrize("findings", [["acl-denied"], []], ids=["no cure", "no finding"])
def test_a_finding_without_a_first_choice_is_refused(findings: list[str]) -> None:
    """A person has to look at the ways out."""
    with pytest.raises(PlaybookError, match="none is the first choice"):
        fitting_playbook(Workspace(None, Settings()), findings)


def test_a_workspace_chooses_its_own_first(tmp_path: Path) -> None:
    """Its file of the same name wins, whole; the one it puts second is asked for by name."""
    (tmp_path / "bothways.toml").touch()
    (tmp_path / "playbooks").mkdir()
    shipped = (ROOT / "playbooks" / "hairpin-return.yaml").read_text()
    (tmp_path / "playbooks" / "hairpin-return.yaml").write_text(shipped.replace("first_choice: true\n", ""))
    mine = GOOD.replace("title:", "first_choice: true\ntitle:")
    (tmp_path / "playbooks" / "mine.yaml").write_text(mine)
    space = find_workspace(explicit=tmp_path)

    assert fitting_playbook(space, ["asymmetric-return"]).name == "mine"
    assert not open_playbook(space, "hairpin-return").model.first_choice
