"""One run under way: its sessions, its journal, and what it has done so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from nornir.core import Nornir

from bothways.errors import BothwaysError, StateUnknown
from bothways.fleet.context import ApplyContext, Progress, RunOutcome, Standing, deaf
from bothways.fleet.hosts import run_on
from bothways.fleet.records import points_of_no_return
from bothways.planning.diff import as_shown, changes
from bothways.planning.plan import ConfigStep, Plan
from bothways.pushing.config import Config, differences, told
from bothways.pushing.connection import Proof, Watch
from bothways.pushing.journal import Journal, told_lines, typed_lines
from bothways.pushing.push import standing_before
from bothways.pushing.stop import Stop
from bothways.pushing.undo import Undone
from bothways.pushing.work import Work
from bothways.tasks import undo_change


@dataclass
class Run:
    """A run, from the first line on.

    Attributes:
        configs: device to its running configuration before the run.
        verified: device to its running configuration after its last proven step.
        done: positions of the steps that stand.
        baselines: ASA to what to watch for there, beside the flow's connections before the run.
        save: whether startup is to be written.
    """

    plan: Plan
    context: ApplyContext
    nornir: Nornir
    journal: Journal
    run_id: str
    stop: Stop
    progress: Progress
    save: bool
    wait_s: float
    configs: dict[str, Config]
    baselines: dict[str, Watch]
    verified: dict[str, Config] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    errors: list[BothwaysError] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)
    proof: Proof | None = None

    def say(self, sentence: str) -> None:
        """Tell the user now, and keep it for the end."""
        self.sentences.append(sentence)
        try:
            self.progress(sentence)
        except Exception:  # noqa: BLE001  the caller's own code: nobody listens any more, the devices come first
            self.progress = deaf

    def unknown(self, number: int, why: str) -> StateUnknown:
        """The error that names every line of a step that may stand on its device."""
        lines = told_lines(typed_lines(self.journal.records, number))
        next_step = f"look at the device, then: bothways rollback {self.run_id}"
        return StateUnknown(self.plan.steps[number].device, f"{why}{lines}", next_step)

    def work(self, number: int) -> Work:
        """What accompanies one step."""
        device = self.plan.steps[number].device
        expected = self.verified.get(device, self.configs[device])
        predicted = changes(self.plan.diff.get(device, ""))
        return Work(number, self.journal, self.context.clock, self.stop, predicted, expected)

    def take_back(self) -> bool:
        """Undo the steps that stand, last first; whether every one of them is proven gone."""
        proven = True
        for number in reversed(self.done):
            proven = self._taken_back(number) and proven
        self.done.clear()
        for sentence in points_of_no_return(self.plan, tuple(self.journal.records)):
            self.say(sentence)
        return proven

    def closed(self, exit_code: int) -> RunOutcome:
        """Write the last record, and say how it ended."""
        text = self.sentences[-1] if self.sentences else ""
        try:
            self.journal.record("closed", text=text, facts={"exit_code": str(exit_code)})
        except BothwaysError as error:  # the devices are as said; only the record of it is missing
            self.errors.append(error)
            self.sentences.append(str(error))
        names = dict.fromkeys(step.device for step in self.plan.steps)
        devices: dict[str, Standing] = {name: self.standing.get(name, "untouched") for name in names}
        return RunOutcome(
            exit_code, self.run_id, devices, tuple(self.sentences), tuple(self.errors), self.proof
        )

    def _taken_back(self, number: int) -> bool:
        step = self.plan.steps[number]
        name = step.device
        if not isinstance(step, ConfigStep):
            return True
        try:
            undone: Undone = run_on(
                self.nornir, name, undo_change, step=step, work=self.work(number),
                standing=standing_before(step, self.configs[name]),
            )  # fmt: skip
        except BothwaysError as error:
            return self._lost(self.unknown(number, error.what))
        except Exception as bug:  # noqa: BLE001  ours or Nornir's: the other steps still want taking back
            return self._lost(self.unknown(number, f"Bothways failed in the undo: {bug!r}"))
        for sentence in undone.kept:
            self.say(f"{name}: {sentence}")
        earlier = [other for other in self.done if other < number and self.plan.steps[other].device == name]
        if not earlier and undone.after != self.configs[name]:
            left = told(differences(self.configs[name], undone.after)) or "the same lines in another order"
            return self._lost(self.unknown(number, f"after the undo it still differs from before: {left}"))
        if self.standing.get(name) != "unknown":
            self.standing[name] = "rolled-back"
        what = "undone, read back from a new session" if undone.typed else "no undo line was typed"
        self.say(f"{name}: step {number + 1} ({step.fix}): {what}")
        return True

    def _lost(self, error: StateUnknown) -> bool:
        self.errors.append(error)
        self.standing[error.where] = "unknown"
        self.say(str(error))
        return False


def unfulfilled(run: Run) -> str:
    """What the plan's diff foretells and no device shows, as a clause; "" when all came true."""
    clauses = []
    for name, config in run.verified.items():
        seen = {as_shown(change) for change in differences(run.configs[name], config)}
        missing = changes(run.plan.diff.get(name, "")) - seen
        if missing:
            clauses.append(f"{name} was to have {told(tuple(sorted(missing)))}, and has not")
    return "; ".join(clauses)
