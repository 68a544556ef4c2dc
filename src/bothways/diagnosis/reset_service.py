"""Whether an ASA answers TCP that it drops with a RST in the other end's name.

`service resetoutbound` is on where no line says otherwise, for what comes from an interface of the same or a
higher level; `service resetinbound`, for the other direction, is off.
"""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.sight import Sight, absence
from bothways.state.device import DeviceState, Evidence
from bothways.state.rows import Nameif, ResetService

OUTBOUND, INBOUND = "resetoutbound", "resetinbound"


@dataclass(frozen=True, slots=True)
class Answering:
    """What an ASA does with a dropped segment.

    Attributes:
        kind: the service that decides.
        on: whether its sender gets a RST.
        evidence: the line that says so, or that none does.
    """

    kind: str
    on: bool
    evidence: tuple[Evidence, ...]


def answering(sight: Sight, device: DeviceState, ingress: str, egress: str) -> Answering | None:
    """The service for what goes from one interface to another; None when it was not read."""
    table = sight.table(device, ResetService, deadly=True)
    levels = sight.table(device, Nameif, deadly=True)
    if table is None or levels is None:
        return None
    level = {row.name: row.level for row in levels}
    if ingress not in level or egress not in level:
        sight.miss(f"{device.name}: the levels of {ingress} and {egress}", deadly=True)
        return None
    kind = OUTBOUND if level[ingress] >= level[egress] else INBOUND
    rows = table.where(kind=kind, interface=ingress) or table.where(kind=kind, interface="")
    if rows:
        return Answering(kind, rows[-1].on, (device.evidence(rows[-1]),))
    default = kind == OUTBOUND
    what = f"{'no ' if default else ''}service {kind}"
    return Answering(kind, default, absence(device, ResetService, what))
