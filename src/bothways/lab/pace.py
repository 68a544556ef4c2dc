"""Real time against virtual time: one second is one second, until somebody skips ahead."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Pace:
    """Keeps a world's time up with real time, plus what was skipped.

    Attributes:
        advance_to: runs the world to a virtual second.
        now: the world's second.
    """

    advance_to: Callable[[float], object]
    now: Callable[[], float]
    _started: float = field(default_factory=time.monotonic)
    _skipped_s: float = 0.0

    def __post_init__(self) -> None:
        self._skipped_s = self.now()

    def catch_up(self) -> None:
        """Bring the world to this moment."""
        self.advance_to(self._moment())

    def skip_to(self, moment_s: float) -> None:
        """Be at that moment; going back is a no-op."""
        self._skipped_s += max(0.0, moment_s - self._moment())
        self.catch_up()

    def skipped_by_the_world(self) -> None:
        """The world ran ahead on its own, as a lab connection does: real time follows from there."""
        self._skipped_s += max(0.0, self.now() - self._moment())

    def _moment(self) -> float:
        return time.monotonic() - self._started + self._skipped_s
