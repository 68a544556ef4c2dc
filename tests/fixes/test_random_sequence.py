"""The plausible wrong cure: the firewall leaves sequence numbers alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bothways.fixes.contract import InPlace, NotApplicable, Ready, Situation
from bothways.fixes.random_sequence import RandomInputs, RandomOptions, RandomSequence
from bothways.fixes.render import TextContent, render
from bothways.fixes.steps import ConfigStep

FIX = RandomSequence()
USERS, LAB = "10.12.0.0 255.255.255.0", "172.16.1.0 255.255.255.0"
OUT = f"access-list KeepSequence extended permit tcp {USERS} {LAB} log disable"
BACK = f"access-list KeepSequence extended permit tcp {LAB} {USERS} log disable"
DISABLE = "set connection random-sequence-number disable"

Build = Callable[..., Situation]


def ready(here: Situation) -> Ready[RandomInputs]:
    found = FIX.propose(here, RandomOptions())
    assert isinstance(found, Ready), found
    return found


def test_its_lines_and_their_undo(situation: Build, random_template: TextContent) -> None:
    """S0-11: a class for the two networks on the firewall's interface, taken back the other way round."""
    here = situation()
    found = ready(here)
    (step,) = FIX.steps(here, found, render(FIX, found.inputs, random_template))
    assert isinstance(step, ConfigStep)
    assert [command.text for command in step.commands] == [
        "access-list KeepSequence remark Outbound traffic",
        OUT,
        "access-list KeepSequence remark Inbound traffic",
        BACK,
        "class-map keep_sequence",
        "match access-list KeepSequence",
        "policy-map inside-policy",
        "class keep_sequence",
        DISABLE,
        "service-policy inside-policy interface inside",
    ]
    assert [undo.text for undo in step.undo] == [
        "no service-policy inside-policy interface inside",
        "no policy-map inside-policy",
        "no class-map keep_sequence",
        f"no {BACK}",
        "no access-list KeepSequence remark Inbound traffic",
        f"no {OUT}",
        "no access-list KeepSequence remark Outbound traffic",
    ]
    assert "drops the client's answer all the same" in FIX.lints(here, found)[0].text


@pytest.mark.parametrize("match", ["any", "access-list KeepSequence"])
def test_numbers_left_alone_already_are_in_place(situation: Build, match: str) -> None:
    """S0-11: nothing is typed where the firewall does so already."""
    config = (
        f"class-map keep\n match {match}\npolicy-map inside-policy\n class keep\n  {DISABLE}\n"
        "service-policy inside-policy interface inside\nclass-map inspection_default\n"
    )
    shown = "".join(
        f"access-list KeepSequence line {number} {rule.partition('Sequence ')[2]} (hitcnt=0) 0x0\n"
        for number, rule in enumerate((OUT, BACK), 1)
    )
    lists = f">>> show access-list\naccess-list KeepSequence; 2 elements\n{shown}>>> show failover\n"
    here = situation(asa=(("class-map inspection_default\n", config), (">>> show failover\n", lists)))
    assert isinstance(FIX.propose(here, RandomOptions()), InPlace)


def test_what_dies_of_something_else_is_not_its_business(situation: Build) -> None:
    """S0-11: without the permit the flow never comes so far."""
    here = situation(asa=(("same-security-traffic permit intra-interface\n", ""),))
    found = FIX.propose(here, RandomOptions())
    assert isinstance(found, NotApplicable)
    assert found.reason.startswith("the flow does not die of changed numbers")
