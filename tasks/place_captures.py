"""Place captures on a firewall."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_place import place
from bothways.pushing.host import unit_of
from bothways.pushing.journal import Journal
from bothways.pushing.stop import Stop


def place_captures(  # noqa: PLR0913  what goes with each line
    task: Task,
    *,
    wanted: Sequence[Placement],
    journal: Journal,
    serial: str,
    stop: Stop,
    clock: Clock | None = None,
) -> Result:
    """Type the captures, one by one, each written down before; it ends at the first that is not taken.

    Args:
        task: Nornir's.
        wanted: the captures.
        journal: written ahead.
        serial: of the unit they are for.
        stop: asked before each line.
        clock: real time by default.

    Returns:
        Nornir's result; `result` is the clause that says why it ended early, or "".
    """
    why = place(unit_of(task, clock), wanted, journal, serial, stop)
    return Result(host=task.host, result=why, changed=True)
