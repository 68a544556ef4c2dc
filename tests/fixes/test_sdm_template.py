from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.sdm_template import SdmInputs, SdmOptions, SdmTemplateFix
from bothways.fixes.steps import ConfigStep, ReloadStep
from bothways.state.rows import SdmTemplate

FIX = SdmTemplateFix()
NOTHING = SdmOptions()
ANSWER = (
    "Changes to the running SDM preferences have been stored, but cannot take effect\n"
    "until the next reload.\n"
    "Use 'show sdm prefer' to see what SDM preference is currently active."
)
LAST = "  number of IPv4/MAC security aces:                 1K\n"

Build = Callable[..., Situation]


def pending(template: str) -> tuple[str, str]:
    return (LAST, f'{LAST}\n On next reload, template will be "{template}" template.\n')


def ready(here: Situation) -> Ready[SdmInputs]:
    found = FIX.propose(here, NOTHING)
    assert isinstance(found, Ready), found
    return found


def test_the_phases_are_store_then_reload_without_saving(situation: Build) -> None:
    """S0-18: the expected answer is exactly the device's, the dialogue is declared, `no` to Save."""
    here = situation()
    store, reload = FIX.steps(here, ready(here), ("sdm prefer routing",))
    assert isinstance(store, ConfigStep)
    assert isinstance(reload, ReloadStep)
    (command,) = store.commands
    assert command.text == "sdm prefer routing"
    assert re.fullmatch(command.answer, ANSWER)
    assert re.fullmatch(command.answer, ANSWER.replace("effect\n", "effect "))
    assert not re.fullmatch(command.answer, ANSWER + "\n% something else")
    assert reload.command == "reload"
    assert [reply.reply for reply in reload.dialogue] == ["no", ""]
    assert re.search(reload.dialogue[0].pattern, "System configuration has been modified. Save? [yes/no]: ")
    assert re.search(reload.dialogue[1].pattern, "Proceed with reload? [confirm]")


RUNS = "c3560-ipservicesk9-mz.122-55.SE.bin"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", {"reload-unchecked": "not looked at: boot image (show boot) and whether you reach"}),
        (f"boot system flash:/c3560/{RUNS}", {"reload-unchecked": "not looked at: whether you reach"}),
        (
            f"boot system flash:gone.bin;flash:{RUNS}",
            {"reload-unchecked": "not looked at: whether you reach"},
        ),
        (
            "boot system flash:c3560-ipbasek9-mz.150-2.SE.bin",
            {
                "reload-image": "the reload boots flash:c3560-ipbasek9-mz.150-2.SE.bin, and what runs ",
                "reload-unchecked": "not looked at: whether you reach",
            },
        ),
    ],
    ids=["no line", "the same", "the same as a second", "another"],
)
def test_the_image_that_a_reload_boots_is_compared(situation: Build, line: str, told: dict[str, str]) -> None:
    """S0-18: another image after the reload blocks the plan; what cannot be seen is said."""
    here = situation(ios=(("no service pad\n", f"no service pad\n{line}\n" if line else "no service pad\n"),))
    lints = {lint.id: lint for lint in FIX.lints(here, ready(here))}
    assert set(lints) == {"reload", *told}
    for name, text in told.items():
        assert lints[name].text.startswith(text)
        assert (lints[name].severity == "blocking") is (name == "reload-image")


def test_a_stack_has_other_members(situation: Build) -> None:
    """S0-18: which template they run is not looked at."""
    here = situation(ios=(("WS-C3560-24PS", "WS-C3750-24PS"),))
    (text,) = [lint.text for lint in FIX.lints(here, ready(here)) if lint.id == "reload-unchecked"]
    assert "other stack members (show switch)" in text


def test_each_phase_is_proven_by_the_template_read_back(situation: Build) -> None:
    """S0-18: stored is the next template, reloaded is the one in force."""
    here = situation()
    store, reload = FIX.steps(here, ready(here), ("sdm prefer routing",))
    proofs = [(proof.column, proof.expected) for step in (store, reload) for proof in step.proofs]  # type: ignore[union-attr]
    assert proofs == [("next", "desktop routing"), ("active", "desktop routing")]


