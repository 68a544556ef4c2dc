"""Read what a device holds."""

from __future__ import annotations

from collections.abc import Collection

from nornir.core.task import Result, Task

from bothways.clock import Clock, SystemClock
from bothways.pushing.host import session_of
from bothways.reading import collect


def read_state(
    task: Task, *, clock: Clock | None = None, full: bool = False, only: Collection[str] | None = None
) -> Result:
    """Read the tables of one device; nothing is changed on it.

    Args:
        task: Nornir's.
        clock: stamps the outputs; real time by default.
        full: also ask what loads a device.
        only: commands to ask, of those that are asked otherwise; all by default.

    Returns:
        Nornir's result; `result` is a `bothways.state.device.DeviceState`.
    """
    state = collect(session_of(task), clock or SystemClock(), full=full, only=only)
    return Result(host=task.host, result=state)
