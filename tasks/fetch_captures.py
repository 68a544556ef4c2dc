"""Read what the captures of a firewall hold, and what belongs to the flow beside them."""

from __future__ import annotations

from collections.abc import Sequence

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.flow import Flow
from bothways.pushing.capture_lines import Placement
from bothways.pushing.capture_place import Before
from bothways.pushing.capture_seen import fetch
from bothways.pushing.host import unit_of


def fetch_captures(
    task: Task, *, placed: Sequence[Placement], flow: Flow, before: Before, clock: Clock | None = None
) -> Result:
    """Read packets, connections, drop counters and log; nothing is changed.

    Args:
        task: Nornir's.
        placed: our captures there.
        flow: as the firewall's connection table names it.
        before: what the firewall showed before they were placed.
        clock: real time by default.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.capture_seen.Taken`.
    """
    taken = fetch(unit_of(task, clock), placed, flow, before.drops, before.log)
    return Result(host=task.host, result=taken)
