"""Routes of a VRF that lead out of another table: recognised, and not walked."""

from __future__ import annotations

from dataclasses import dataclass

from bothways.diagnosis.legs import Drop
from bothways.diagnosis.routes import Exit
from bothways.flow import Fate
from bothways.state.device import DeviceState
from bothways.state.parts import Part, part_name
from bothways.state.vrf_rows import VrfLeak


@dataclass(frozen=True)
class Leak:
    """A route that is of no one table.

    Attributes:
        lines: of the configuration that may have brought it there.
    """

    drop: Drop
    lines: tuple[VrfLeak, ...]


def leaked(device: DeviceState, way: Exit) -> Leak | None:
    """Why nobody can tell where a route of a device with VRFs leads; None where it stays in its table."""
    if not isinstance(device, Part) or way.discards:
        return None
    route = way.routes[0].label if way.routes else "the network"
    if not way.interface and device.vrf:
        reason = f"the next hop of {route} in {device.name} is in another table, or in none"
    elif way.interface and device.vrf_of(way.interface) != device.vrf:
        other = device.vrf_of(way.interface)
        table = part_name(device.box, other) if other else f"the global table of {device.box}"
        reason = f"the route to {route} in {device.name} leads out of {way.interface}, which is in {table}"
    else:
        return None
    rows = device.table(VrfLeak) if device.sees(VrfLeak) else ()
    drop = Drop(Fate.UNKNOWN, f"{reason}; routes between tables are not walked", label="another table")
    return Leak(drop, tuple(row for row in rows if not device.vrf or row.vrf == device.vrf))
