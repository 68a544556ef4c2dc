"""A plan for flows that re-appear in mid-stream remembers that, and proves itself that way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.diagnosis import Scenario
from bothways.fixes.render import TextContent
from bothways.flow import Flow
from bothways.planning import load_plan, make_plan, write_plan
from bothways.planning.plan import Plan
from bothways.platforms import device_state
from bothways.playbook import Playbook
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

STORY = Path(__file__).parents[1] / "fixes" / "story"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
FLOW = Flow.parse("10.40.0.50 10.10.0.20 tcp/443")


class Noon:
    def now(self) -> datetime:
        return TAKEN

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


def outputs(device: str) -> dict[str, Output]:
    parts = [part.partition("\n") for part in (STORY / f"{device}.txt").read_text().split(">>> ")[1:]]
    found = {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}
    running = found["show running-config"].text
    return found | {"show startup-config": Output("show startup-config", running, TAKEN)}


@pytest.fixture
def failover() -> Snapshot:
    """The remote site whose fibre is cut, saved."""
    platforms = {"mpls-asa": "cisco_asa", "dc-switch": "cisco_ios", "branch-switch": "cisco_ios"}
    return Snapshot({n: device_state(n, p, outputs(n)) for n, p in platforms.items()}, TAKEN, {})


@pytest.fixture
def bypass(
    failover: Snapshot, playbook: Callable[[str], Playbook], content: Callable[[str], TextContent]
) -> Callable[[Scenario], Plan]:
    """Plan the shipped cure."""

    def make(scenario: Scenario) -> Plan:
        book = playbook("state-bypass")
        return make_plan(failover, FLOW, book, scenario=scenario, clock=Noon(), content=content)

    return make


def test_the_cure_is_predicted_and_the_scenario_kept(
    bypass: Callable[[Scenario], Plan], tmp_path: Path
) -> None:
    """S2a-01, S2a-03: no connection at packet 1 today, complete afterwards; the file says mid-stream."""
    made = bypass(Scenario.MID_STREAM)
    assert (made.before.fate, made.before.device, made.before.packet) == ("no-connection", "mpls-asa", 1)
    assert made.after.fate == "complete"
    assert made.finding == "asymmetric-after-failover"
    assert [step.kind for step in made.steps] == ["config"]
    assert "+service-policy Inside-policy interface Inside" in made.diff["mpls-asa"].splitlines()
    assert "+service-policy MPLS-policy interface MPLS" in made.diff["mpls-asa"].splitlines()
    write_plan(made, tmp_path / "fix.plan")
    read = load_plan(tmp_path / "fix.plan")
    assert (read, read.scenario) == (made, "mid-stream")


def test_a_flow_that_opens_anew_needs_no_cure(bypass: Callable[[Scenario], Plan]) -> None:
    """S2a-01: asked about its handshake, the flow is complete and the plan is empty."""
    made = bypass(Scenario.HANDSHAKE)
    assert (made.before.fate, made.steps, made.scenario) == ("complete", (), "handshake")
