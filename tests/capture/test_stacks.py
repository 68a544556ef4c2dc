"""Verdicts over what two real ends and a device make of a fault: no form of it is written down beforehand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bothways.diagnosis import Confidence, Severity
from bothways.diagnosis.capture import Judged, judged, read_captures

from .stacks import Clock
from .talks import Device, Hole, Renaming, Renumbering, Stateful, Talk, router, speaks, talk
from .wire import Tcp, pcap, timed

RUN_S = 90.0


@dataclass(frozen=True)
class Case:
    """What stands on the way, where it is captured, and which causes are right."""

    cause: str
    tap: int
    causes: frozenset[str]


CASES = [
    Case("works", 0, frozenset({""})),
    Case("works", 1, frozenset({""})),
    Case("works", 2, frozenset({""})),
    Case("renumbers-both-ways", 0, frozenset({""})),
    Case("renumbers-both-ways", 2, frozenset({""})),
    Case("renumbers-one-way", 0, frozenset({"isn-mismatch"})),
    Case("renumbers-one-way", 2, frozenset({"isn-mismatch"})),
    Case("stateful-one-way", 0, frozenset({"handshake-unseen"})),
    Case("stateful-one-way", 2, frozenset({"answer-not-taken"})),
    Case("renamed", 0, frozenset({"wrong-source"})),
    Case("renamed", 2, frozenset({"client-refuses"})),
    Case("nobody-listens", 0, frozenset({"refused"})),
    Case("nobody-listens", 2, frozenset({"refused"})),
    Case("hole-out", 0, frozenset({"no-answer"})),
    Case("hole-back", 0, frozenset({"no-answer"})),
    Case("hole-back", 2, frozenset({"answer-not-taken"})),
    Case("hole-later", 0, frozenset({"data-unanswered"})),
    Case("forgets", 0, frozenset({"data-unanswered"})),
    Case("forgets-and-resets", 0, frozenset({"reset-by-device"})),
    Case("aborts", 0, frozenset({"reset"})),
    Case("aborts", 2, frozenset({"reset"})),
    Case("server-aborts", 0, frozenset({"reset"})),
]


def staged(case: Case, clock: Clock, dice: random.Random) -> Talk:
    """The talk of a case, ready to run."""
    later_s = 20.0
    devices: dict[str, Device] = {
        "renumbers-both-ways": Renumbering(dice.getrandbits(32)),
        "renumbers-one-way": Renumbering(dice.randrange(1 << 22, (1 << 32) - (1 << 22))),
        "stateful-one-way": Stateful(clock),
        "renamed": Renaming("192.0.2.99"),
        "hole-out": Hole(clock, 0, (True,)),
        "hole-back": Hole(clock, 0, (False,)),
        "hole-later": Hole(clock, later_s),
        "forgets": Stateful(clock, later_s),
        "forgets-and-resets": Stateful(clock, later_s, resets=True),
    }
    one = talk(clock, dice, 50_000, [router, devices.get(case.cause, router)], case.tap)
    one.way.beside = case.cause in ("renumbers-one-way", "stateful-one-way")
    one.server.listens = case.cause != "nobody-listens"
    ends = {
        "aborts": "aborts",
        "server-aborts": "server-aborts",
        "works": dice.choice(["closes", "server", ""]),
    }
    speaks(one, dice, dice.uniform(0, 3), requests=2, ends=ends.get(case.cause, ""))
    if case.cause in ("hole-later", "forgets", "forgets-and-resets"):
        clock.at(later_s + dice.uniform(1, 4), lambda: one.client.write(bytes(300)))
    return one


def captured(packets: Sequence[Tcp], dice: random.Random) -> bytes:
    """As a machine captures it: some packets missed, some twice, two queues a little out of order."""
    seen: list[Tcp] = []
    late_s = dice.choice([0.0, 0.0, 0.00004])
    twice = dice.random() < 0.2
    for one in packets:
        shown = replace(one, at_s=one.at_s + (late_s if one.sport == 443 else 0.0))
        seen += (
            [shown, replace(shown, at_s=shown.at_s + 0.00001)]
            if twice and (one.ident or one.flags & 7)
            else [shown]
        )
    return pcap(timed(*sorted(seen, key=lambda one: one.at_s)), snaplen=dice.choice([65535, 128, 68]))


def played(case: Case, seed: int) -> bytes:
    """The capture of a case among talks that work, though segments are lost."""
    dice = random.Random(f"{case} {seed}")
    clock = Clock()
    talks = [staged(case, clock, dice)]
    for number in range(dice.randint(3, 9)):
        other = talk(
            clock, dice, 20_000 + number * 7, [router, router], case.tap, dice.choice([0, 0.01, 0.05])
        )
        speaks(
            other,
            dice,
            dice.uniform(0, 40),
            requests=dice.randint(0, 6),
            ends=dice.choice(["closes", "server"]),
        )
        talks.append(other)
    clock.run(RUN_S)
    noise = [one for other in talks[1:] for one in other.way.seen if dice.random() > 0.002]
    return captured(sorted([*talks[0].way.seen, *noise], key=lambda one: one.at_s), dice)


def verdict(said: Judged) -> tuple[str, Confidence | None, list[str]]:
    """What is said of the talk of the case, and failures said of the others."""
    mine = [one for one in said.judgements if 50_000 in (one.stream.client_port, one.stream.server_port)]
    others = [f"{one.cause} ({one.confidence}): {one.sentence}" for one in said.judgements
              if one not in mine and one.cause.severity is not Severity.NOTE]  # fmt: skip
    return (mine[0].cause.value, mine[0].confidence, others) if mine else ("", None, others)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.cause}-{case.tap}" for case in CASES])
def test_what_ends_and_devices_make_of_it(case: Case, tmp_path: Path) -> None:
    """B15: ten plays of each: the cause is said, and no failure of the calls around it that work."""
    wrong = []
    for seed in range(10):
        path = tmp_path / "played.pcap"
        path.write_bytes(played(case, seed))
        (capture,) = read_captures(path)
        cause, sure, others = verdict(judged(capture))
        assert others == [], seed
        if cause not in case.causes:
            wrong.append((seed, cause, sure))
    assert wrong == []
