"""Random service policies before a tunnel that loses a segment: the walk beside the hosts."""

from __future__ import annotations

import random

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.flow import Fate, Flow
from bothways.lab.world import World

from .harness import read

CLIENT, HEADEND, ASA = "10.30.0.21", "203.0.113.90", "office-asa"
MATCHES = (
    "any",
    "access-list TUNNEL",
    "access-list BACK",
    "access-list OTHERS",
    "port tcp eq 10000",
    "port tcp eq 443",
    "port tcp range 9000 11000",
)
ACTIONS = (
    "ips inline fail-open",
    "ips inline fail-close",
    "ips promiscuous fail-open",
    "inspect http",
    "inspect icmp",
    "set connection advanced-options tcp-state-bypass",
    "set connection timeout idle 0:20:00",
    "set connection random-sequence-number disable",
)
LISTS = (
    f"access-list TUNNEL extended permit tcp host {CLIENT} host {HEADEND} eq 10000",
    f"access-list BACK extended permit tcp host {HEADEND} eq 10000 host {CLIENT}",
    f"access-list OTHERS extended permit tcp host {CLIENT} host 203.0.113.91",
    "no service-policy global_policy global",
)
SEEDS = 60


def policies(dice: random.Random) -> list[str]:
    """A policy on some of the places, a few classes in each, one or two actions in each class."""
    lines = list(LISTS)
    for place in ("global", "interface inside", "interface outside"):
        if dice.random() < 0.4:
            continue
        name = f"P-{place.split()[-1]}"
        classes = [f"C{number}-{place.split()[-1]}" for number in range(dice.randint(1, 3))]
        for one in classes:
            lines += [f"class-map {one}", f" match {dice.choice(MATCHES)}"]
        lines.append(f"policy-map {name}")
        for one in classes:
            actions = dice.sample(ACTIONS, dice.randint(1, 2))
            if sum(action.startswith("ips") for action in actions) > 1:
                actions = actions[:1]
            lines += [f" class {one}", *(f"  {action}" for action in actions)]
        lines.append(f"service-policy {name} {place}")
    return lines


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_lost_segment_ends_as_predicted(seed: int) -> None:
    """S4-01, S4-02: class order, places, lists and ports decide alike on both sides, for cTCP and for TCP."""
    dice = random.Random(seed)
    world = World.from_story("ctcp")
    lines = policies(dice)
    assert world.edit(ASA, lines) == [""] * len(lines)
    port = dice.choice((10000, 10000, 443))
    predicted = trace(read(world), Flow.parse(f"{CLIENT} {HEADEND} tcp/{port}"), (), Scenario.DATA_LOSS)

    held = world.hold("laptop", "headend", port)
    wire, sender = dice.choice((("office", "laptop"), ("internet", "headend")))
    observed = world.became(held.call, world.lose(wire, sender)).testimony

    told = (predicted.fate, predicted.at.device, predicted.at.packet)
    assert told == (observed.fate, observed.device, observed.packet), "\n".join(lines)
    assert predicted.fate in (Fate.COMPLETE, Fate.PROXY_STALL)


def test_both_ends_are_among_them() -> None:
    """The seeds would show nothing if all of them ended alike."""
    kinds = {("ips inline" in text, "state-bypass" in text) for text in map(_text, range(SEEDS))}
    assert len(kinds) == 4


def _text(seed: int) -> str:
    return "\n".join(policies(random.Random(seed)))
