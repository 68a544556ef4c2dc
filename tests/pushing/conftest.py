from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nornir.core.plugins.connections import ConnectionPluginRegister

from bothways.errors import Unreachable
from bothways.platforms import platform
from bothways.pushing.journal import Journal
from bothways.pushing.unit import Unit
from bothways.pushing.work import Work

from .fleet_toys import CONN, NO_CONN, PERMIT, SHOW_CONN, Toys, made, plugin_over
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


@pytest.fixture
def toys(tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Toys]:
    toys = made(tmp_path, clock)
    monkeypatch.setitem(ConnectionPluginRegister.available, "bothways", plugin_over(toys))
    yield toys
    assert toys.asa.open == toys.switch.open == 0, "a session stayed open"


@pytest.fixture
def traffic(toys: Toys, clock: SteppedClock) -> Toys:
    """The client tries again twenty seconds after the last line."""

    def tick(now_s: float) -> None:
        cured = PERMIT in toys.asa.running and " ip policy route-map FIX_ROUTING" in toys.switch.running
        toys.asa.outputs[SHOW_CONN] = CONN if cured and now_s >= 20.0 else NO_CONN

    clock.waiting = tick
    return toys