def test_the_stored_template_is_taken_back_before_the_reload_only(situation: Build) -> None:
    """S0-18: afterwards the same line would arm the next reload; the point of no return is named."""
    here = situation()
    store, reload = FIX.steps(here, ready(here), ("sdm prefer routing",))
    assert isinstance(store, ConfigStep)
    assert isinstance(reload, ReloadStep)
    (undo,) = store.undo
    assert (undo.ours, undo.text) == ("", "sdm prefer default")
    assert undo.only_if is not None
    assert (undo.only_if.column, undo.only_if.expected) == ("active", "desktop default")
    assert undo.proof is not None
    assert (undo.proof.column, undo.proof.expected) == ("next", "desktop default")
    assert (
        reload.cannot_undo
        == "lab-switch reloads; its template stays 'desktop routing' until another is stored"
    )


def test_a_template_with_room_needs_no_phases(situation: Build) -> None:
    """S0-19: what counts is the room for policy routing, not the template's name."""
    here = situation(
        ios=(("policy based routing aces:         0\n", "policy based routing aces:         0.5K\n"),)
    )
    found = FIX.propose(here, NOTHING)
    assert isinstance(found, InPlace)
    assert "desktop default" in str(found.evidence[0])


def test_a_stored_template_needs_the_reload_alone(situation: Build) -> None:
    """S0-18: the planner reads the next template too."""
    here = situation(ios=(pending("desktop routing"),))
    (step,) = FIX.steps(here, ready(here), ("sdm prefer routing",))
    assert isinstance(step, ReloadStep)


@pytest.mark.parametrize(
    ("active", "line", "wanted"),
    [
        ("desktop vlan", "routing", "desktop routing"),
        ("desktop IPv4 and IPv6 default", "dual-ipv4-and-ipv6 routing", "desktop IPv4 and IPv6 routing"),
    ],
)
def test_the_routing_template_is_of_the_same_family(
    situation: Build, active: str, line: str, wanted: str
) -> None:
    """D: a switch that speaks IPv6 keeps speaking it."""
    inputs = ready(situation(ios=(('"desktop default"', f'"{active}"'),))).inputs
    assert (inputs.template, inputs.wanted) == (line, wanted)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        pytest.param(
            ("C3560-IPSERVICESK9-M", "C3560-IPBASEK9-M"),
            "image C3560-IPBASEK9-M is without the IP services feature set, which policy routing needs",
            id="S0-19 image",
        ),
        pytest.param(
            ('"desktop default"', '"aggregate default"'),
            "'aggregate default', next 'aggregate default', is no SDM template that can be stored again",
            id="unknown template",
        ),
        pytest.param(
            ("  number of IPv4 policy based routing aces:         0\n", ""),
            "`show sdm prefer` does not say how many policy routing rules fit",
            id="not printed",
        ),
    ],
)
def test_what_cannot_be_switched_is_refused(situation: Build, edit: tuple[str, str], reason: str) -> None:
    """S0-19: before anything is stored."""
    found = FIX.propose(situation(ios=(edit,)), NOTHING)
    assert isinstance(found, NotApplicable)
    assert found.reason == reason


def test_a_switch_without_templates_needs_none(situation: Build) -> None:
    """D: a 4948 divides its tables by itself."""
    here = situation(ios=(("WS-C3560-24PS", "WS-C4948E"),))
    assert isinstance(FIX.propose(here, NOTHING), InPlace)


def test_the_prediction_has_room(situation: Build) -> None:
    """The fixes after it see the switch as it is after the reload."""
    here = situation()
    overlay: Any = FIX.predict(here.snapshot.device("lab-switch"), ready(here).inputs)
    (row,) = overlay[SdmTemplate]
    assert (row.active, row.next, row.pbr_aces) == ("desktop routing", "desktop routing", 512)
