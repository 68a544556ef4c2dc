"""Startup is written last, from what was verified, and believed when it reads so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from bothways.errors import NotSaved, SessionLost
from bothways.pushing.journal import Journal, read_journal
from bothways.pushing.save import save
from bothways.pushing.unit import Unit
from bothways.session.contract import Answer

from .toy import START, Toy

NEW = ("hostname DC_LAB_SWITCH", "ip http server", "end")
OK = "Building configuration...\n[OK]"


@pytest.fixture
def changed(toy: Toy) -> Toy:
    toy.running = list(NEW)
    return toy


def writes(toy: Toy, *asked: str, said: str = OK) -> Callable[[Sequence[Answer]], str]:
    """`write memory` that asks its questions first, and gives up when nobody answers one with Enter."""

    def dialogue(answers: Sequence[Answer]) -> str:
        for question in asked:
            replies = [answer.reply for answer in answers if re.search(answer.pattern, question)]
            if replies != [""]:
                raise SessionLost("lab-switch", f"asked {question}")
        toy.startup = list(toy.running)
        return said

    return dialogue


@pytest.mark.parametrize(
    "asked",
    [
        (),
        ("Overwrite the previous NVRAM configuration?[confirm]",),
        ("Destination filename [startup-config]? ",),
    ],
    ids=["no question", "F54", "F55"],
)
def test_f54_f55_startup_is_written_whatever_the_device_asks(
    changed: Toy, unit: Unit, journal: Journal, asked: tuple[str, ...]
) -> None:
    """F54, F55: the questions of old releases are answered, and startup is read back."""
    changed.dialogue["write memory"] = writes(changed, *asked)

    assert save(unit, journal, NEW)

    assert changed.startup == list(NEW)
    assert [(record.kind, record.state) for record in read_journal(journal.path)] == [
        ("save", "sent"),
        ("save", "acked"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        OK,
        "startup-config file open failed (Not enough space)",
        "Command authorization failed.",
    ],
    ids=["F57 says OK", "F56 NVRAM full", "F24 refused"],
)
def test_f57_what_the_device_says_is_not_believed_but_what_startup_reads(
    changed: Toy, unit: Unit, journal: Journal, said: str
) -> None:
    """F24, F56, F57: exit 23, with the device's words."""
    changed.dialogue["write memory"] = lambda _: said

    with pytest.raises(NotSaved, match="startup differs from running") as caught:
        save(unit, journal, NEW)

    assert said.splitlines()[-1] in str(caught.value)
    assert caught.value.exit_code == 23


def test_i3_a_change_since_the_verification_is_not_made_permanent(
    changed: Toy, unit: Unit, journal: Journal
) -> None:
    """I3: somebody typed something after the read-back; nothing is written."""
    changed.running.insert(1, "ip route 10.99.0.0 255.255.0.0 10.12.0.1")

    with pytest.raises(NotSaved, match=r"\+ ip route 10.99.0.0"):
        save(unit, journal, NEW)

    assert changed.received == []


def test_nothing_is_written_when_startup_reads_like_running_already(
    toy: Toy, unit: Unit, journal: Journal
) -> None:
    assert not save(unit, journal, tuple(START.splitlines()))
    assert toy.received == []


def test_f24_a_session_that_dies_of_the_save_is_followed_by_reading_startup(
    changed: Toy, unit: Unit, journal: Journal
) -> None:
    """F57: lost replies do not mean that nothing was written."""

    def dies(_: Sequence[Answer]) -> str:
        changed.startup = list(changed.running)
        raise SessionLost("lab-switch", "the device closed the session")

    changed.dialogue["write memory"] = dies
    assert save(unit, journal, NEW)
