"""Look at how much the captures of a firewall hold."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.errors import SessionLost
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_watch import look
from bothways.pushing.host import session_of, unit_of


def watch_captures(
    task: Task, *, placed: Sequence[Placement], cpu: bool = False, clock: Clock | None = None
) -> Result:
    """One look, by two cheap show commands; nothing is changed. A session that was lost is opened again.

    Args:
        task: Nornir's.
        placed: our captures there.
        cpu: also whether the firewall can still bear it.
        clock: real time by default.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.capture_watch.Look`.
    """
    try:
        seen = look(session_of(task), placed, cpu=cpu)
    except SessionLost:
        seen = look(unit_of(task, clock).reopen(), placed, cpu=cpu)
    return Result(host=task.host, result=seen)
