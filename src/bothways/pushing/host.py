"""A Nornir host as a device under change."""

from __future__ import annotations

from nornir.core.inventory import Host
from nornir.core.task import Task

from bothways.clock import Clock, SystemClock
from bothways.errors import InventoryError
from bothways.platforms import platform
from bothways.pushing.unit import Unit
from bothways.session.contract import Session

CONNECTION = "bothways"


def session_of(task: Task) -> Session:
    """The host's open session, or a new one.

    Raises:
        CannotConnect: none came about.
    """
    session: Session = task.host.get_connection(CONNECTION, task.nornir.config).session
    return session


def unit_of(task: Task, clock: Clock | None = None) -> Unit:
    """The host as a unit whose `open` always makes a new session."""
    name = task.host.name
    if not task.host.platform:
        raise InventoryError(name, "has no platform", "add: platform: cisco_asa, or cisco_ios")

    def opened() -> Session:
        close(task.host)
        return session_of(task)

    return Unit(name, platform(task.host.platform), clock or SystemClock(), opened)


def close(host: Host) -> None:
    """End the host's session, if it has one."""
    if CONNECTION in host.connections:
        host.close_connection(CONNECTION)
