from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bothways.errors import Unreachable
from bothways.platforms import platform
from bothways.pushing.journal import Journal
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work

from .toy import DEVICE, SteppedClock, Toy, ToySession


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def unit(toy: Toy, clock: SteppedClock) -> Iterator[Unit]:
    yield from unit_over(toy, clock, "cisco_ios")


@pytest.fixture
def asa(toy: Toy, clock: SteppedClock) -> Iterator[Unit]:
    yield from unit_over(toy, clock, "cisco_asa")


def unit_over(toy: Toy, clock: SteppedClock, platform_name: str) -> Iterator[Unit]:
    opened: list[ToySession] = []

    def open_anew() -> ToySession:
        for session in opened:
            session.close()
        opened.clear()
        if clock.monotonic() < toy.unreachable_until:
            raise Unreachable("lab-switch", "no answer")
        opened.append(ToySession(toy, DEVICE, clock))
        assert toy.open == 1, "more than one session at a time takes VTYs from people"
        return opened[0]

    yield Unit("lab-switch", platform(platform_name), clock, open_anew)
    for session in opened:
        session.close()


@pytest.fixture
def journal(tmp_path: Path, clock: SteppedClock) -> Journal:
    folder = tmp_path / "20260301T120000Z-abc123"
    folder.mkdir()
    return Journal.create(folder / "journal.jsonl", clock)


@pytest.fixture
def work(journal: Journal, clock: SteppedClock) -> Work:
    return Work(0, journal, clock)
