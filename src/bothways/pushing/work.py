"""What accompanies a step on its way through a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.clock import Clock, SystemClock
from bothways.errors import PlanStale
from bothways.planning.diff import Change
from bothways.pushing.config import Config, differences, told
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop


@dataclass(frozen=True)
class Work:
    """One step's place in a run.

    Attributes:
        number: position of the step in the plan.
        journal: written ahead of every line.
        clock: real time by default.
        stop: asked between two lines.
        predicted: what the plan's diff foretells of the step's device.
        expected: the running configuration as this run last saw it; None when it has not looked.
    """

    number: int
    journal: Journal
    clock: Clock = field(default_factory=SystemClock)
    stop: Stop = field(default_factory=Stop)
    predicted: frozenset[Change] = frozenset()
    expected: Config | None = None

    def refuse_foreign(self, device: str, found: Config) -> None:
        """Whoever changed the device since this run last read it would have his lines saved as ours.

        Raises:
            PlanStale: it reads differently now; nothing of the step was typed.
        """
        if self.expected is not None and found != self.expected:
            seen = told(differences(self.expected, found))
            raise PlanStale(device, f"somebody changed it while the run was under way: {seen}", "plan again")
