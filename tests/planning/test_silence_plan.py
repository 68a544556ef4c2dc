"""Plans for flows that fall silent: the silence is kept in the file, and the prediction begins behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothways.diagnosis import Scenario, trace
from bothways.errors import PlaybookError
from bothways.fixes.render import TextContent
from bothways.fleet.proof import watchers
from bothways.flow import Flow
from bothways.planning import load_plan, make_plan, write_plan
from bothways.planning.plan import Plan
from bothways.platforms import device_state
from bothways.playbook import Playbook
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

SAID = Path(__file__).parents[1] / "fixes" / "story" / "app-asa.txt"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
FLOW = Flow.parse("192.0.2.10 203.0.113.80 tcp/80")

Make = Callable[..., Plan]


class Noon:
    def now(self) -> datetime:
        return TAKEN

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


def hosting() -> Snapshot:
    """The firewall before the application, saved; the office's own is not ours to read."""
    parts = [part.partition("\n") for part in SAID.read_text().split(">>> ")[1:]]
    said = {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}
    return Snapshot({"app-asa": device_state("app-asa", "cisco_asa", said)}, TAKEN, {})


@pytest.fixture
def planned(playbook: Callable[[str], Playbook], content: Callable[[str], TextContent]) -> Make:
    """Plan a shipped playbook for twenty minutes of silence."""
    snapshot = hosting()

    def make(name: str, scenario: Scenario = Scenario.AFTER_IDLE) -> Plan:
        book = playbook(name)
        return make_plan(
            snapshot, FLOW, book, scenario=scenario, silence_s=1200, clock=Noon(), content=content
        )

    return make


@pytest.mark.parametrize(
    ("name", "finding", "after", "lines"),
    [
        ("idle-timeout", "idle-timeout-short", "complete", 6),
        ("dcd", "idle-timeout-short", "complete", 6),
        ("forged-rst", "idle-timeout-short", "complete", 10),
        ("reset-service", "reset-service", "idle-timeout", 1),
        ("logging-minimal", "logging-too-quiet", "reset-by-device", 4),
    ],
    ids=["S3-07 idle", "S3-07 dcd", "S3-07 both", "S3-05 reset service", "S3-07 log"],
)
def test_what_is_predicted_is_said_before_anything_is_typed(
    planned: Make, name: str, finding: str, after: str, lines: int
) -> None:
    """S3-07: a reset today; afterwards whatever the playbook is for, as its own proof says."""
    made = planned(name)
    assert (made.before.fate, made.before.device, made.before.packet) == ("reset-by-device", "app-asa", 1)
    assert (made.finding, made.after.fate) == (finding, after)
    assert sum(len(step.commands) for step in made.steps if step.kind == "config") == lines
    notes = {lint.id: lint.severity for lint in made.lints}
    assert notes.get("not-cured") == (None if after == "complete" else "note")
    assert not made.overridden


def test_the_silence_is_part_of_the_plan(planned: Make, tmp_path: Path) -> None:
    """S3-04: what proves it begins where it was asked."""
    write_plan(planned("idle-timeout"), tmp_path / "fix.plan")
    read = load_plan(tmp_path / "fix.plan")
    assert (read.scenario, read.silence_s) == ("after-idle", 1200)


def test_the_service_off_by_a_no_is_in_the_diff(planned: Make) -> None:
    """S3-05: the configuration shows the `no`, and the plan foretells it."""
    assert (
        "+no service resetoutbound interface inside" in planned("reset-service").diff["app-asa"].splitlines()
    )


def test_a_timer_is_no_cure_of_a_connection_that_went_otherwise(planned: Make) -> None:
    """S3-04: the playbook names what it cures, and the flow does not die of it."""
    with pytest.raises(PlaybookError, match="connection-lost"):
        planned("idle-timeout", Scenario.CONN_LOST)


def test_a_firewall_that_translates_proves_the_flow_by_its_real_ends(planned: Make) -> None:
    """S3-05: its connection table lists the server itself, not the address that the client calls."""
    snapshot = hosting()
    seen = trace(snapshot, FLOW, scenario=Scenario.AFTER_IDLE, silence_s=1200)
    (listed,) = watchers(planned("idle-timeout"), snapshot, seen).values()
    assert str(listed) == "192.0.2.10 10.30.0.80 tcp/80"
