"""Two captures of what real ends and a device do: the device stands between them, and the clocks disagree."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bothways.diagnosis import Confidence
from bothways.diagnosis.capture import Joined, join, judged, read_captures

from .stacks import Clock, Way
from .talks import Device, Hole, Passed, Renaming, Renumbering, Stateful, Talk, router, speaks, talk
from .test_stacks import RUN_S, captured
from .wire import ACK, Tcp

NEAR, FAR = 1, 2


@dataclass
class Translating:
    """Another name, port and number of the client on the way out; all undone on the way back."""

    delta: int
    name: str = "192.0.2.10"
    shift: int = 9000

    def __call__(self, one: Tcp, out: bool) -> Passed:
        """One packet."""
        if out:
            seq = (one.seq + self.delta) % 2**32
            return [(replace(one, source=self.name, sport=one.sport - self.shift, seq=seq), out)]
        ack = (one.ack - self.delta) % 2**32 if one.flags & ACK else 0
        back = replace(one, destination=self.client, dport=one.dport + self.shift, ack=ack)
        return [(back, out)]

    client: str = "10.12.0.2"


@dataclass
class TwoTaps(Way):
    """Seen before the device, and behind it."""

    there: list[Tcp] = field(default_factory=list)

    def carry(self, one: Tcp, place: int, *, out: bool) -> None:
        """Note it at the second place, too."""
        if place == FAR:
            hops = place if out else len(self.devices) - place
            self.there.append(
                replace(one, at_s=self.clock.now_s, ttl=one.ttl - hops if one.ttl < 200 else one.ttl)
            )
        super().carry(one, place, out=out)


CASES: dict[str, frozenset[str]] = {
    "works": frozenset({""}),
    "renumbers-both-ways": frozenset({""}),
    "translates": frozenset({""}),
    "renumbers-one-way": frozenset({"isn-mismatch"}),
    "renamed": frozenset({"wrong-source"}),
    "hole-out-later": frozenset({"lost-between"}),
    "hole-back-later": frozenset({"lost-between"}),
    "forgets": frozenset({"lost-between"}),
    "forgets-and-resets": frozenset({"reset-by-device"}),
}


def staged(cause: str, clock: Clock, dice: random.Random, cport: int = 50_000, from_s: float = 0.0) -> Talk:
    """A talk with the device between the two places."""
    later_s = 20.0
    devices: dict[str, Device] = {
        "renumbers-both-ways": Renumbering(dice.getrandbits(32)),
        "translates": Translating(dice.getrandbits(32), client=f"10.12.0.{2 + cport % 250}"),
        "renumbers-one-way": Renumbering(dice.randrange(1 << 22, (1 << 32) - (1 << 22))),
        "renamed": Renaming("192.0.2.99"),
        "hole-out-later": Hole(clock, later_s, (True,)),
        "hole-back-later": Hole(clock, later_s, (False,)),
        "forgets": Stateful(clock, later_s),
        "forgets-and-resets": Stateful(clock, later_s, resets=True),
    }
    one = talk(clock, dice, cport, [router, devices.get(cause, router)], NEAR)
    way = TwoTaps(clock, dice, one.way.devices, NEAR, 0.0, one.way.delay_s)
    way.beside = cause == "renumbers-one-way"
    way.ends = one.way.ends
    for end, place in ((one.client, 0), (one.server, 2)):
        end.send = lambda packet, place=place: way.carry(packet, place, out=place == 0)  # type: ignore[misc]
    if cause == "translates":
        one.server.peer = "192.0.2.10", cport - 9000
    speaks(one, dice, from_s + dice.uniform(0, 3), requests=2, ends="")
    if "later" in cause or cause.startswith("forgets"):
        clock.at(later_s + dice.uniform(1, 4), lambda: one.client.write(bytes(300)))
    return Talk(clock, way, one.client, one.server)


def as_it_is(packets: list[Tcp], dice: random.Random) -> list[Tcp]:
    """All of it."""
    del dice
    return packets


def trimmed(packets: list[Tcp], dice: random.Random) -> list[Tcp]:
    """Started later, or stopped sooner, than the other capture."""
    if dice.random() < 0.3 or not packets:
        return packets
    first_s, last_s = (packets[0].at_s + dice.uniform(*span) for span in ((0, 15), (15, 60)))
    return [one for one in packets if first_s <= one.at_s <= last_s] or packets


def thinned(packets: list[Tcp], dice: random.Random) -> list[Tcp]:
    """By a machine that misses three packets in a hundred."""
    return [one for one in packets if dice.random() > 0.03] or packets


Lacking = Callable[[list[Tcp], random.Random], list[Tcp]]


def played(cause: str, seed: int, folder: Path, lacking: Lacking = as_it_is) -> Joined:
    """The two captures of a talk among others, the second clock elsewhere, both with packets missed."""
    dice = random.Random(f"joined {cause} {seed}")
    clock = Clock()
    talks = [
        staged(cause, clock, dice),
        *(
            staged("works", clock, dice, 20_000 + number * 7, 75 - 10 * number)
            for number in range(dice.randint(2, 6))
        ),
    ]
    clock.run(RUN_S)
    offset_s = dice.uniform(-3000, 3000)
    judgements = []
    for name, place in (("near", False), ("far", True)):
        seen = [
            replace(one, at_s=one.at_s + (offset_s if place else 0.0))
            for number, one_talk in enumerate(talks)
            for one in (one_talk.way.there if place else one_talk.way.seen)  # type: ignore[attr-defined]
            if not number or dice.random() > 0.002
        ]
        path = folder / f"{name}.pcap"
        shown = lacking(sorted(seen, key=lambda one: one.at_s), dice)
        path.write_bytes(captured(shown, dice))
        (capture,) = read_captures(path)
        judgements.append(judged(capture))
    here, there = judgements if dice.random() < 0.5 else judgements[::-1]
    return join(here, there)


@pytest.mark.parametrize(("cause", "right"), CASES.items(), ids=CASES.keys())
def test_what_stands_between_is_named(cause: str, right: frozenset[str], tmp_path: Path) -> None:
    """S1-10, S3-02: six plays of each, in either order of the files; calls beside it are not odd."""
    for seed in range(6):
        found = played(cause, seed, tmp_path)
        named = {50_000, 41_000}
        mine = [call for call in found.calls
                if {call.here.stream.client_port, call.there.stream.client_port} & named]  # fmt: skip
        others = [(call.cause, call.sentence) for call in found.calls if call.cause and call not in mine]
        assert others == [], seed
        assert len(mine) == 1, seed
        assert (mine[0].cause or "") in right, (seed, mine[0].cause, mine[0].confidence, mine[0].sentence)
        assert mine[0].confidence is not Confidence.POSSIBLE


@pytest.mark.parametrize("lacking", [trimmed, thinned])
@pytest.mark.parametrize(("cause", "right"), CASES.items(), ids=CASES.keys())
def test_what_captures_lack_makes_no_cause(
    cause: str, right: frozenset[str], lacking: Lacking, tmp_path: Path
) -> None:
    """S1-10, S3-02: where a capture is shorter or thinner, the cause may be missing; none is wrong."""
    for seed in range(100, 106):
        for call in played(cause, seed, tmp_path, lacking).calls:
            mine = {call.here.stream.client_port, call.there.stream.client_port} & {50_000, 41_000}
            assert call.cause is None or (mine and call.cause in right), (seed, call.cause, call.sentence)
