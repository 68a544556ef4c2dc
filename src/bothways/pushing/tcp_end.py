"""A router that is itself an end of the flow: what its own table of connections proves."""

from __future__ import annotations

from bothways.errors import CouldNotSee
from bothways.flow import Flow, Protocol
from bothways.pushing.connection import Baseline, Ends, Proof, Watch, polled
from bothways.pushing.readback import rows
from bothways.pushing.stop import Stop
from bothways.pushing.unit import Unit
from bothways.session.contract import Session
from bothways.state.rows import TcpEnd

# An end is in none of these before the handshake was whole, seen from either side.
_OPENED = ("ESTAB", "CLOSEWAIT", "FINWAIT2", "TIMEWAIT")


def tcp_end_baseline(unit: Unit, session: Session, flow: Flow) -> Baseline:
    """The flow's connections that end there now.

    Raises:
        CouldNotSee: the table cannot be read.
    """
    return Baseline({_ends(row): 0 for row in _of(unit, session, flow)})


def wait_for_tcp_end(unit: Unit, watch: Watch, stop: Stop | None = None) -> Proof | None:
    """Poll until the router itself has the connection open; None when it has not in time.

    Raises:
        BothwaysError: the device cannot be read.
    """
    if watch.flow.protocol is not Protocol.TCP:
        return None
    return polled(unit, watch, stop, lambda session, _: _opened(unit, session, watch))


def _opened(unit: Unit, session: Session, watch: Watch) -> Proof | None:
    for row in _of(unit, session, watch.flow):
        if row.state in _OPENED and _ends(row) not in watch.before.connections:
            line = f"{row.local}.{row.local_port} {row.remote}.{row.remote_port} {row.state}"
            said = (
                f"an end of the flow itself, it has the connection: {line}; the handshake went both ways, "
                "and its table does not tell what data followed"
            )
            return Proof(unit.name, line, row.state, 0, said)
    return None


def _of(unit: Unit, session: Session, flow: Flow) -> list[TcpEnd]:
    if TcpEnd not in unit.platform.sources:
        raise CouldNotSee(unit.name, "has no table of its own connections")
    client, server = flow.client, (flow.server, flow.port)
    return [
        row
        for row in rows(session, unit.platform, TcpEnd)
        if (row.local == client and (row.remote, row.remote_port) == server)
        or (row.remote == client and (row.local, row.local_port) == server)
    ]


def _ends(row: TcpEnd) -> Ends:
    return ("tcp", row.local, row.local_port, row.remote, row.remote_port)
