"""Features of a device that are not walked, at the interfaces a packet uses."""

from __future__ import annotations

from bothways.diagnosis.doubt import doubt
from bothways.diagnosis.visit import Visit
from bothways.errors import CouldNotSee
from bothways.state.cluster import Cluster
from bothways.state.rows import Unmodelled


def note_unmodelled(visit: Visit, *interfaces: str) -> None:
    """Tell each such feature of `interfaces`; "" is the whole device."""
    _note_cluster(visit)
    try:
        table = visit.device.table(Unmodelled)
    except CouldNotSee as error:
        if "has no" not in error.what:
            visit.sight.miss(str(error))
        return
    for row in table:
        if row.interface not in interfaces:
            continue
        where = f"{visit.name}: {table.command}:{row.line}"
        statement = f"{where}: what {row.text!r} does to this flow; it is not walked"
        visit.cite(row)
        if row.diverts:
            doubt(visit, statement)
        else:
            visit.sight.miss(statement, deadly=True)


def _note_cluster(visit: Visit) -> None:
    """Another unit may own the connection: what belongs to none here is handed over to it."""
    if not visit.device.sees(Cluster):
        return
    table = visit.device.table(Cluster)
    for row in table:
        visit.cite(row)
        where = f"{visit.name}: {table.command}:{row.line}"
        doubt(visit, f"{where}: which unit of {row.text!r} has this flow; clusters are not walked")
