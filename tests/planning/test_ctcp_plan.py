"""A plan for a tunnel that cannot bear a loss carries why it lowers the guard, and until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bothways.cli.plan_text import plan_lines
from bothways.diagnosis import Scenario
from bothways.fixes.render import TextContent
from bothways.fixes.steps import ConfigStep
from bothways.flow import Flow
from bothways.planning import load_plan, make_plan, write_plan
from bothways.platforms import device_state
from bothways.playbook import Playbook
from bothways.state.device import Output
from bothways.state.snapshot import Snapshot

STORY = Path(__file__).parents[1] / "fixes" / "story" / "office-asa.txt"
TAKEN = datetime(2026, 1, 5, 12, tzinfo=UTC)
FLOW = Flow.parse("10.30.0.21 203.0.113.90 tcp/10000")


class Noon:
    def now(self) -> datetime:
        return TAKEN

    def monotonic(self) -> float:
        return 0

    def wait_until(self, moment_s: float) -> None:
        raise AssertionError(moment_s)


def test_reason_and_day_stand_in_the_plan_and_on_the_device(
    playbook: Callable[[str], Playbook], content: Callable[[str], TextContent], tmp_path: Path
) -> None:
    """S4-03, S4-04: stalls today, complete afterwards; 30 days from the reading, as data and as a remark."""
    parts = [part.partition("\n") for part in STORY.read_text().split(">>> ")[1:]]
    outputs = {command: Output(command, body.removesuffix("\n"), TAKEN) for command, _, body in parts}
    snapshot = Snapshot({"office-asa": device_state("office-asa", "cisco_asa", outputs)}, TAKEN, {})
    made = make_plan(
        snapshot,
        FLOW,
        playbook("ctcp-bypass"),
        scenario=Scenario.DATA_LOSS,
        clock=Noon(),
        content=content,
    )
    assert (made.before.fate, made.before.device, made.before.packet) == ("proxy-stall", "office-asa", 7)
    assert (made.after.fate, made.finding) == ("complete", "ctcp-proxy-stall")
    config = made.steps[0]
    assert isinstance(config, ConfigStep)
    assert config.until == "2026-02-04"
    assert "NAT-T, ESP or AnyConnect" in config.reason
    assert (
        "+access-list CTCP_BYPASS remark TEMPORARY until 2026-02-04" in made.diff["office-asa"].splitlines()
    )
    shown = [str(line) for line in plan_lines(made, None)]
    assert f"   temporary, until 2026-02-04: {config.reason}" in shown
    assert any("disables all security checks for matching connections" in line for line in shown)
    write_plan(made, tmp_path / "fix.plan")
    assert load_plan(tmp_path / "fix.plan") == made
