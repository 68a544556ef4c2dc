"""What accompanies a step on its way through a run."""

from __future__ import annotations

from dataclasses import dataclass, field

from bothways.clock import Clock, SystemClock
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
        predicted: configuration lines that the plan's diff foretells on the step's device.
    """

    number: int
    journal: Journal
    clock: Clock = field(default_factory=SystemClock)
    stop: Stop = field(default_factory=Stop)
    predicted: frozenset[str] = frozenset()
