from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bothways.errors import BadInput, PlanRefused, PlanStale, PlanTampered
from bothways.fixes.steps import ClearStep, Command, ConfigStep, Lint, Predicate, ReloadStep, Reply, Undo
from bothways.planning import load_plan, render_paste, write_plan
from bothways.planning.canonical import canonical, sealed
from bothways.planning.plan import Binding, ContentOrigin, Plan, Verdict

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
FACT = Predicate(
    device="lab-switch",
    table="SdmTemplate",
    key={},
    column="active",
    expected="desktop default",
    because="lab-switch has not reloaded into 'desktop routing'",
)
PLAN = Plan(
    format_version=1,
    made_by="bothways 0.1.0",
    id="hairpin-return-12345678",
    created_at=NOON,
    expires_at=NOON + timedelta(hours=4),
    flow="10.12.0.130 172.16.1.18 tcp/443",
    finding="asymmetric-return",
    playbook=ContentOrigin(name="hairpin-return", origin="playbooks/hairpin-return.yaml", sha256="0" * 64),
    templates=(),
    bindings={
        "lab-switch": Binding(
            serial="CAT0932Z1AB",
            hostname="DC_LAB_SWITCH",
            platform="cisco_ios",
            config_digest="1" * 64,
            saved=None,
        )
    },
    predicates=(FACT,),
    steps=(
        ConfigStep(
            device="lab-switch",
            fix="sdm-template",
            commands=(Command(text="sdm prefer routing", answer="Changes .*"),),
            undo=(Undo(section="", ours="", text="sdm prefer default", only_if=FACT),),
        ),
        ReloadStep(
            device="lab-switch",
            fix="sdm-template",
            dialogue=(Reply(pattern=r"Save\? \[yes/no\]:", reply="no"), Reply(pattern="confirm", reply="")),
            cannot_undo="lab-switch reloads",
        ),
        ConfigStep(
            device="lab-switch",
            fix="pbr-return",
            commands=(Command(text="interface Vlan172"), Command(text="ip policy route-map FIX_ROUTING")),
            undo=(
                Undo(
                    section="interface Vlan172",
                    ours="ip policy route-map FIX_ROUTING",
                    enter=("interface Vlan172",),
                    text="no ip policy route-map FIX_ROUTING",
                ),
            ),
        ),
        ClearStep(
            device="edge-asa",
            fix="state-bypass",
            command="clear conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443",
            count_command="show conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443",
            most=20,
            cannot_undo="connections are cut",
        ),
    ),
    diff={"lab-switch": "+ ip policy route-map FIX_ROUTING"},
    lints=(Lint(id="hosts-moved", severity="note", device="lab-switch", text="3 hosts"),),
    overridden=(),
    before=Verdict(fate="isn-mismatch", device="10.12.0.130", packet=2),
    after=Verdict(fate="complete", device="", packet=0),
)


class Noon:
    def __init__(self, hours: float) -> None:
        self.hours = hours

    def now(self) -> datetime:
        return NOON + timedelta(hours=self.hours)

    def monotonic(self) -> float:
        return self.hours * 3600

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "fix.plan"
    write_plan(PLAN, path)
    return path


def test_a_plan_comes_back_as_it_was_written(written: Path) -> None:
    """The file is the plan and its hash."""
    assert load_plan(written) == sealed(PLAN)


def test_a_plan_is_its_owners_only_whatever_the_umask(tmp_path: Path) -> None:
    """B18: mode 0600, and nothing else is left in the folder."""
    old = os.umask(0)
    try:
        write_plan(PLAN, tmp_path / "fix.plan")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "fix.plan").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["fix.plan"]


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """B13: each bit of the file counts, also those a reader of JSON would forgive."""
    content = bytearray(canonical(sealed(PLAN).model_dump(mode="json")).encode())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path_factory.getbasetemp() / "flipped.plan"
    path.write_bytes(content)
    with pytest.raises(PlanRefused) as refused:
        load_plan(path)
    assert refused.value.exit_code == 12


def _changed(**values: Any) -> str:
    data = sealed(PLAN).model_dump(mode="json")
    data.update(values)
    return canonical(data)


def _edited(old: str, new: str) -> str:
    text = canonical(sealed(PLAN).model_dump(mode="json"))
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            _edited("sdm prefer routing", "no ip routing"), "does not fit its hash", id="another command"
        ),
        pytest.param(_edited("CAT0932Z1AB", "CAT0932Z1AC"), "does not fit its hash", id="another serial"),
        pytest.param(_edited('"1111', '"1112'), "does not fit its hash", id="another digest"),
        pytest.param(_changed(steps=[]), "does not fit its hash", id="steps taken out"),
        pytest.param(_changed(content_hash=""), "does not fit its hash", id="no hash"),
        pytest.param(_changed(extra="x"), "extra: Extra inputs", id="a key more"),
        pytest.param(_changed(format_version=0), "no known plan format", id="format 0"),
        pytest.param(_changed(format_version="1"), "no known plan format", id="format as text"),
        pytest.param(_edited('"most": 20', '"most": 20.0'), "not the JSON we write", id="a float"),
        pytest.param(_edited('"most": 20', '"most": 1e9'), "not the JSON we write", id="a big float"),
        pytest.param(_edited('"most": 20', '"most":  20'), "does not fit its hash", id="a blank more"),
        pytest.param(
            _edited('"most": 20', '"most": 20, "most": 20'), "does not fit its hash", id="a key twice"
        ),
        pytest.param(_edited("{", "\ufeff{"), "holds bytes", id="a byte order mark"),
        pytest.param(_changed()[:-200], "not the JSON we write", id="truncated"),
        pytest.param("", "not the JSON we write", id="empty"),
        pytest.param("[]", "not the JSON we write", id="a list"),
        pytest.param("[" * 100_000, "not the JSON we write", id="deep"),
        pytest.param("9" * 10_000, "not the JSON we write", id="a long number"),
    ],
)
def test_a_plan_edited_by_hand_is_refused(text: str, message: str, tmp_path: Path) -> None:
    """B13: whatever is wrong inside a plan file is 12, with one line that says so."""
    path = tmp_path / "fix.plan"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanTampered, match=message) as refused:
        load_plan(path)
    assert refused.value.exit_code == 12
    assert "\n" not in str(refused.value)


