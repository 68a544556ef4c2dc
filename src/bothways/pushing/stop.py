"""Ctrl-C during a run: once means undo, twice means leave at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stop:
    """Counts the presses; whoever types asks between two lines."""

    def __init__(self) -> None:
        self.presses = 0

    @property
    def undo(self) -> bool:
        """Finish the line that is under way, then take everything back."""
        return self.presses >= 1

    @property
    def leave(self) -> bool:
        """Finish the line, then type nothing more; the journal says where it stands."""
        return self.presses >= 2

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM while a run is under way; only the main thread can."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        kept = {number: signal.signal(number, self._pressed) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in kept.items():
                signal.signal(number, handler)

    def press(self) -> None:
        """One more press."""
        self.presses += 1

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.press()
