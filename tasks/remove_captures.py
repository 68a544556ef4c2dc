"""Take captures away again."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_remove import remove
from bothways.pushing.host import unit_of
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop


def remove_captures(  # noqa: PLR0913  what goes with each line
    task: Task,
    *,
    ours: Sequence[Placement],
    journal: Journal,
    serial: str,
    doubtful: bool = False,
    stop: Stop | None = None,
    clock: Clock | None = None,
) -> Result:
    """Remove the captures that stand, and prove from a new session that none does.

    Args:
        task: Nornir's.
        ours: every capture of ours that may stand there.
        journal: written ahead where it can be.
        serial: of the unit they were placed on.
        doubtful: a command was sent whose answer never came.
        stop: pressed twice, it ends everything at once.
        clock: real time by default.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.capture_remove.Left`.
    """
    left = remove(
        unit_of(task, clock), ours, journal, serial, doubtful=doubtful,
        leave=lambda: stop is not None and stop.leave,
    )  # fmt: skip
    return Result(host=task.host, result=left, changed=True)