def test_a_plan_of_a_newer_version_says_so(tmp_path: Path) -> None:
    """B13: the version is looked at before the rest, whose form is unknown."""
    path = tmp_path / "fix.plan"
    path.write_text('{"format_version": 2, "made_by": "bothways 9.9.0", "steps": {"new": "form"}}')
    with pytest.raises(
        PlanRefused, match=r"plan format 2 was made by a newer Bothways \('bothways 9\.9\.0'\)"
    ):
        load_plan(path)


def test_an_expired_plan_is_refused_to_apply_and_can_still_be_read(written: Path) -> None:
    """B13: four hours; verifying and undoing an old run do not ask."""
    assert load_plan(written, Noon(3.9)).id == PLAN.id
    with pytest.raises(PlanStale, match=r"expired at 2026-01-05T16:00:00\+00:00; plan again"):
        load_plan(written, Noon(4))
    assert load_plan(written).id == PLAN.id


def test_a_missing_file_is_bad_input(tmp_path: Path) -> None:
    """A wrong path is the user's input, not a tampered plan."""
    with pytest.raises(BadInput, match="No such file") as refused:
        load_plan(tmp_path / "no.plan")
    assert refused.value.exit_code == 10
    with pytest.raises(BadInput, match="cannot be written"):
        write_plan(PLAN, tmp_path / "no" / "fix.plan")


def test_the_file_is_plain_sorted_json(written: Path) -> None:
    """A person reviews it, a script reads it."""
    text = written.read_text()
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert text == json.dumps(data, indent=2, sort_keys=True) + "\n"


def test_paste_says_every_remark_before_the_first_command() -> None:
    """X-04: whoever types it himself reads the same warnings as whoever applies it, the gravest first."""
    remarks = (
        Lint(id="in-place", severity="note", device="", text="nothing to do"),
        Lint(id="partly-unseen", severity="warning", device="edge-asa", text="its log\nreload\r\x1b[2J"),
        Lint(id="unsaved-lines", severity="blocking", device="lab-switch", text="`ip http server` is lost"),
    )
    told = render_paste(PLAN.model_copy(update={"lints": remarks, "overridden": ("unsaved-lines",)}))
    assert told.splitlines()[1:5] == [
        "! blocking, overridden: unsaved-lines: lab-switch: `ip http server` is lost",
        "! warning: partly-unseen: edge-asa: its log reload ?[2J",
        "! note: in-place: nothing to do",
        "! apply, from top to bottom",
    ]


def test_paste_names_commands_undo_and_the_point_of_no_return() -> None:
    """An engineer can type it himself, and sees the lints and what cannot be taken back before he does."""
    assert render_paste(PLAN) == (
        "! hairpin-return-12345678 for 10.12.0.130 172.16.1.18 tcp/443\n"
        "! note: hosts-moved: lab-switch: 3 hosts\n"
        "! apply, from top to bottom\n"
        "!\n"
        "! --- lab-switch: sdm-template\n"
        "configure terminal\n"
        "sdm prefer routing\n"
        "end\n"
        "!\n"
        "! --- lab-switch: sdm-template\n"
        "! point of no return: lab-switch reloads\n"
        "reload\n"
        "! asked `Save? [yes/no]:`, answer no\n"
        "! asked `confirm`, answer with Enter\n"
        "!\n"
        "! --- lab-switch: pbr-return\n"
        "configure terminal\n"
        "interface Vlan172\n"
        "ip policy route-map FIX_ROUTING\n"
        "end\n"
        "!\n"
        "! --- edge-asa: state-bypass\n"
        "! point of no return: connections are cut\n"
        "! count first, at most 20:\n"
        "show conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443\n"
        "clear conn protocol tcp address 10.12.0.130 address 172.16.1.18 port 443\n"
        "!\n"
        "! undo, from top to bottom\n"
        "!\n"
        "! --- edge-asa: state-bypass\n"
        "! cannot be undone: connections are cut\n"
        "!\n"
        "! --- lab-switch: pbr-return\n"
        "configure terminal\n"
        "interface Vlan172\n"
        "no ip policy route-map FIX_ROUTING\n"
        "exit\n"
        "end\n"
        "!\n"
        "! --- lab-switch: sdm-template\n"
        "! cannot be undone: lab-switch reloads\n"
        "!\n"
        "! --- lab-switch: sdm-template\n"
        "configure terminal\n"
        "! only while lab-switch has not reloaded into 'desktop routing'\n"
        "sdm prefer default\n"
        "end\n"
    )
