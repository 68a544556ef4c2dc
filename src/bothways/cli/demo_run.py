"""The whole way on the lab: broken, planned, applied, cured, taken back; predicted beside observed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bothways.cli.lab_child import RunningLab
from bothways.diagnosis import Finding, Place, Scenario, Trace, trace
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
_NOTICED_S = 1.0  # ports are down by then, and hosts use other cards
_LIVED_S = 25.0  # the lab's hosts have tried, failed and been logged by then


@dataclass(frozen=True)
class DemoStory:
    """What a story's demo asks and which playbooks cure it.

    Attributes:
        playbooks: by the word of `--fix`, the one that is taken without it first.
        wrong: those of them that are shown because they fail, with the remark that would block their plan.
        variants: the changes to its lab that options may ask for.
        cut: the wire that is cut under the established flow; "" where the flow is opened anew each time.
        silence_s: for how long the established flow says nothing before its server closes it; None for no
            silence.
        loses: the wire that loses one segment of the server's; "" where none is lost.
        fails: the device that is switched off before the flow is opened; "" where all stay on.
    """

    flow: Flow
    playbooks: dict[str, str]
    variants: tuple[str, ...] = ()
    cut: str = ""
    loses: str = ""
    fails: str = ""
    silence_s: int | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """Where in its life the flow dies."""
        if self.loses:
            return Scenario.DATA_LOSS
        if self.fails:
            return Scenario.UPLINK_LOSS
        if self.silence_s is not None:
            return Scenario.AFTER_IDLE
        return Scenario.MID_STREAM if self.cut else Scenario.HANDSHAKE

    @property
    def lives_first(self) -> bool:
        """Whether the flow is established before it is in trouble."""
        return bool(self.cut or self.loses or self.silence_s)


STORIES = {
    "hairpin": DemoStory(
        Flow.parse("10.12.0.130 172.16.1.18 tcp/443"),
        {"pbr": "hairpin-return", "bypass": "hairpin-bypass", "random-sequence": "hairpin-random-sequence"},
        ("from-start", "ack"),
        wrong={"hairpin-random-sequence": "not-cured"},
    ),
    "state-bypass": DemoStory(
        Flow.parse("10.40.0.50 10.10.0.20 tcp/443"),
        {"bypass": "state-bypass"},
        cut="fibre",
    ),
    "one-way-nat": DemoStory(
        Flow.parse("192.4.4.4 10.1.1.1 tcp/23"),
        {"route": "one-way-nat"},
    ),
    "link-state": DemoStory(
        Flow.parse("10.20.0.11 10.10.0.20 tcp/443"),
        {"tracking": "link-state-track"},
        fails="core-a",
    ),
    "ctcp": DemoStory(
        Flow.parse("10.30.0.21 203.0.113.90 tcp/10000"),
        {"bypass": "ctcp-bypass"},
        loses="internet",
    ),
    "forged-rst": DemoStory(
        Flow.parse("10.20.0.25 203.0.113.80 tcp/80"),
        {"idle": "forged-rst", "dcd": "dcd", "reset-service": "reset-service"},
        silence_s=1200,
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
        self.lab.ask("advance_to", moment_s=_LIVED_S)

    def connect(self, flow: Flow) -> dict[str, Any]:
        """Let the lab's client open the flow once; what its socket returned, and the lab's own verdict."""
        return self.lab.ask(
            "connect",
            client=str(flow.client),
            server=str(flow.server),
            protocol=flow.protocol.value,
            port=flow.port,
        )

    def try_again(self, flow: Flow) -> dict[str, Any]:
        """Let the lab's hosts try the flow as the story has it; what came of it, and the lab's verdict.

        A flow that is cut is opened over the wire, lives for a while, loses the wire, and goes on sending;
        one that loses a segment goes on likewise; a silent one is closed by its server.
        """
        if self.story.fails:
            return self._without(self.story.fails, flow)
        if not self.story.lives_first:
            return self.connect(flow)
        if self.story.cut:
            self.lab.ask("cut", wire=self.story.cut, up=True)
        ends = {"client": str(flow.client), "server": str(flow.server)}
        more = {} if self.story.silence_s is None else {"every_s": None}
        port = self.lab.ask("hold", **ends, port=flow.port, **more)["client_port"]
        return self.lab.ask("became", client_port=port, since_s=self.trouble(flow, port))

    def _without(self, device: str, flow: Flow) -> dict[str, Any]:
        """Open the flow while a device is off; then it is on again, and everybody has found their ways."""
        off_s = self.lab.ask("power", device=device)["now_s"]
        self.lab.ask("advance_to", moment_s=off_s + _NOTICED_S)
        seen = self.connect(flow)
        on_s = self.lab.ask("power", device=device, up=True)["now_s"]
        self.lab.ask("advance_to", moment_s=on_s + _LIVED_S)
        return seen

    def trouble(self, flow: Flow, client_port: int) -> float:
        """Cut the wire under a connection, lose a segment of it, or let it be silent; when that was."""
        if self.story.cut:
            return float(self.lab.ask("cut", wire=self.story.cut)["now_s"])
        if self.story.silence_s is not None:
            now_s = float(self.lab.ask("clock")["now_s"])
            self.lab.ask("advance_to", moment_s=now_s + self.story.silence_s)
            return float(self.lab.ask("hang_up", client_port=client_port)["now_s"])
        lost = self.lab.ask("lose", wire=self.story.loses, sender=str(flow.server), client_port=client_port)
        return float(lost["now_s"])

    def stage(self, name: str, flow: Flow) -> Stage:
        """Predict from the devices' state, and observe; trouble comes before that state is read."""
        seen = self.try_again(flow) if self.story.lives_first else None
        snapshot = read_fleet(
            self.network, known_hosts=self.workspace.known_hosts, clock=self.workspace.clock()
        )
        predicted = trace(snapshot, flow, self.network.hosts, self.story.scenario, self.story.silence_s)
        seen = seen or self.try_again(flow)
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
            scenario=self.story.scenario,
            silence_s=self.story.silence_s,
            clock=space.clock(),
            content=space.content,
        )
        write_plan(plan, folder / PLAN_FILE)
        return plan

    def apply(self, plan: Plan, progress: Callable[[str], None]) -> RunOutcome:
        """Apply it; the lab's client makes the connection that proves the plan.

        A flow that was cut needs no help: its client is still sending, and goes on when it may.
        """
        return apply_plan(
            plan,
            self.context,
            allow_reload=True,
            progress=progress,
            stimulate=None if self.story.cut else lambda: unheard(self.connect(plan.proven)),
        )

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
