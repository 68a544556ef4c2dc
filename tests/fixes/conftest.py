from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.diagnosis import Scenario
from bothways.fixes.contract import Situation
from bothways.fixes.render import TextContent
from bothways.flow import Flow
from bothways.platforms import device_state
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

STORY = Path(__file__).parent / "story"
TEMPLATES = Path(__file__).parents[2] / "templates"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)


def outputs(device: str, *edits: tuple[str, str]) -> dict[str, Output]:
    text = (STORY / f"{device}.txt").read_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    parts = [part.partition("\n") for part in text.split(">>> ")[1:]]
    return {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}


@pytest.fixture
def situation() -> Callable[..., Situation]:
    """The hairpin story as two devices said it, with replacements in what one of them said."""

    def build(
        *,
        asa: tuple[tuple[str, str], ...] = (),
        ios: tuple[tuple[str, str], ...] = (),
        flow: str = "10.12.0.130 172.16.1.18 tcp/443",
    ) -> Situation:
        states = {
            "edge-asa": device_state("edge-asa", "cisco_asa", outputs("edge-asa", *asa)),
            "lab-switch": device_state("lab-switch", "cisco_ios", outputs("lab-switch", *ios)),
        }
        return Situation(Snapshot(states, TAKEN, {}), Flow.parse(flow))

    return build


@pytest.fixture
def failover() -> Callable[..., Situation]:
    """The remote site whose fibre is cut, as its three devices said it then."""

    def build(*, asa: tuple[tuple[str, str], ...] = (), scenario: str = "mid-stream") -> Situation:
        states = {
            "mpls-asa": device_state("mpls-asa", "cisco_asa", outputs("mpls-asa", *asa)),
            "dc-switch": device_state("dc-switch", "cisco_ios", outputs("dc-switch")),
            "branch-switch": device_state("branch-switch", "cisco_ios", outputs("branch-switch")),
        }
        flow = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")
        return Situation(Snapshot(states, TAKEN, {}), flow, (), Scenario(scenario))

    return build


@pytest.fixture
def office() -> Callable[..., Situation]:
    """The office whose VPN tunnel lost a segment, as its firewall said it then."""

    def build(
        *,
        asa: tuple[tuple[str, str], ...] = (),
        flow: str = "10.30.0.21 203.0.113.90 tcp/10000",
        scenario: str = "data-loss",
    ) -> Situation:
        states = {"office-asa": device_state("office-asa", "cisco_asa", outputs("office-asa", *asa))}
        return Situation(Snapshot(states, TAKEN, {}), Flow.parse(flow), (), Scenario(scenario))

    return build


@pytest.fixture
def racks() -> Callable[..., Situation]:
    """Two top-of-rack switches and the 6509 that routes, with replacements in what the first one said."""

    def build(
        *,
        tor: tuple[tuple[str, str], ...] = (),
        flow: str = "10.20.0.11 10.10.0.20 tcp/443",
        scenario: str = "uplink-loss",
    ) -> Situation:
        edits = {"tor-a": tor, "tor-b": (), "core-b": ()}
        states = {
            name: device_state(name, "cisco_ios", outputs(name, *edits[name])) for name in sorted(edits)
        }
        return Situation(Snapshot(states, TAKEN, {}), Flow.parse(flow), (), Scenario(scenario))

    return build


@pytest.fixture
def hosting() -> Callable[..., Situation]:
    """A silent application, as the firewall before it said it; the office's own is not ours to read."""

    def build(
        *,
        asa: tuple[tuple[str, str], ...] = (),
        scenario: str = "after-idle",
        silence_s: int | None = 1200,
    ) -> Situation:
        states = {"app-asa": device_state("app-asa", "cisco_asa", outputs("app-asa", *asa))}
        flow = Flow.parse("192.0.2.10 203.0.113.80 tcp/80")
        return Situation(Snapshot(states, TAKEN, {}), flow, (), Scenario(scenario), silence_s)

    return build


@pytest.fixture
def link_template() -> TextContent:
    """The shipped template of link-state-group."""
    return _template("cisco_ios/link-state-group.j2")


@pytest.fixture
def shipped() -> Callable[[str], TextContent]:
    """The shipped template of a fix for the ASA."""
    return lambda name: _template(f"cisco_asa/{name}.j2")


@pytest.fixture
def bypass_template() -> TextContent:
    """The shipped template of state-bypass."""
    return _template("cisco_asa/state-bypass.j2")


@pytest.fixture
def random_template() -> TextContent:
    """The shipped template of random-sequence."""
    return _template("cisco_asa/random-sequence.j2")


@pytest.fixture
def pbr_template() -> TextContent:
    """The shipped template of pbr-return."""
    return _template("cisco_ios/pbr-return.j2")


def _template(name: str) -> TextContent:
    return TextContent(f"templates/{name}", (TEMPLATES / name).read_text(), "shipped", "0" * 64)
