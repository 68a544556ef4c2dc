"""The whole way on the lab: broken, planned, applied, cured, taken back; predicted beside observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bothways.cli.demo_troubles import (
    LIVED_S,
    OpenedAnew,
    SegmentLost,
    Silence,
    SwitchedOff,
    Trouble,
    WireCut,
    connect,
)
from bothways.cli.lab_child import RunningLab
from bothways.diagnosis import Finding, Place, Trace, trace
from bothways.fleet.apply import apply_plan
from bothways.fleet.context import ApplyContext, RunOutcome
from bothways.fleet.reading import read_fleet
from bothways.fleet.rollback import roll_back
from bothways.flow import Fate, Flow
from bothways.network import Network
from bothways.planning import write_plan
from bothways.planning.plan import Plan
from bothways.planning.planner import make_plan
from bothways.playbook import open_playbook
from bothways.rules import diagnose
from bothways.workspace import Workspace

PLAN_FILE = "fix.plan"


@dataclass(frozen=True)
class DemoStory:
    """What a story's demo asks and which playbooks cure it.

    Attributes:
        playbooks: by the word of `--fix`, the one that is taken without it first.
        variants: the changes to its lab that options may ask for.
        trouble: what befalls the flow.
        wrong: those playbooks that are shown because they fail, with the remark that would block their plan.
    """

    flow: Flow
    playbooks: dict[str, str]
    variants: tuple[str, ...] = ()
    trouble: Trouble = field(default_factory=OpenedAnew)
    wrong: Mapping[str, str] = field(default_factory=dict)


STORIES = {
    "hairpin": DemoStory(
        Flow.parse("10.12.0.130 172.16.1.18 tcp/443"),
        {
            "pbr": "hairpin-return",
            "bypass": "hairpin-bypass",
            "pat": "hairpin-pat",
            "random-sequence": "hairpin-random-sequence",
        },
        ("from-start", "ack"),
        wrong={"hairpin-random-sequence": "not-cured"},
    ),
    "one-way-nat": DemoStory(
        Flow.parse("192.4.4.4 10.1.1.1 tcp/23"), {"route": "one-way-nat", "both-ways": "nat-both-ways"}
    ),
    "state-bypass": DemoStory(
        Flow.parse("10.40.0.50 10.10.0.20 tcp/443"), {"bypass": "state-bypass"}, trouble=WireCut("fibre")
    ),
    "link-state": DemoStory(
        Flow.parse("10.20.0.11 10.10.0.20 tcp/443"),
        {"tracking": "link-state-track"},
        trouble=SwitchedOff("core-a"),
    ),
    "forged-rst": DemoStory(
        Flow.parse("10.20.0.25 203.0.113.80 tcp/80"),
        {"idle": "forged-rst", "dcd": "dcd", "reset-service": "reset-service"},
        trouble=Silence(1200),
    ),
    "ctcp": DemoStory(
        Flow.parse("10.30.0.21 203.0.113.90 tcp/10000"),
        {"bypass": "ctcp-bypass"},
        trouble=SegmentLost("internet"),
    ),
}


@dataclass(frozen=True)
class Stage:
    """One moment: what the state predicts, and what the lab's hosts got.

    Attributes:
        socket: the word the client's socket returned.
    """

    name: str
    trace: Trace
    findings: tuple[Finding, ...]
    observed: Fate
    observed_at: Place
    socket: str

    @property
    def agrees(self) -> bool:
        """Fate, device and packet are the same on both sides."""
        return (self.trace.fate, self.trace.at) == (self.observed, self.observed_at)

    def as_json(self) -> dict[str, Any]:
        """For `--format json`."""
        return {
            "predicted": self.trace.fate.value,
            "observed": self.observed.value,
            "at": _place_json(self.trace.at),
            "observed_at": _place_json(self.observed_at),
            "socket": self.socket,
            "agrees": self.agrees,
        }


def _place_json(place: Place) -> dict[str, Any]:
    return {"device": place.device, "packet": place.packet}


@dataclass(frozen=True)
class Bench:
    """A running lab and the workspace it wrote."""

    lab: RunningLab
    workspace: Workspace
    network: Network
    story: DemoStory

    @property
    def context(self) -> ApplyContext:
        """Where runs happen."""
        space = self.workspace
        return ApplyContext(self.network, space.known_hosts, space.clock(), space.runs, space.locks)

    def settle(self) -> None:
        """Let the lab's hosts live for a while."""
        self.lab.ask("advance_to", moment_s=LIVED_S)

    def stage(self, name: str, flow: Flow) -> Stage:
        """Predict from the devices' state, and observe; trouble comes before that state is read."""
        trouble = self.story.trouble
        early = trouble.befall(self.lab, flow) if trouble.comes_first else None
        snapshot = read_fleet(
            self.network, known_hosts=self.workspace.known_hosts, clock=self.workspace.clock()
        )
        predicted = trace(snapshot, flow, self.network.hosts, trouble.scenario, trouble.silence_s)
        seen = early or trouble.befall(self.lab, flow)
        at = seen.get("at") or {"device": "", "packet": 0}
        return Stage(
            name=name,
            trace=predicted,
            findings=diagnose(snapshot, predicted),
            observed=Fate(seen["fate"]),
            observed_at=Place(at["device"], at["packet"]),
            socket=seen["result"],
        )

    def plan(self, flow: Flow, playbook: str, folder: Path) -> Plan:
        """Plan the cure and write the file people would review."""
        space = self.workspace
        snapshot = read_fleet(self.network, known_hosts=space.known_hosts, clock=space.clock())
        plan = make_plan(
            snapshot,
            flow,
            open_playbook(space, playbook),
            hosts=self.network.hosts,
            overrides=[remark for name, remark in self.story.wrong.items() if name == playbook],
            scenario=self.story.trouble.scenario,
            silence_s=self.story.trouble.silence_s,
            clock=space.clock(),
            content=space.content,
        )
        write_plan(plan, folder / PLAN_FILE)
        return plan

    def apply(self, plan: Plan, progress: Callable[[str], None]) -> RunOutcome:
        """Apply it; a client that does not go on by itself makes the connection that proves the plan."""
        helps = None if self.story.trouble.goes_on else lambda: unheard(connect(self.lab, plan.proven))
        return apply_plan(plan, self.context, allow_reload=True, progress=progress, stimulate=helps)

    def undo(self, run_id: str, progress: Callable[[str], None]) -> RunOutcome:
        """Take the run back."""
        return roll_back(run_id, self.context, progress=progress)


def unheard(_answer: object) -> None:
    """Drop an answer that only the devices' own tables may speak for."""


def exit_code(after: Stage, *others: Stage) -> int:
    """0: all was observed as predicted, and cured; 2: a cure failed as predicted; 1: the two differ."""
    if not all(stage.agrees for stage in (after, *others)):
        return 1
    return 0 if after.observed is Fate.COMPLETE else 2
