"""Virtual time: a queue of events, run in one order only."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

EPOCH = datetime(2026, 3, 2, 8, 0, 0, tzinfo=UTC)
"""Wall time at second 0 of every lab: a Monday morning, the same in every run."""


@dataclass(slots=True)
class Event:
    """Something that will happen; `cancel` keeps it from happening."""

    moment_s: float
    action: Callable[[], None] | None

    def cancel(self) -> None:
        """Do nothing when the moment comes."""
        self.action = None

    @property
    def pending(self) -> bool:
        """Whether it can still happen."""
        return self.action is not None


@dataclass
class EventQueue:
    """Events in the order of their moment, then of their planning.

    Attributes:
        now: virtual seconds since the world began.
    """

    now: float = 0.0
    _heap: list[tuple[float, int, Event]] = field(default_factory=list)
    _planned: int = 0

    def at(self, moment_s: float, action: Callable[[], None]) -> Event:
        """Plan an action; a moment that is past means now."""
        event = Event(max(moment_s, self.now), action)
        self._planned += 1
        heapq.heappush(self._heap, (event.moment_s, self._planned, event))
        return event

    def after(self, delay_s: float, action: Callable[[], None]) -> Event:
        """Plan an action from now on."""
        return self.at(self.now + delay_s, action)

    def advance_to(self, moment_s: float, until: Callable[[], bool] = lambda: False) -> float:
        """Run everything up to and including that moment, or until a condition holds.

        Args:
            moment_s: where to stop; going back is a no-op.
            until: looked at after each event.

        Returns:
            The new now.
        """
        while self._heap and self._heap[0][0] <= moment_s:
            planned_s, _, event = heapq.heappop(self._heap)
            self.now = max(self.now, planned_s)
            action, event.action = event.action, None
            if action is not None:
                action()
                if until():
                    return self.now
        self.now = max(self.now, moment_s)
        return self.now
