"""Look at what stands on a firewall before captures are placed on it."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.pushing.capture_place import look_before
from bothways.pushing.host import unit_of


def check_captures(task: Task, *, client: str, clock: Clock | None = None) -> Result:
    """Read the captures that stand there, the drop counters and the log; nothing is changed.

    Args:
        task: Nornir's.
        client: address whose log lines are kept for comparison.
        clock: real time by default.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.capture_place.Before`.

    Raises:
        CaptureRefused: a capture could not be proven gone there, or there is no memory for it.
    """
    return Result(host=task.host, result=look_before(unit_of(task, clock), client))
