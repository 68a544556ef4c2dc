"""A reload is proven by the device that comes back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bothways.diagnosis.uptime import uptime_s
from bothways.errors import PlanRefused, RolledBack, StateUnknown
from bothways.planning.plan import Predicate, ReloadStep, Reply
from bothways.pushing.reload import reload_step
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work
from bothways.session.contract import Answer

from .toy import SteppedClock, Toy

VERSION = """\
Cisco IOS Software, C3560 Software (C3560-IPSERVICESK9-M), Version 12.2(55)SE, RELEASE SOFTWARE (fc2)
Technical Support: http://www.cisco.com/techsupport

DC_LAB_SWITCH uptime is {uptime}
System image file is "flash:c3560-ipservicesk9-mz.122-55.SE.bin"
cisco WS-C3560-24PS (PowerPC405) processor (revision D0) with 131072K bytes of memory.
Processor board ID {serial}"""
SDM = ' The current template is "desktop {}" template.'
STEP = ReloadStep(
    device="lab-switch",
    fix="sdm-template",
    dialogue=(
        Reply(pattern=r"Save\? \[yes/no\]:", reply="no"),
        Reply(pattern=r"Proceed with reload\? \[confirm\]", reply=""),
    ),
    wait_s=600,
    proofs=(
        Predicate(
            device="lab-switch", table="SdmTemplate", key={}, column="active", expected="desktop routing",
            because="the template in force is 'desktop routing'",
        ),
    ),
)  # fmt: skip


class Box:
    """A switch that goes down when told to, and is back later."""

    def __init__(
        self, toy: Toy, clock: SteppedClock, *, back_s: float = 240.0, after: str = "routing"
    ) -> None:
        self.toy, self.clock, self.back_s, self.after = toy, clock, back_s, after
        self.serial = "CAT0911Z1AB"
        self.replies: list[str] = []
        self.booted_s = -3600.0
        toy.dialogue["reload"] = self.reload
        clock.waiting = self.tick
        self.tick(0.0)

    def reload(self, answers: Sequence[Answer]) -> str:
        self.replies = [answer.reply for answer in answers]
        self.booted_s = self.clock.seconds + self.back_s
        self.toy.unreachable_until = self.booted_s
        self.toy.outputs["show sdm prefer"] = SDM.format(self.after)
        return ""

    def tick(self, now_s: float) -> None:
        minutes = int(max(0.0, now_s - self.booted_s)) // 60
        uptime = f"{minutes // 60} hours, {minutes % 60} minutes" if minutes >= 60 else f"{minutes} minutes"
        self.toy.outputs["show version"] = VERSION.format(uptime=uptime, serial=self.serial)


@pytest.fixture
def box(toy: Toy, clock: SteppedClock) -> Box:
    toy.outputs["show sdm prefer"] = SDM.format("default")
    return Box(toy, clock)


def test_f62_the_device_is_waited_for_and_proven(box: Box, unit: Unit, work: Work) -> None:
    """F62, S0-18: `no` to Save?, Enter to the confirmation; four minutes later the template is in force."""
    config = reload_step(unit, STEP, work)

    assert box.replies == ["no", ""]
    assert config[0] == "hostname DC_LAB_SWITCH"
    assert 240.0 <= box.clock.seconds <= 260.0


def test_f63_a_device_that_stays_away_is_exit_22(box: Box, unit: Unit, work: Work) -> None:
    """F63: never back within the step's time."""
    box.back_s = 10_000.0
    with pytest.raises(StateUnknown, match="has not come back from `reload` within 600 s") as caught:
        reload_step(unit, STEP, work)
    assert caught.value.exit_code == 22


def test_f63_a_device_that_comes_back_with_an_old_configuration_is_exit_22(
    box: Box, unit: Unit, work: Work, toy: Toy
) -> None:
    """F63: the lines that are gone are named."""

    def boot_old(now_s: float) -> None:
        box.tick(now_s)
        toy.running = [line for line in toy.running if "Vlan172" not in line and "172.16.1.1" not in line]

    box.clock.waiting = boot_old
    with pytest.raises(StateUnknown, match="`- interface Vlan172`"):
        reload_step(unit, STEP, work)


def test_f62_a_reload_that_never_happened_is_not_called_one(box: Box, unit: Unit, work: Work) -> None:
    """F62: the device answers on, and its up time gives it away."""
    box.toy.dialogue["reload"] = lambda _: "Not today."
    with pytest.raises(StateUnknown, match=r"is up for 1 hours, \d+ minutes and said `Not today"):
        reload_step(unit, STEP, work)


def test_f62_a_refused_reload_leaves_nothing_and_waits_for_nothing(box: Box, unit: Unit, work: Work) -> None:
    """F62: the device says so at once."""
    box.toy.dialogue["reload"] = lambda _: "Command authorization failed."
    with pytest.raises(PlanRefused, match="`reload` was refused: Command authorization failed"):
        reload_step(unit, STEP, work)
    assert box.clock.seconds == 0.0


def test_another_unit_under_the_same_address_is_found(box: Box, unit: Unit, work: Work) -> None:
    """F60: a mate answers in its place."""

    def other(now_s: float) -> None:
        box.serial = "CAT0000Z0ZZ"
        box.tick(now_s)

    box.clock.waiting = other
    with pytest.raises(StateUnknown, match="another unit came back: serial CAT0000Z0ZZ"):
        reload_step(unit, STEP, work)


def test_a_proof_that_does_not_hold_is_a_failure_with_the_value_seen(
    box: Box, unit: Unit, work: Work
) -> None:
    """S0-18: back with the old template."""
    box.after = "default"
    with pytest.raises(RolledBack, match="seen: desktop default"):
        reload_step(unit, STEP, work)


def test_unsaved_lines_stop_a_reload_before_it_is_typed(box: Box, unit: Unit, work: Work, toy: Toy) -> None:
    """F46: a reload would lose them, whoever's they are."""
    toy.running.insert(1, "ip http server")
    with pytest.raises(PlanRefused, match=r"would lose what is not saved: `\+ ip http server`"):
        reload_step(unit, STEP, work)
    assert box.toy.received == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3 minutes", 180),
        ("1 week, 2 days, 3 hours, 4 minutes", 604_800 + 2 * 86_400 + 3 * 3600 + 240),
        ("5 mins 3 secs", 303),
        ("2 days 3 hours", 2 * 86_400 + 3 * 3600),
        ("1 year, 1 day", 31_536_000 + 86_400),
    ],
)
def test_up_times_of_both_platforms_are_read(text: str, seconds: int) -> None:
    assert uptime_s(text) == seconds
