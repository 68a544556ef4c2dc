"""Write the startup configuration."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.pushing.config import Config
from bothways.pushing.host import unit_of
from bothways.pushing.journal import Journal
from bothways.pushing.save import save


def save_config(task: Task, *, verified: Config, journal: Journal, clock: Clock | None = None) -> Result:
    """Write startup, if running is still what was verified, and prove it by reading startup.

    Args:
        task: Nornir's.
        verified: the running configuration as `push_change` returned it.
        journal: written ahead.
        clock: real time by default.

    Returns:
        Nornir's result; `changed` is False when startup read like running already.

    Raises:
        NotSaved: startup does not read like running.
    """
    written = save(unit_of(task, clock), journal, verified)
    return Result(host=task.host, result=written, changed=written)
