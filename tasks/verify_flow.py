"""Wait for a connection that proves a flow."""

from __future__ import annotations

from nornir.core.task import Result, Task

from bothways.clock import Clock
from bothways.pushing.connection import Watch, wait_for_connection
from bothways.pushing.host import unit_of
from bothways.pushing.stop import Stop
from bothways.pushing.tcp_end import wait_for_tcp_end
from bothways.state.rows import Conn, TcpEnd


def verify_flow(task: Task, *, watch: Watch, clock: Clock | None = None, stop: Stop | None = None) -> Result:
    """Watch a device for a TCP connection of the flow; nothing is changed.

    An ASA shows whether it carries data, a router that is an end of it whether it is open.

    Args:
        task: Nornir's.
        watch: the flow, how long to wait, and what was there before.
        clock: real time by default.
        stop: ends the wait.

    Returns:
        Nornir's result; `result` is a `bothways.pushing.connection.Proof`, or None when none came.
    """
    unit = unit_of(task, clock)
    if TcpEnd in unit.platform.sources:
        return Result(host=task.host, result=wait_for_tcp_end(unit, watch, stop))
    if Conn not in unit.platform.sources:
        return Result(host=task.host, result=None)
    return Result(host=task.host, result=wait_for_connection(unit, watch, stop))
