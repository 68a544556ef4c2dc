"""Look at how much the captures of a firewall hold."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core.task import Result, Task

from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_watch import look
from bothways.pushing.host import session_of


def watch_captures(task: Task, *, placed: Sequence[Placement], cpu: bool = False) -> Result:
    """One look, by two cheap show commands; nothing is changed.

    Args:
        task: Nornir's.
        placed: our captures there.
        cpu: also whether the firewall can still bear it.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.capture_watch.Look`.
    """
    return Result(host=task.host, result=look(session_of(task), placed, cpu=cpu))
